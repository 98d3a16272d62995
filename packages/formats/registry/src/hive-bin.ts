import type { Filetime } from "@adk/core";
import { BASE_BLOCK_SIZE } from "./base-block.ts";
import type { Cells } from "./cells.ts";

/** Bytes of a bin's header; its cells follow and fill it to its end. */
export const BIN_HEADER_SIZE = 32;
/** Bins are multiples of this. */
export const BIN_ALIGNMENT = 4096;

const SIGNATURE = 0x6e696268; // "hbin"
const OFFSET = 4;
const SIZE = 8;
/** Only the first bin's is used. */
const TIMESTAMP = 20;

/** Bytes of the bin that begins at an offset, or undefined if none does. */
export function binSizeAt(cells: Cells, offset: number): number | undefined {
  const place = offset + BASE_BLOCK_SIZE;
  if (offset + BIN_ALIGNMENT > cells.end) return undefined;
  cells.load(place, BIN_HEADER_SIZE);
  const { view } = cells;
  if (view.getUint32(place, true) !== SIGNATURE || view.getUint32(place + OFFSET, true) !== offset) return undefined;
  const size = view.getUint32(place + SIZE, true);
  return size >= BIN_ALIGNMENT && size % BIN_ALIGNMENT === 0 && offset + size <= cells.end ? size : undefined;
}

export function writeBinHeader(cells: Cells, offset: number, size: number): void {
  const place = offset + BASE_BLOCK_SIZE;
  cells.bytes.fill(0, place, place + BIN_HEADER_SIZE);
  cells.view.setUint32(place, SIGNATURE, true);
  cells.view.setUint32(place + OFFSET, offset, true);
  cells.view.setUint32(place + SIZE, size, true);
}

/** Windows keeps the time of the last save in the first bin too. */
export function stampFirstBin(cells: Cells, time: Filetime): void {
  cells.view.setBigUint64(BASE_BLOCK_SIZE + TIMESTAMP, time, true);
}
