import { FileAttribute } from "@adk/core";
import type { Dentry, ExtraStream } from "./dentry.ts";
import { ZERO_HASH } from "./lookup-table.ts";

/** What the main hash and the extra streams of a dentry stand for. A hash is `ZERO_HASH` where there is no data. */
export interface InodeStreams {
  /** Unnamed data; of an encrypted file the raw EFS data. */
  readonly data: string;
  /** Reparse data without its 8-byte header. */
  readonly reparse: string;
  /** Alternate data streams. */
  readonly named: readonly ExtraStream[];
}

export function inodeStreams(dentry: Dentry): InodeStreams {
  const { mainHash, extraStreams } = dentry;
  if (extraStreams.length === 0) {
    return isPlainReparsePoint(dentry)
      ? { data: ZERO_HASH, reparse: mainHash, named: extraStreams }
      : { data: mainHash, reparse: ZERO_HASH, named: extraStreams };
  }
  const named: ExtraStream[] = [];
  const unnamed: string[] = [];
  for (const stream of dentry.extraStreams) {
    if (stream.name) named.push(stream);
    else unnamed.push(stream.sha1);
  }
  // The main hash counts as the first unnamed stream, unless it is zero and an unnamed extra stream stands for it.
  if (dentry.mainHash !== ZERO_HASH || unnamed.length === 0) unnamed.unshift(dentry.mainHash);

  if (isPlainReparsePoint(dentry)) {
    return { data: unnamed[1] ?? ZERO_HASH, reparse: unnamed[0] ?? ZERO_HASH, named };
  }
  return { data: unnamed.find((sha1) => sha1 !== ZERO_HASH) ?? ZERO_HASH, reparse: ZERO_HASH, named };
}

/** Of an encrypted file the first unnamed stream is its data all the same. */
function isPlainReparsePoint({ attributes }: Dentry): boolean {
  const { ENCRYPTED, REPARSE_POINT } = FileAttribute;
  return (attributes & (ENCRYPTED | REPARSE_POINT)) === REPARSE_POINT;
}

/**
 * What names of one file share; undefined for a file with one name. Windows' tools have given one group to different files:
 * only names with equal data are one file.
 */
export function linkIdOf(dentry: Dentry): string | undefined {
  if (dentry.hardLinkGroup === 0n || dentry.attributes & FileAttribute.DIRECTORY) return undefined;
  return `${dentry.hardLinkGroup}:${inodeStreams(dentry).data}`;
}

/** The hashes of all streams of a dentry that have data. */
export function streamHashes(dentry: Dentry): string[] {
  const { data, reparse, named } = inodeStreams(dentry);
  return [data, reparse, ...named.map(({ sha1 }) => sha1)].filter((sha1) => sha1 !== ZERO_HASH);
}

/**
 * Stores the streams in a dentry the way that Windows reads: one stream goes into the main hash; several all go into extra
 * streams, first the reparse data, then the unnamed data, then the named ones. A directory gets no unnamed data: Windows'
 * tools refuse that.
 */
export function setInodeStreams(dentry: Dentry, streams: InodeStreams): void {
  const isReparsePoint = (dentry.attributes & FileAttribute.REPARSE_POINT) !== 0;
  const isDirectory = (dentry.attributes & FileAttribute.DIRECTORY) !== 0;
  const hasBoth = isReparsePoint && streams.data !== ZERO_HASH;
  if (streams.named.length === 0 && !hasBoth) {
    dentry.mainHash = isReparsePoint ? streams.reparse : streams.data;
    dentry.extraStreams = [];
    return;
  }
  dentry.mainHash = ZERO_HASH;
  const extra: ExtraStream[] = [];
  if (isReparsePoint) extra.push({ name: "", sha1: streams.reparse });
  if (!isDirectory && (!isReparsePoint || hasBoth)) extra.push({ name: "", sha1: streams.data });
  dentry.extraStreams = [...extra, ...streams.named];
}
