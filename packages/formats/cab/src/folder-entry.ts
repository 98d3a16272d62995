import type { ByteReader } from "@adk/core";

// CFFOLDER, [MS-CAB] 2.2: a run of data blocks that are compressed as one.

export const FOLDER_ENTRY_SIZE = 8;

export type CabCompression = "none" | "mszip" | "quantum" | "lzx" | "unknown";

export interface FolderEntry {
  /** Where the first data block lies, from the start of the cabinet. */
  readonly dataOffset: number;
  readonly blockCount: number;
  readonly compression: CabCompression;
  /** Of LZX: matches reach back 2^windowOrder bytes. 0 for the others. */
  readonly windowOrder: number;
}

const COMPRESSIONS: readonly CabCompression[] = ["none", "mszip", "quantum", "lzx"];

export function parseFolderEntry(reader: ByteReader, reserveBytes: number): FolderEntry {
  const dataOffset = reader.u32();
  const blockCount = reader.u16();
  const type = reader.u16();
  reader.skip(reserveBytes);
  const compression = COMPRESSIONS[type & 15] ?? "unknown";
  return { dataOffset, blockCount, compression, windowOrder: compression === "lzx" ? (type >>> 8) & 31 : 0 };
}

/** `LZX, window of 2 MiB` or the like, for people. */
export function describeCompression({
  compression,
  windowOrder,
}: Pick<FolderEntry, "compression" | "windowOrder">): string {
  if (compression !== "lzx") return compression === "none" ? "none" : compression.toUpperCase();
  const kib = 2 ** (windowOrder - 10);
  return `LZX, window of ${kib < 1024 ? `${kib} KiB` : `${kib / 1024} MiB`}`;
}
