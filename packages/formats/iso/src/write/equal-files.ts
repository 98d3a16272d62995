import { createHash } from "node:crypto";
import type { ProgressCounter } from "@adk/core";
import type { Content, SourceFile } from "./source-tree.ts";

/** A file whose data is on the disc as that of another. */
export interface Duplicate {
  readonly path: string;
  readonly of: string;
}

export interface Shared {
  readonly saved: { readonly files: number; readonly bytes: number };
  readonly duplicates: readonly Duplicate[];
}

/** Bytes of head and tail that tell most files of one size apart; smaller files are read whole. */
const SAMPLE = 4096;
/** Larger files are hashed in pieces of this size. */
const PIECE = 1 << 20;

/**
 * Gives files of the same data the content of the first of them. Only files of one size are read; of these first the head and
 * the tail, and whole files where these are the same too.
 */
export async function shareEqual(files: readonly SourceFile[], progress: ProgressCounter): Promise<Shared> {
  const duplicates: Duplicate[] = [];
  let bytes = 0;
  const reader = new HashReader();
  for (const group of Map.groupBy(files, ({ content }) => content.size).values()) {
    if (group.length < 2 || group[0]?.content.size === 0) continue;
    for (const alike of await grouped(group, (content) => reader.sample(content), progress)) {
      const equal = reader.isWhole(alike[0]?.content)
        ? [alike]
        : await grouped(alike, (content) => reader.whole(content), progress);
      for (const [first, ...others] of equal) {
        for (const file of others) {
          file.content = (first as SourceFile).content;
          duplicates.push({ path: file.path, of: (first as SourceFile).path });
          bytes += file.content.size;
        }
      }
    }
  }
  duplicates.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { saved: { files: duplicates.length, bytes }, duplicates };
}

/** The groups of more than one file of the same key. */
async function grouped(
  files: readonly SourceFile[],
  keyOf: (content: Content) => Promise<string>,
  progress: ProgressCounter,
): Promise<SourceFile[][]> {
  const groups = new Map<string, SourceFile[]>();
  for (const file of files) {
    progress.add(1, file.path);
    const key = await keyOf(file.content);
    const group = groups.get(key);
    if (group) group.push(file);
    else groups.set(key, [file]);
  }
  return [...groups.values()].filter(({ length }) => length > 1);
}

/** SHA-256 of contents or of parts of them, all read into the same memory. */
class HashReader {
  // One byte more than is read whole: what is read into memory is smaller than it.
  readonly #memory = new Uint8Array(PIECE + 1);

  /** Whether a sample has all of the content. */
  isWhole(content: Content | undefined): boolean {
    return content !== undefined && (content.entry.sha1 !== undefined || content.size <= 2 * SAMPLE);
  }

  async sample(content: Content): Promise<string> {
    const { volume, entry, size } = content;
    if (entry.sha1 !== undefined) return entry.sha1;
    if (this.isWhole(content)) return hashOf(await volume.read(entry, "", this.#memory));
    const access = await volume.open(entry);
    try {
      await access.read(0, SAMPLE, this.#memory);
      await access.read(size - SAMPLE, SAMPLE, this.#memory.subarray(SAMPLE));
      return hashOf(this.#memory.subarray(0, 2 * SAMPLE));
    } finally {
      await access.close();
    }
  }

  async whole({ volume, entry, size }: Content): Promise<string> {
    if (size <= PIECE) return hashOf(await volume.read(entry, "", this.#memory));
    const access = await volume.open(entry);
    try {
      const hash = createHash("sha256");
      for (let offset = 0; offset < size; offset += PIECE) {
        hash.update(await access.read(offset, Math.min(PIECE, size - offset), this.#memory));
      }
      return hash.digest("base64");
    } finally {
      await access.close();
    }
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64");
}
