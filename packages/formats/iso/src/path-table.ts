import { ByteWriter } from "@adk/core";
import { encodeName } from "./directory-record.ts";
import { bigEndian } from "./sector.ts";

// Path tables, ECMA-119 9.4: the directories by level, so that one is found without reading those above.

export interface PathTableEntry {
  /** "\0" for the root. */
  readonly name: string;
  readonly extent: number;
  /** Number of the parent in the table, from 1; that of the root is 1. */
  readonly parent: number;
}

/** Directories that can be parents: their number has 16 bits. */
export const MOST_PARENTS = 0xffff;

export function pathTableBytes(entries: readonly PathTableEntry[], joliet: boolean, big: boolean): Uint8Array {
  const writer = new ByteWriter(entries.length * 24);
  for (const { name, extent, parent } of entries) {
    const encoded = encodeName(name, joliet);
    writer.u8(encoded.length).u8(0);
    if (big) writer.bytes(bigEndian(extent, 4)).bytes(bigEndian(parent, 2));
    else writer.u32(extent).u16(parent);
    writer.bytes(encoded).align(2);
  }
  return writer.finish();
}

/** @returns the sectors of the directories, in the table's order; what is damaged ends it */
export function parsePathTable(bytes: Uint8Array, big: boolean): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const extents: number[] = [];
  for (let at = 0; at + 8 < bytes.length; ) {
    const [nameLength = 0, attributeSectors = 0] = bytes.subarray(at, at + 2);
    if (nameLength === 0) break;
    extents.push(view.getUint32(at + 2, !big) + attributeSectors);
    at += (8 + nameLength + 1) & ~1;
  }
  return extents;
}
