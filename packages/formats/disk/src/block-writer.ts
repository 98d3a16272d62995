import type { AtomicFile } from "@adk/core";
import { type FilePart, writePieces } from "./piece-writer.ts";
import type { DiskPiece, DiskPieces } from "./pieces.ts";

export interface BlockLayout {
  readonly blockBytes: number;
  /** Where the first block goes. */
  readonly start: number;
  /** What stands in the file before the data of each block. */
  readonly before?: Uint8Array | undefined;
  /** Told where in the file a block begins, with what stands before it. */
  readonly onBlock: (block: number, offset: number) => void;
}

/**
 * Puts the blocks of a disk that hold something one behind the other into a file.
 *
 * @returns where the last block ends; the file has that size
 */
export async function writeBlocks(file: AtomicFile, pieces: DiskPieces, layout: BlockLayout): Promise<number> {
  const { blockBytes, before, onBlock } = layout;
  let end = layout.start;
  let current = -1;
  function* partsOf({ offset, bytes }: DiskPiece): Generator<FilePart> {
    for (let done = 0; done < bytes.length; ) {
      const block = Math.floor((offset + done) / blockBytes);
      // Pieces come in order: a block that was left is not come back to.
      if (block !== current) {
        current = block;
        onBlock(block, end);
        if (before) yield { offset: end, bytes: before };
        end += (before?.length ?? 0) + blockBytes;
      }
      const within = offset + done - block * blockBytes;
      const count = Math.min(blockBytes - within, bytes.length - done);
      yield { offset: end - blockBytes + within, bytes: bytes.subarray(done, done + count) };
      done += count;
    }
  }
  await writePieces(file, pieces, partsOf);
  if (file.size < end) await file.truncate(end);
  return end;
}
