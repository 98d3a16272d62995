import { AdkError } from "@adk/core";
import { BASE_BLOCK_SIZE } from "./base-block.ts";
import type { Cells } from "./cells.ts";

/** Bytes of data in a segment; its cell may be larger. Data above this is big data from version 1.4 on. */
export const SEGMENT_SIZE = 16_344;
export const BIG_DATA_SIGNATURE = 0x6264; // "db"
/** Signature, count of segments, offset of their list. */
export const BIG_DATA_SIZE = 8;

/** Whether data of this size is stored in segments. */
export function isBigData(size: number, minorVersion: number): boolean {
  return size > SEGMENT_SIZE && minorVersion >= 4;
}

/** Offsets of the segments' cells. @throws AdkError `REG_BAD_BIG_DATA`, `REG_BAD_OFFSET`, `REG_BAD_CELL` */
export function segmentOffsets(cells: Cells, offset: number, size: number): { list: number; segments: number[] } {
  const place = cells.locate(offset, BIG_DATA_SIZE);
  const { view } = cells;
  const count = view.getUint16(place + 2, true);
  const needed = Math.ceil(size / SEGMENT_SIZE);
  if (view.getUint16(place, true) !== BIG_DATA_SIGNATURE || count < needed) {
    throw new AdkError("REG_BAD_BIG_DATA", "The data of a large value is not where it should be.", {
      file: cells.name,
      offset: offset + BASE_BLOCK_SIZE,
      expected: `db with ${needed} segments`,
      found: `0x${view.getUint16(place, true).toString(16)} with ${count}`,
    });
  }
  const list = view.getUint32(place + 4, true);
  const at = cells.locate(list, count * 4);
  return { list, segments: Array.from({ length: count }, (_, index) => view.getUint32(at + index * 4, true)) };
}

/** The data of a large value, joined. @throws AdkError as `segmentOffsets` */
export function readBigData(cells: Cells, offset: number, size: number): Uint8Array {
  // The size was not checked yet: no memory before the segments are known to be there.
  const { segments } = segmentOffsets(cells, offset, size);
  const pieces = segments.slice(0, Math.ceil(size / SEGMENT_SIZE)).map((segment, index) => {
    const length = Math.min(SEGMENT_SIZE, size - index * SEGMENT_SIZE);
    const place = cells.locate(segment, length);
    return cells.bytes.subarray(place, place + length);
  });
  const data = new Uint8Array(size);
  for (const [index, piece] of pieces.entries()) data.set(piece, index * SEGMENT_SIZE);
  return data;
}
