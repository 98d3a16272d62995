import type { ByteReader } from "@adk/core";

// CFDATA, [MS-CAB] 2.4.

export const BLOCK_HEADER_SIZE = 8;
/** Bytes of a block before compression; only the last one of a folder is shorter. */
export const BLOCK_SIZE = 32768;

export interface BlockHeader {
  /** 0 where the maker computed none. */
  readonly checksum: number;
  /** Bytes in the cabinet. */
  readonly storedSize: number;
  /** Bytes after decompression; 0 where the rest of the block lies in the next cabinet. */
  readonly size: number;
}

export function parseBlockHeader(reader: ByteReader): BlockHeader {
  return { checksum: reader.u32(), storedSize: reader.u16(), size: reader.u16() };
}

/**
 * The checksum of a block: all words combined by exclusive or.
 *
 * @param data from the field `cbData` on: sizes, reserved area, stored bytes. The words count from the stored bytes, then
 *   from the sizes, as makers do it.
 * @param dataStart where the stored bytes begin in it
 */
export function blockChecksum(data: Uint8Array, dataStart: number): number {
  return xorWords(data, 0, dataStart, xorWords(data, dataStart, data.length, 0));
}

function xorWords(bytes: Uint8Array, start: number, end: number, seed: number): number {
  let sum = seed;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    sum ^= (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
    sum ^= ((bytes[at + 2] as number) << 16) | ((bytes[at + 3] as number) << 24);
  }
  // What is left over counts from the other end.
  let rest = 0;
  for (; at < end; at++) rest = (rest << 8) | (bytes[at] as number);
  return (sum ^ rest) >>> 0;
}
