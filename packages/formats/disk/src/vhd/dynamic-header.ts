import { AdkError, check, type Guid, guidFromBytes, type Origin } from "@adk/core";
import { vhdChecksum } from "./footer.ts";

export const DYNAMIC_HEADER_BYTES = 1024;
/** What everybody writes; the specification allows other powers of two. */
export const VHD_BLOCK_BYTES = 2 ** 21;
const COOKIE = "cxsparse";
const VERSION = 0x0001_0000;
const CHECKSUM_AT = 36;
/** Blocks of the largest disk (2040 GiB) with blocks of 256 KiB, smaller than anybody's. */
const MOST_BLOCKS = 2 ** 23;
const LOCATORS = 8;
const LOCATOR_BYTES = 24;
/** What a path of Windows can have. */
const MOST_PATH_BYTES = 2 ** 16;

/** Where in the file a differencing disk has a path of its parent, as UTF-16: `W2ru` relative, `W2ku` absolute. */
export interface ParentLocator {
  readonly offset: number;
  readonly length: number;
}

/** Header of a dynamic or differencing disk. */
export interface DynamicHeader {
  /** Offset of the block allocation table. */
  readonly tableOffset: number;
  readonly blocks: number;
  readonly blockBytes: number;
  /** UUID, path and paths of the parent of a differencing disk. */
  readonly parentId: Guid;
  readonly parentName: string;
  readonly parentLocators: readonly ParentLocator[];
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
  const locators = Array.from({ length: LOCATORS }, (_, i) => 576 + i * LOCATOR_BYTES);
  const isPath = (at: number) => /^W2[rk]u$/.test(String.fromCharCode(...bytes.subarray(at, at + 4)));
  const end = units.indexOf(0);
  return {
    tableOffset,
    blocks,
    blockBytes,
    parentId: guidFromBytes(bytes.subarray(40, 56)),
    parentName: String.fromCharCode(...(end < 0 ? units : units.slice(0, end))),
    parentLocators: locators
      .filter(isPath)
      .map((at) => ({ length: view.getUint32(at + 8), offset: Number(view.getBigUint64(at + 16)) }))
      .filter(({ length }) => length <= MOST_PATH_BYTES),
  };
}

/** Of a disk without parent. */
export function writeDynamicHeader({
  tableOffset,
  blocks,
  blockBytes,
}: Pick<DynamicHeader, "tableOffset" | "blocks" | "blockBytes">): Uint8Array {
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
