import { createHash } from "node:crypto";
import { type RandomAccess, readPieces, type VolumeEntry } from "@adk/core";
import type { SourceVolume } from "./source-volume.ts";

// The parts of a cabinet ([MS-CAB] 2.2, 2.4) that hold times: CFFILE has the date and the time of a file at its offset 10.
const SIGNATURE = 0x4643534d;
const FILES_OFFSET = 16;
const FILES_COUNT = 28;
const HEADER_BYTES = 36;
const FILE_BYTES = 16;
const FILE_DATE = 10;
/** A name has at most 256 bytes with its end. */
const MOST_NAME = 256;
/** More than a real list of files takes; a longer one is compared as it is. */
const MOST_LIST = 16 << 20;

/**
 * Gives cabinets that differ in nothing but the times of their files the data of the first of them by path.
 *
 * @returns how many got other data than their own
 */
export async function shareCabinets(volume: SourceVolume, files: readonly VolumeEntry[]): Promise<number> {
  let count = 0;
  for (const group of Map.groupBy(files, ({ size }) => size).values()) {
    if (group.length < 2 || (group[0] as VolumeEntry).size < HEADER_BYTES) continue;
    const known = new Map<string, VolumeEntry>();
    for (const entry of group) {
      const hash = await hashWithoutTimes(volume, entry);
      if (hash === undefined) continue;
      const first = known.get(hash);
      if (!first) known.set(hash, entry);
      else {
        volume.redirect(entry, first);
        count++;
      }
    }
  }
  return count;
}

/** Undefined for what is no cabinet. */
async function hashWithoutTimes(volume: SourceVolume, entry: VolumeEntry): Promise<string | undefined> {
  const access = await volume.open(entry);
  try {
    const times = await timesIn(access);
    if (!times) return undefined;
    const hash = createHash("sha256");
    let at = 0;
    let next = 0;
    for await (const piece of readPieces(access)) {
      const bytes = piece.slice();
      // A time may lie across two pieces.
      for (; next < times.length && (times[next] as number) < at + bytes.length; next++) {
        const time = (times[next] as number) - at;
        bytes.fill(0, Math.max(0, time), Math.min(bytes.length, time + 4));
        if (time + 4 > bytes.length) break;
      }
      hash.update(bytes);
      at += bytes.length;
    }
    return hash.digest("hex");
  } finally {
    await access.close();
  }
}

/** Offsets of the dates and times of a cabinet's files, in their order. */
async function timesIn(access: RandomAccess): Promise<number[] | undefined> {
  const header = view(await access.read(0, HEADER_BYTES));
  if (header.getUint32(0, true) !== SIGNATURE) return undefined;
  const start = header.getUint32(FILES_OFFSET, true);
  const count = header.getUint16(FILES_COUNT, true);
  const length = Math.min(count * (FILE_BYTES + MOST_NAME), MOST_LIST, access.size - start);
  if (length <= 0) return undefined;
  const list = await access.read(start, length);
  const times: number[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    const end = list.indexOf(0, at + FILE_BYTES);
    if (end < 0 || at + FILE_BYTES > length) return undefined;
    times.push(start + at + FILE_DATE);
    at = end + 1;
  }
  return times;
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
