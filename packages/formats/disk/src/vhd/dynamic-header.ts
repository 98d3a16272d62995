import { AdkError, check, type Origin } from "@adk/core";
import { vhdChecksum } from "./footer.ts";

export const DYNAMIC_HEADER_BYTES = 1024;
/** What everybody writes; the specification allows other powers of two. */
export const VHD_BLOCK_BYTES = 2 ** 21;
const COOKIE = "cxsparse";
const VERSION = 0x0001_0000;
const CHECKSUM_AT = 36;
/** Blocks of the largest disk (2040 GiB) with the smallest blocks that make sense. */
const MOST_BLOCKS = 2 ** 26;

/** Header of a dynamic or differencing disk. */
export interface DynamicHeader {
  /** Offset of the block allocation table. */
  readonly tableOffset: number;
  readonly blocks: number;
  readonly blockBytes: number;
  /** Name of the parent of a differencing disk. */
  readonly parentName: string;
}

/** @throws AdkError `VHD_BAD_HEADER` */
export function parseDynamicHeader(bytes: Uint8Array, origin: Origin = {}): DynamicHeader {
  const bad = (message: string, at: number, found?: string | number, expected?: string | number) =>
    new AdkError("VHD_BAD_HEADER", message, { file: origin.file, offset: (origin.base ?? 0) + at, found, expected });
  const cookie = String.fromCharCode(...bytes.subarray(0, 8));
  check(bytes.length >= DYNAMIC_HEADER_BYTES && cookie === COOKIE, () => bad("There is no header of blocks.", 0));
  const view = new DataView(bytes.buffer, bytes.byteOffset, DYNAMIC_HEADER_BYTES);
  const [stored, actual] = [view.getUint32(CHECKSUM_AT), vhdChecksum(bytes.subarray(0, 1024), CHECKSUM_AT)];
  check(stored === actual, () => bad("The header's checksum is wrong.", CHECKSUM_AT, actual, stored));
  const tableOffset = Number(view.getBigUint64(16));
  const [blocks, blockBytes] = [view.getUint32(28), view.getUint32(32)];
  const isPower = blockBytes >= 512 && blockBytes <= 2 ** 30 && (blockBytes & (blockBytes - 1)) === 0;
  check(isPower, () => bad("Blocks cannot have this size.", 32, blockBytes));
  check(blocks > 0 && blocks <= MOST_BLOCKS, () => bad("There cannot be so many blocks.", 28, blocks));
  check(Number.isSafeInteger(tableOffset), () => bad("The table cannot be there.", 16, tableOffset));
  const units = Array.from({ length: 256 }, (_, i) => view.getUint16(64 + i * 2));
  const end = units.indexOf(0);
  return {
    tableOffset,
    blocks,
    blockBytes,
    parentName: String.fromCharCode(...(end < 0 ? units : units.slice(0, end))),
  };
}

/** Of a disk without parent. */
export function writeDynamicHeader({ tableOffset, blocks, blockBytes }: Omit<DynamicHeader, "parentName">): Uint8Array {
  const bytes = new Uint8Array(DYNAMIC_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(COOKIE));
  view.setBigUint64(8, 0xffff_ffff_ffff_ffffn);
  view.setBigUint64(16, BigInt(tableOffset));
  view.setUint32(24, VERSION);
  view.setUint32(28, blocks);
  view.setUint32(32, blockBytes);
  view.setUint32(CHECKSUM_AT, vhdChecksum(bytes, CHECKSUM_AT));
  return bytes;
}
