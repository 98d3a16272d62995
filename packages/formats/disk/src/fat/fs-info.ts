import { ByteReader, ByteWriter } from "@adk/core";
import { SECTOR } from "../pieces.ts";

const LEAD = 0x41615252;
const STRUCTURE = 0x61417272;
const TRAIL = 0xaa550000;
const UNKNOWN = 0xffff_ffff;

/** FSInfo sector of FAT32: hints, so that nobody need count. */
export interface FsInfo {
  /** Free clusters; undefined where it does not say. */
  readonly free: number | undefined;
  /** Where to look for a free one first. */
  readonly next: number | undefined;
}

/** Undefined where the sector is none. */
export function parseFsInfo(sector: Uint8Array): FsInfo | undefined {
  const reader = new ByteReader(sector);
  if (reader.u32() !== LEAD || reader.seek(484).u32() !== STRUCTURE) return undefined;
  const [free, next] = [reader.u32(), reader.u32()];
  return { free: free === UNKNOWN ? undefined : free, next: next === UNKNOWN ? undefined : next };
}

export function writeFsInfo({ free = UNKNOWN, next = UNKNOWN }: FsInfo): Uint8Array {
  return new ByteWriter(SECTOR).u32(LEAD).zeros(480).u32(STRUCTURE).u32(free).u32(next).zeros(12).u32(TRAIL).finish();
}
