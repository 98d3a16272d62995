import { upcaseTable } from "@adk/core";
import type { Cells } from "./cells.ts";
import { KeyField, KeyFlag } from "./key-node.ts";
import { ValueField, ValueFlag } from "./key-value.ts";

/**
 * Names of keys are compared code unit by code unit in upper case, a shorter one before its continuations. Subkey lists are
 * sorted so, and Windows does not find a key in a list that is not. The case table is that of NTFS, which
 * agrees with the registry's on all hives that were looked at.
 */

/** The upper case of a code unit. The table costs milliseconds to build, and most names do without. */
function upper(unit: number): number {
  if (unit < 0x80) return unit >= 0x61 && unit <= 0x7a ? unit - 0x20 : unit;
  return upcaseTable()[unit] as number;
}

/** Compares a name with that of the key node at a place: negative where the name comes first. */
export function compareToKey(name: string, cells: Cells, place: number): number {
  const { view, bytes } = cells;
  const latin1 = (view.getUint16(place + KeyField.FLAGS, true) & KeyFlag.COMPRESSED_NAME) !== 0;
  const stored = nameLengthAt(cells, place);
  const length = latin1 ? stored : stored >> 1;
  const shorter = Math.min(name.length, length);
  const start = place + KeyField.NAME;
  for (let i = 0; i < shorter; i++) {
    const unit = latin1 ? (bytes[start + i] as number) : view.getUint16(start + 2 * i, true);
    const difference = upper(name.charCodeAt(i)) - upper(unit);
    if (difference !== 0) return difference;
  }
  return name.length - length;
}

/** Whether a name is that of the key value at a place; case does not count. */
export function isValueNamed(name: string, cells: Cells, place: number): boolean {
  const { view, bytes } = cells;
  const room = cells.lengthAt(place) - ValueField.NAME;
  const stored = Math.min(view.getUint16(place + ValueField.NAME_LENGTH, true), room);
  const latin1 = (view.getUint16(place + ValueField.FLAGS, true) & ValueFlag.COMPRESSED_NAME) !== 0;
  const length = latin1 ? stored : stored >> 1;
  if (name.length !== length) return false;
  const start = place + ValueField.NAME;
  for (let i = 0; i < length; i++) {
    const unit = latin1 ? (bytes[start + i] as number) : view.getUint16(start + 2 * i, true);
    const other = name.charCodeAt(i);
    if (unit !== other && upper(unit) !== upper(other)) return false;
  }
  return true;
}

/** Bytes of the name of the key node at a place, never more than its cell holds. */
export function nameLengthAt(cells: Cells, place: number): number {
  const room = cells.lengthAt(place) - KeyField.NAME;
  return Math.min(cells.view.getUint16(place + KeyField.NAME_LENGTH, true), room);
}

/** Whether a name can be stored in one byte a character. */
export function fitsLatin1(name: string): boolean {
  for (let i = 0; i < name.length; i++) if (name.charCodeAt(i) > 0xff) return false;
  return true;
}

/** Bytes of a name as it is stored. */
export function nameBytes(name: string): Uint8Array {
  return Buffer.from(name, fitsLatin1(name) ? "latin1" : "utf16le");
}

/** The name of the key node at a place. */
export function keyName(cells: Cells, place: number): string {
  const latin1 = (cells.view.getUint16(place + KeyField.FLAGS, true) & KeyFlag.COMPRESSED_NAME) !== 0;
  return cells.text(place + KeyField.NAME, nameLengthAt(cells, place), latin1);
}

/** The hash of a name that hash leaves keep: of its upper case code units, modulo 2^32. */
export function nameHash(name: string): number {
  let hash = 0;
  for (let i = 0; i < name.length; i++) hash = (Math.imul(hash, 37) + upper(name.charCodeAt(i))) >>> 0;
  return hash;
}

/** The four bytes that fast leaves keep of a name: its first characters, or zeros where one of them needs two bytes. */
export function fastHint(name: string): Uint8Array {
  const start = name.slice(0, 4);
  const hint = new Uint8Array(4);
  if (fitsLatin1(start)) hint.set(nameBytes(start));
  return hint;
}
