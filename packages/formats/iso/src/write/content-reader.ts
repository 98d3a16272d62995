import { AdkError } from "@adk/core";
import { SECTOR } from "../sector.ts";
import { segmentsOf } from "./holes.ts";
import type { PieceMemory } from "./piece-memory.ts";
import type { Content } from "./source-tree.ts";

/** Files below this size are read at once. */
const SMALL = 1 << 18;

/**
 * Reads the data of a file into the pieces of a disc, filled up to whole sectors.
 *
 * @returns the pieces that became full
 * @throws AdkError `SOURCE_CHANGED` where a file is not, or no longer, as large as it was when the layout was made
 */
export async function* contentPieces(content: Content, memory: PieceMemory): AsyncGenerator<Uint8Array> {
  const { volume, entry, size } = content;
  if (size < SMALL && !content.holes?.length) {
    // What is read into memory is smaller than it.
    if (memory.free.length <= size) yield memory.take();
    const bytes = await volume.read(entry, "", memory.free);
    if (bytes.length !== size) throw changed(content);
    memory.add(bytes);
    memory.alignTo(SECTOR);
    return;
  }
  const access = await volume.open(entry);
  try {
    if (access.size !== size) throw changed(content);
    for (const { offset, length, isHole } of segmentsOf(content)) {
      for (let done = 0; !isHole && done < length; ) {
        const count = Math.min(memory.free.length, length - done);
        done += memory.add(await access.read(offset + done, count, memory.free));
        memory.alignTo(SECTOR);
        if (memory.isFull) yield memory.take();
      }
    }
  } finally {
    await access.close();
  }
  // One that grew meanwhile would be on the disc with a part of its data.
  const again = await volume.open(entry);
  await again.close();
  if (again.size !== size) throw changed(content);
}

/** All of a small file. @throws AdkError `SOURCE_CHANGED` */
export async function readContent(content: Content): Promise<Uint8Array> {
  const bytes = await content.volume.read(content.entry);
  if (bytes.length !== content.size) throw changed(content);
  return bytes;
}

function changed({ entry, size }: Content): AdkError {
  return new AdkError("SOURCE_CHANGED", "A file changed its size while the disc was made.", {
    kind: "environment",
    file: entry.path,
    expected: size,
  });
}
