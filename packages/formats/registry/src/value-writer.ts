import { AdkError, check } from "@adk/core";
import { BASE_BLOCK_SIZE, NIL } from "./base-block.ts";
import type { CellAllocator } from "./cell-allocator.ts";
import type { Cells } from "./cells.ts";
import { DataWriter } from "./data-writer.ts";
import { KeyField } from "./key-node.ts";
import { KEY_VALUE_SIZE, VALUE_SIGNATURE, ValueField, ValueFlag } from "./key-value.ts";
import { fitsLatin1, isValueNamed, nameBytes } from "./name.ts";

/** From the offset of a cell to the place of its content. */
const CONTENT = BASE_BLOCK_SIZE + 4;
/** UTF-16 code units of a value's name (Windows' limit). */
const VALUE_NAME_MOST = 16_383;
/** Bytes of one value: far more than Windows' advice of a megabyte. */
const DATA_MOST = 0x3fff_ffff;

/** Changes the values of keys. Keys and values are named by the offsets of their cells. */
export class ValueWriter {
  readonly #cells: Cells;
  readonly #allocator: CellAllocator;
  readonly #data: DataWriter;

  constructor(cells: Cells, allocator: CellAllocator, minorVersion: number) {
    this.#cells = cells;
    this.#allocator = allocator;
    this.#data = new DataWriter(cells, allocator, minorVersion);
  }

  /** Sets a value, a new one behind those that are there. */
  set(key: number, name: string, type: number, data: Uint8Array): void {
    checkValue(name, type, data);
    const own = data.buffer === this.#cells.bytes.buffer ? data.slice() : data;
    const index = this.#find(key, name);
    let value: number;
    if (index === undefined) {
      value = this.#newValue(name);
      this.#data.write(value, own);
      this.#append(key, value);
    } else {
      value = this.#at(key, index);
      this.#data.free(value);
      this.#data.write(value, own);
    }
    this.#cells.view.setUint32(value + CONTENT + ValueField.TYPE, type, true);
    this.#raise(key, KeyField.LARGEST_VALUE_NAME, name.length * 2);
    this.#raise(key, KeyField.LARGEST_VALUE_DATA, data.length);
  }

  /** False if there is no such value. */
  delete(key: number, name: string): boolean {
    const index = this.#find(key, name);
    if (index === undefined) return false;
    this.#free(this.#at(key, index));
    const count = this.#get(key, KeyField.VALUE_COUNT) - 1;
    const list = this.#get(key, KeyField.VALUE_LIST);
    const place = list + CONTENT;
    this.#cells.bytes.copyWithin(place + index * 4, place + (index + 1) * 4, place + (count + 1) * 4);
    this.#set(key, KeyField.VALUE_COUNT, count);
    if (count > 0) {
      this.#cells.view.setUint32(place + count * 4, 0, true);
      return true;
    }
    this.#allocator.free(list);
    this.#set(key, KeyField.VALUE_LIST, NIL);
    return true;
  }

  /** Frees all values of a key that is about to go. */
  deleteAll(key: number): void {
    const count = this.#get(key, KeyField.VALUE_COUNT);
    for (let i = 0; i < count; i++) this.#free(this.#at(key, i));
    if (count > 0) this.#allocator.free(this.#get(key, KeyField.VALUE_LIST));
  }

  #find(key: number, name: string): number | undefined {
    const count = this.#get(key, KeyField.VALUE_COUNT);
    for (let i = 0; i < count; i++) if (isValueNamed(name, this.#cells, this.#at(key, i) + CONTENT)) return i;
    return undefined;
  }

  #newValue(name: string): number {
    const bytes = nameBytes(name);
    const value = this.#allocator.allocate(KEY_VALUE_SIZE + bytes.length);
    const { view } = this.#cells;
    view.setUint16(value + CONTENT, VALUE_SIGNATURE, true);
    view.setUint16(value + CONTENT + ValueField.NAME_LENGTH, bytes.length, true);
    // Windows sets no flag where there is no name.
    const flags = name !== "" && fitsLatin1(name) ? ValueFlag.COMPRESSED_NAME : 0;
    view.setUint16(value + CONTENT + ValueField.FLAGS, flags, true);
    this.#cells.bytes.set(bytes, value + CONTENT + ValueField.NAME);
    return value;
  }

  #append(key: number, value: number): void {
    const count = this.#get(key, KeyField.VALUE_COUNT);
    let list = this.#get(key, KeyField.VALUE_LIST);
    if (count === 0) {
      list = this.#allocator.allocate(4);
    } else if (!this.#allocator.extend(list, (count + 1) * 4)) {
      const old = list;
      // A quarter more than is needed for long lists, so that they are not moved for each value.
      list = this.#allocator.allocate((count + 1 + (count >> 5) * 8) * 4);
      this.#cells.bytes.copyWithin(list + CONTENT, old + CONTENT, old + CONTENT + count * 4);
      this.#allocator.free(old);
    }
    this.#cells.view.setUint32(list + CONTENT + count * 4, value, true);
    this.#set(key, KeyField.VALUE_LIST, list);
    this.#set(key, KeyField.VALUE_COUNT, count + 1);
  }

  #free(value: number): void {
    this.#data.free(value);
    this.#allocator.free(value);
  }

  /** Offset of a key's value. */
  #at(key: number, index: number): number {
    return this.#cells.view.getUint32(this.#get(key, KeyField.VALUE_LIST) + CONTENT + index * 4, true);
  }

  #raise(key: number, field: number, value: number): void {
    if (value > this.#get(key, field)) this.#set(key, field, value);
  }

  #get(key: number, field: number): number {
    return this.#cells.view.getUint32(key + CONTENT + field, true);
  }

  #set(key: number, field: number, value: number): void {
    this.#cells.view.setUint32(key + CONTENT + field, value, true);
  }
}

function checkValue(name: string, type: number, data: Uint8Array): void {
  check(name.length <= VALUE_NAME_MOST, () => {
    const expected = `at most ${VALUE_NAME_MOST} code units`;
    return new AdkError("REG_BAD_VALUE_NAME", "The name of a value is too long.", { expected, found: name.length });
  });
  check(Number.isInteger(type) && type >= 0 && type <= 0xffff_ffff, () => {
    return new AdkError("REG_BAD_VALUE_TYPE", "The type of a value is no number of 32 bits.", { found: type });
  });
  check(data.length <= DATA_MOST, () => {
    const expected = `at most ${DATA_MOST} bytes`;
    return new AdkError("REG_VALUE_TOO_LARGE", "The data of a value is too large.", { expected, found: data.length });
  });
}
