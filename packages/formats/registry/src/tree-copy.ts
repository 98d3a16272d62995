import { AdkError, compareNames, equalNames, upcase } from "@adk/core";
import { BASE_BLOCK_SIZE, NIL } from "./base-block.ts";
import type { CellAllocator } from "./cell-allocator.ts";
import type { Cells } from "./cells.ts";
import { DataWriter } from "./data-writer.ts";
import type { Hive } from "./hive.ts";
import { type Key, MAX_DEPTH } from "./key.ts";
import { KEY_NODE_SIZE, KeyField } from "./key-node.ts";
import { KEY_VALUE_SIZE, ValueField } from "./key-value.ts";
import { nameLengthAt } from "./name.ts";
import { SecurityRing } from "./security-ring.ts";
import { SubkeyListEditor } from "./subkey-list-editor.ts";
import { Traversal } from "./traversal.ts";
import type { Value } from "./value.ts";

/** From the offset of a cell to the place of its content. */
const CONTENT = BASE_BLOCK_SIZE + 4;
/** Copied cells may take more room than their originals by this factor and bytes; beyond, cells are shared by many. */
const GROWTH = 2;
const GROWTH_BYTES = 1 << 20;

/** Where a tree is copied to. */
export interface CopyTarget {
  readonly cells: Cells;
  readonly allocator: CellAllocator;
  readonly minorVersion: number;
  /** What a key without readable security gets, if it is the root. */
  readonly descriptor: Uint8Array;
  /** Keys that a list should name and does not. */
  readonly lostSubkeys?: (key: Key) => readonly Key[];
}

/**
 * Copies all keys of a hive into an empty one, each key with its values before its subkeys, with every field that is not a
 * link. Lists become sorted, and names unique; what cannot be read is left out, with findings of the source.
 */
export class TreeCopier {
  readonly #target: CopyTarget;
  readonly #lists: SubkeyListEditor;
  readonly #data: DataWriter;
  readonly #ring: SecurityRing;
  readonly #traversal: Traversal;
  readonly #most: number;

  constructor(source: Hive, target: CopyTarget) {
    const { cells, allocator, minorVersion } = target;
    this.#target = target;
    this.#lists = new SubkeyListEditor(cells, allocator, minorVersion);
    this.#data = new DataWriter(cells, allocator, minorVersion);
    this.#ring = new SecurityRing(cells, allocator, NIL);
    this.#traversal = new Traversal(source);
    this.#most = source.cells.end * GROWTH + GROWTH_BYTES;
  }

  /** Copies the root with all below, and gives its offset. @throws AdkError as `#copy` */
  copyRoot(root: Key): number {
    this.#traversal.enter(root);
    return this.#copy(root, NIL, NIL, 0);
  }

