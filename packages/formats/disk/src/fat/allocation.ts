import type { FatKind } from "./boot-sector.ts";

/** First entry of a table: the media descriptor; second: a clean volume without errors. Cluster 2 is the first of data. */
const FIRST_CLUSTER = 2;
const MEDIA: Readonly<Record<FatKind, number>> = { 12: 0xff8, 16: 0xfff8, 32: 0x0fff_fff8 };
const END_OF_CHAIN: Readonly<Record<FatKind, number>> = { 12: 0xfff, 16: 0xffff, 32: 0x0fff_ffff };

/** Entries of one piece of a table; two entries of FAT12 share three bytes, so it is even. */
export const FAT_ENTRIES_AT_ONCE = 1 << 18;

/** Clusters that follow each other: one file or directory. */
export interface Run {
  readonly firstCluster: number;
  readonly clusters: number;
}

/**
 * A part of the file allocation table where every chain is one run, and the runs follow each other without a gap.
 *
 * @param first number of the first entry, even
 * @param run where to go on in `runs`
 * @returns where the next piece goes on
 */
export function writeFatPiece(
  kind: FatKind,
  first: number,
  count: number,
  runs: readonly Run[],
  run: number,
): { readonly bytes: Uint8Array; readonly run: number } {
  const bytes = new Uint8Array(Math.ceil((count * kind) / 8));
  const view = new DataView(bytes.buffer);
  let at = run;
  for (let i = 0; i < count; i++) {
    const cluster = first + i;
    let value: number;
    if (cluster < FIRST_CLUSTER) value = cluster === 0 ? MEDIA[kind] : END_OF_CHAIN[kind];
    else {
      const { firstCluster, clusters } = runs[at] as Run;
      const isLast = cluster === firstCluster + clusters - 1;
      value = isLast ? END_OF_CHAIN[kind] : cluster + 1;
      if (isLast) at++;
    }
    if (kind === 32) view.setUint32(i * 4, value, true);
    else if (kind === 16) view.setUint16(i * 2, value, true);
    else setEntry12(bytes, i, value);
  }
  return { bytes, run: at };
}

/** Entries of 12 bits: the even one has the low bits of three bytes, the odd one the high bits. */
function setEntry12(bytes: Uint8Array, index: number, value: number): void {
  const at = Math.floor((index * 3) / 2);
  if (index % 2 === 0) {
    bytes[at] = value & 0xff;
    if (at + 1 < bytes.length) bytes[at + 1] = (bytes[at + 1]! & 0xf0) | (value >> 8);
  } else {
    bytes[at] = (bytes[at]! & 0x0f) | ((value & 0x0f) << 4);
    bytes[at + 1] = value >> 4;
  }
}

/** What an entry says of the chain that it is in. */
export type Link = number | "end" | "bad";

/** @param value an entry of the table; FAT32 keeps its upper four bits for others */
export function linkOf(kind: FatKind, value: number): Link {
  const entry = kind === 32 ? value & 0x0fff_ffff : value;
  const end = END_OF_CHAIN[kind];
  if (entry >= end - 7) return "end";
  return entry < FIRST_CLUSTER || entry === end - 8 ? "bad" : entry;
}

/** One entry of a part of a table. @param at number of the entry within the part, which begins with an even one */
export function readEntry(kind: FatKind, view: DataView, at: number): number {
  if (kind === 32) return view.getUint32(at * 4, true);
  if (kind === 16) return view.getUint16(at * 2, true);
  const pair = view.getUint16(Math.floor((at * 3) / 2), true);
  return at % 2 === 0 ? pair & 0xfff : pair >> 4;
}
