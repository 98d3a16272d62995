import type { AtomicFile } from "@adk/core";
import type { DiskPiece, DiskPieces } from "./pieces.ts";

/** Bytes after which the host brings to its disk what it has, so that little is left for the sync at the end. */
const SYNC_BYTES = 1 << 26;

/** Bytes and where in a file they go. */
export interface FilePart {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/**
 * Writes the pieces of a disk as they come: while one is written the next is read, and what was written goes to the host's disk.
 *
 * @param partsOf where a piece goes
 */
export async function writePieces(
  file: AtomicFile,
  pieces: DiskPieces,
  partsOf: (piece: DiskPiece) => Iterable<FilePart>,
): Promise<void> {
  let writing: Promise<unknown> | undefined;
  let syncing: Promise<void> | undefined;
  let unsynced = 0;
  let synced = true;
  try {
    for await (const piece of pieces) {
      await writing;
      writing = handled(Promise.all(Array.from(partsOf(piece), ({ offset, bytes }) => file.writeAt(bytes, offset))));
      unsynced += piece.bytes.length;
      if (unsynced < SYNC_BYTES || !synced) continue;
      // A host tells of a failure once: who is told of it here must not wait for the last sync to tell it again.
      await syncing;
      unsynced = 0;
      synced = false;
      syncing = handled(file.sync().finally(() => (synced = true)));
    }
    await writing;
    await syncing;
  } finally {
    await Promise.allSettled([writing, syncing]);
  }
}

/** A promise that may fail before somebody waits for it, and then waits with its error. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
