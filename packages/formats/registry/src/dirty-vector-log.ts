import { alignUp } from "@adk/core";
import {
  type BaseBlock,
  FILE_TYPE_OLD_LOG,
  FILE_TYPE_OLD_LOG_ALTERNATE,
  isHive,
  LOG_BASE_BLOCK_SIZE,
  parseBaseBlock,
} from "./base-block.ts";
import type { LogPage } from "./transaction-log.ts";

const SIGNATURE = 0x54524944; // "DIRT"
/** Bytes of the hive that one bit of the vector stands for. */
const PAGE_SIZE = 512;

/** A log of Windows before 8.1: a bit for each page of the hive that was changed, then these pages. */
export interface DirtyVectorLog {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly baseBlock: BaseBlock;
  readonly pages: readonly LogPage[];
}

/** Reads a log of the old format; undefined for one that is empty, of the new format, or not whole. */
export function parseDirtyVectorLog(bytes: Uint8Array, name: string): DirtyVectorLog | undefined {
  if (bytes.length < LOG_BASE_BLOCK_SIZE + 4 || !isHive(bytes)) return undefined;
  const baseBlock = parseBaseBlock(bytes.subarray(0, LOG_BASE_BLOCK_SIZE), name);
  const { primarySequence, secondarySequence, checksumRight, fileType, hiveBinsSize } = baseBlock;
  if (fileType !== FILE_TYPE_OLD_LOG && fileType !== FILE_TYPE_OLD_LOG_ALTERNATE) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const vector = LOG_BASE_BLOCK_SIZE + 4;
  const vectorSize = hiveBinsSize / PAGE_SIZE / 8;
  if (
    primarySequence !== secondarySequence ||
    !checksumRight ||
    view.getUint32(LOG_BASE_BLOCK_SIZE, true) !== SIGNATURE
  ) {
    return undefined;
  }
  if (!Number.isInteger(vectorSize) || vector + vectorSize > bytes.length) return undefined;
  const pages: LogPage[] = [];
  let data = alignUp(vector + vectorSize, PAGE_SIZE);
  for (let page = 0; page < vectorSize * 8; page++) {
    if ((((bytes[vector + (page >>> 3)] as number) >>> (page & 7)) & 1) === 0) continue;
    if (data + PAGE_SIZE > bytes.length) return undefined;
    pages.push({ offset: page * PAGE_SIZE, bytes: bytes.subarray(data, data + PAGE_SIZE) });
    data += PAGE_SIZE;
  }
  return { name, bytes, baseBlock, pages };
}
