import { type Dentry, isStoredDirectory } from "./dentry.ts";
import { linkIdOf, streamHashes } from "./inode-streams.ts";

/** What the XML data says of an image's size. */
export interface ImageCounts {
  /** Directories, the root included. */
  readonly directories: number;
  /** Names that are no directories. */
  readonly files: number;
  /** Bytes of all streams, counted for every name. */
  readonly totalBytes: number;
  /** Of these, the bytes that hard links count again. */
  readonly hardLinkBytes: number;
  /** How often each blob is referred to, counted for every name. */
  readonly references: ReadonlyMap<string, number>;
}

/** @param sizeOf bytes of a blob; 0 where it is missing */
export function countImage(root: Dentry, sizeOf: (sha1: string) => number): ImageCounts {
  let directories = 0;
  let files = 0;
  let totalBytes = 0;
  let hardLinkBytes = 0;
  const references = new Map<string, number>();
  const links = new Set<string>();
  const pending = [root];
  for (let dentry = pending.pop(); dentry; dentry = pending.pop()) {
    if (isStoredDirectory(dentry)) directories++;
    else files++;
    let bytes = 0;
    for (const sha1 of streamHashes(dentry)) {
      references.set(sha1, (references.get(sha1) ?? 0) + 1);
      bytes += sizeOf(sha1);
    }
    totalBytes += bytes;
    const link = linkIdOf(dentry);
    if (link !== undefined) {
      if (links.has(link)) hardLinkBytes += bytes;
      links.add(link);
    }
    for (const child of dentry.children ?? []) pending.push(child);
  }
  return { directories, files, totalBytes, hardLinkBytes, references };
}
