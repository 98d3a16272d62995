import { BASE_BLOCK_SIZE } from "./base-block.ts";
import { BIG_DATA_SIGNATURE, BIG_DATA_SIZE, isBigData, SEGMENT_SIZE, segmentOffsets } from "./big-data.ts";
import type { CellAllocator } from "./cell-allocator.ts";
import type { Cells } from "./cells.ts";
import { DATA_INLINE, ValueField } from "./key-value.ts";

/** From the offset of a cell to the place of its content. */
const CONTENT = BASE_BLOCK_SIZE + 4;
/** Bytes of data that stand in the key value itself. */
const INLINE_MOST = 4;

/** Writes and frees the data of values. */
export class DataWriter {
  readonly #cells: Cells;
  readonly #allocator: CellAllocator;
  readonly #minorVersion: number;

  constructor(cells: Cells, allocator: CellAllocator, minorVersion: number) {
    this.#cells = cells;
    this.#allocator = allocator;
    this.#minorVersion = minorVersion;
  }

  /** Stores data for the key value at an offset, which has none, and sets its fields. */
  write(value: number, data: Uint8Array): void {
    const size = data.length;
    if (size <= INLINE_MOST) {
      const { view, bytes } = this.#cells;
      view.setUint32(value + CONTENT + ValueField.DATA_SIZE, (DATA_INLINE | size) >>> 0, true);
      view.setUint32(value + CONTENT + ValueField.DATA, 0, true);
      bytes.set(data, value + CONTENT + ValueField.DATA);
      return;
    }
    const offset = isBigData(size, this.#minorVersion) ? this.#writeSegments(data) : this.#writeCell(data, size);
    const { view } = this.#cells;
    view.setUint32(value + CONTENT + ValueField.DATA_SIZE, size, true);
    view.setUint32(value + CONTENT + ValueField.DATA, offset, true);
  }

  /** Frees the cells of a key value's data. */
  free(value: number): void {
    const { view } = this.#cells;
    const size = view.getUint32(value + CONTENT + ValueField.DATA_SIZE, true);
    if (size === 0 || size >= DATA_INLINE) return;
    const offset = view.getUint32(value + CONTENT + ValueField.DATA, true);
    if (isBigData(size, this.#minorVersion)) {
      const { list, segments } = segmentOffsets(this.#cells, offset, size);
      for (const segment of segments) this.#allocator.free(segment);
      this.#allocator.free(list);
    }
    this.#allocator.free(offset);
  }

  #writeSegments(data: Uint8Array): number {
    const count = Math.ceil(data.length / SEGMENT_SIZE);
    const offset = this.#allocator.allocate(BIG_DATA_SIZE);
    const list = this.#allocator.allocate(count * 4);
    this.#cells.view.setUint16(offset + CONTENT, BIG_DATA_SIGNATURE, true);
    this.#cells.view.setUint16(offset + CONTENT + 2, count, true);
    this.#cells.view.setUint32(offset + CONTENT + 4, list, true);
    for (let i = 0; i < count; i++) {
      // Windows makes the last segment's cell as large as the others.
      const segment = this.#writeCell(data.subarray(i * SEGMENT_SIZE, (i + 1) * SEGMENT_SIZE), SEGMENT_SIZE);
      this.#cells.view.setUint32(list + CONTENT + i * 4, segment, true);
    }
    return offset;
  }

  #writeCell(data: Uint8Array, size: number): number {
    const offset = this.#allocator.allocate(size);
    this.#cells.bytes.set(data, offset + CONTENT);
    return offset;
  }
}