  /** Offset of the copy. @throws AdkError `REG_SHARED_CELLS` if keys of the source share so much that no hive could hold it */
  #copy(key: Key, parent: number, inherited: number, depth: number): number {
    const { allocator, cells } = this.#target;
    const place = key.offset + CONTENT;
    const source = key.hive.cells;
    const length = KEY_NODE_SIZE + nameLengthAt(source, place);
    const offset = allocator.allocate(length);
    cells.bytes.set(source.bytes.subarray(place, place + length), offset + CONTENT);
    const { view } = cells;
    view.setUint16(offset + CONTENT + KeyField.NAME_LENGTH, length - KEY_NODE_SIZE, true);
    this.#set(offset, KeyField.PARENT, parent);
    this.#set(offset, KeyField.VOLATILE_SUBKEY_COUNT, 0);
    this.#set(offset, KeyField.VOLATILE_SUBKEY_LIST, NIL);
    this.#copyClassName(key, offset);
    const security = this.#copySecurity(key, inherited);
    this.#set(offset, KeyField.SECURITY, security);
    this.#copyValues(key, offset);
    this.#copySubkeys(key, offset, security, depth);
    return offset;
  }

  #copyClassName(key: Key, offset: number): void {
    const bytes = Buffer.from(key.className ?? "", "utf16le");
    const cell = bytes.length === 0 ? NIL : this.#target.allocator.allocate(bytes.length);
    if (cell !== NIL) this.#target.cells.bytes.set(bytes, cell + CONTENT);
    this.#set(offset, KeyField.CLASS_NAME, cell);
    this.#target.cells.view.setUint16(offset + CONTENT + KeyField.CLASS_NAME_LENGTH, bytes.length, true);
  }

  #copySecurity(key: Key, inherited: number): number {
    const descriptor = key.securityDescriptor;
    if (descriptor) return this.#ring.use(descriptor);
    if (inherited === NIL) return this.#ring.use(this.#target.descriptor);
    this.#ring.retain(inherited);
    return inherited;
  }

  #copyValues(key: Key, offset: number): void {
    const names = new Set<string>();
    const readable = this.#traversal.values(key).flatMap((value) => {
      const name = upcase(value.name);
      const data = key.hive.attempt(() => value.data());
      if (!data || names.has(name)) return [];
      names.add(name);
      return [{ value, data }];
    });
    this.#set(offset, KeyField.VALUE_COUNT, readable.length);
    const list = readable.length === 0 ? NIL : this.#target.allocator.allocate(readable.length * 4);
    this.#set(offset, KeyField.VALUE_LIST, list);
    for (const [index, { value, data }] of readable.entries()) {
      const copy = this.#copyValue(value, data);
      this.#target.cells.view.setUint32(list + CONTENT + index * 4, copy, true);
    }
    this.#checkSize(key);
  }

  #copyValue(value: Value, data: Uint8Array): number {
    const source = value.hive.cells;
    const place = value.offset + CONTENT;
    const room = source.lengthAt(place) - KEY_VALUE_SIZE;
    const nameLength = Math.min(source.view.getUint16(place + ValueField.NAME_LENGTH, true), room);
    const copy = this.#target.allocator.allocate(KEY_VALUE_SIZE + nameLength);
    const { bytes, view } = this.#target.cells;
    bytes.set(source.bytes.subarray(place, place + KEY_VALUE_SIZE + nameLength), copy + CONTENT);
    view.setUint16(copy + CONTENT + ValueField.NAME_LENGTH, nameLength, true);
    this.#data.write(copy, data);
    return copy;
  }

  #copySubkeys(key: Key, offset: number, security: number, depth: number): void {
    const lost = this.#target.lostSubkeys?.(key) ?? [];
    const keys = uniqueNames([...this.#traversal.subkeys(key), ...lost.filter((each) => this.#traversal.enter(each))]);
    if (keys.length > 0 && depth >= MAX_DEPTH) throw this.#tooMuch(key, "REG_TOO_DEEP", "Keys are nested too deep.");
    const copies = keys.map(({ key: subkey, name }) => ({
      key: this.#copy(subkey, offset, security, depth + 1),
      name,
    }));
    this.#set(offset, KeyField.SUBKEY_COUNT, copies.length);
    this.#set(offset, KeyField.SUBKEY_LIST, this.#lists.createSorted(copies));
  }

  #checkSize(key: Key): void {
    if (this.#target.cells.end <= this.#most) return;
    throw this.#tooMuch(key, "REG_SHARED_CELLS", "Keys share their cells: there is more to copy than the hive holds.");
  }

  #tooMuch({ hive, offset }: Key, code: string, message: string): AdkError {
    return new AdkError(code, message, { file: hive.name, offset: offset + BASE_BLOCK_SIZE });
  }

  #set(key: number, field: number, value: number): void {
    this.#target.cells.view.setUint32(key + CONTENT + field, value, true);
  }
}

/** Keys in the order of their names, one of each name, without those that have none. */
function uniqueNames(keys: readonly Key[]): { key: Key; name: string }[] {
  const named = keys.map((key) => ({ key, name: key.name })).filter(({ name }) => name !== "");
  named.sort((a, b) => compareNames(a.name, b.name));
  return named.filter(({ key, name }, index) => {
    const before = named[index - 1];
    if (before === undefined || !equalNames(before.name, name)) return true;
    const where = { file: key.hive.name, offset: key.offset + BASE_BLOCK_SIZE };
    key.hive.damaged(new AdkError("REG_DUPLICATE_KEY", "Two subkeys have one name; the first was kept.", where));
    return false;
  });
}
