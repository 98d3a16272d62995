import { AdkError } from "@adk/core";
import { BASE_BLOCK_SIZE } from "./base-block.ts";
import { isBigData, readBigData } from "./big-data.ts";
import type { Cells } from "./cells.ts";
import type { Hive } from "./hive.ts";
import { DATA_INLINE, KEY_VALUE_SIZE, VALUE_SIGNATURE, ValueField, ValueFlag } from "./key-value.ts";
import { isValueNamed } from "./name.ts";

/** A value of a key. It reads the hive's bytes when asked, and is good until the hive is changed. */
export class Value {
  readonly hive: Hive;
  /** Of its cell, from the first hive bin. */
  readonly offset: number;
  readonly #cells: Cells;
  readonly #place: number;

  /** @throws AdkError `REG_BAD_VALUE`, `REG_BAD_OFFSET`, `REG_BAD_CELL` */
  constructor(hive: Hive, offset: number) {
    this.hive = hive;
    this.offset = offset;
    this.#cells = hive.cells;
    this.#place = this.#cells.locate(offset, KEY_VALUE_SIZE);
    const signature = this.#cells.view.getUint16(this.#place, true);
    if (signature !== VALUE_SIGNATURE) {
      throw new AdkError("REG_BAD_VALUE", "A value is not where it should be.", {
        file: hive.name,
        offset: offset + BASE_BLOCK_SIZE,
        expected: "vk",
        found: `0x${signature.toString(16)}`,
      });
    }
  }

  /** Empty for the default value, which regedit shows as `(Default)` and .reg files write as `@`. */
  get name(): string {
    const room = this.#cells.lengthAt(this.#place) - KEY_VALUE_SIZE;
    const length = Math.min(this.#cells.view.getUint16(this.#place + ValueField.NAME_LENGTH, true), room);
    const latin1 = (this.flags & ValueFlag.COMPRESSED_NAME) !== 0;
    return this.#cells.text(this.#place + ValueField.NAME, length, latin1);
  }

  /** A `RegType`, or any other number. */
  get type(): number {
    return this.#cells.view.getUint32(this.#place + ValueField.TYPE, true);
  }

  /** Bits of `ValueFlag`. */
  get flags(): number {
    return this.#cells.view.getUint16(this.#place + ValueField.FLAGS, true);
  }

  /** Bytes of data, as the value says; whether they are there only `data` finds out. */
  get size(): number {
    return this.#cells.view.getUint32(this.#place + ValueField.DATA_SIZE, true) & ~DATA_INLINE;
  }

  /** Whether the value only says, in a layered key, that the one of this name in the layer below is deleted. */
  get isTombstone(): boolean {
    return (this.flags & ValueFlag.TOMBSTONE) !== 0;
  }

  /** Whether this is the value of a name, in any case; the empty name is the default value. */
  isNamed(name: string): boolean {
    return isValueNamed(name, this.#cells, this.#place);
  }

  /**
   * The data. It may be a view of the hive that must not be changed, and that an editor changes.
   *
   * @throws AdkError `REG_BAD_VALUE_DATA`, `REG_BAD_BIG_DATA`, `REG_BAD_OFFSET`, `REG_BAD_CELL`
   */
  data(): Uint8Array {
    const { view, bytes } = this.#cells;
    const stored = view.getUint32(this.#place + ValueField.DATA_SIZE, true);
    const size = this.size;
    if (size === 0) return bytes.subarray(0, 0);
    if (stored >= DATA_INLINE) {
      const start = this.#place + ValueField.DATA;
      if (size <= 4) return bytes.subarray(start, start + size);
      throw new AdkError("REG_BAD_VALUE_DATA", "A value claims to hold more data than it can.", {
        file: this.hive.name,
        offset: this.offset + BASE_BLOCK_SIZE,
        expected: "at most 4 bytes",
        found: size,
      });
    }
    const offset = view.getUint32(this.#place + ValueField.DATA, true);
    if (isBigData(size, this.hive.baseBlock.minorVersion)) return readBigData(this.#cells, offset, size);
    const start = this.#cells.locate(offset, size);
    return bytes.subarray(start, start + size);
  }
}
