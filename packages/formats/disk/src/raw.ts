import type { AtomicFile } from "@adk/core";
import { writePieces } from "./piece-writer.ts";
import type { DiskPieces } from "./pieces.ts";

/** Writes a disk as it is: a raw image of `size` bytes, in which zeros take no room where the host has sparse files. */
export async function writeRaw(file: AtomicFile, size: number, pieces: DiskPieces): Promise<void> {
  await file.truncate(size);
  await writePieces(file, pieces, (piece) => [piece]);
}
