import { FileAttribute } from "./file-attributes.ts";
import type { RandomAccess } from "./random-access.ts";

/**
 * A volume is whatever holds a Windows file tree: a directory, an image inside a WIM file. Every tool of the kit works on
 * volumes, so that none needs to know how the tree is stored. Paths are written with `/`, begin at the root `/`, and are
 * looked up without regard to case, on every host.
 */
export interface Volume extends AsyncDisposable {
  /** What errors and reports call it: `install.wim:6`. */
  readonly name: string;
  readonly root: VolumeEntry;
  /** The entry at a path, or undefined. Reparse points are not followed. */
  lookup(path: string): Promise<VolumeEntry | undefined>;
  /** The entries of a directory, in the volume's own order. */
  list(directory: VolumeEntry): Promise<readonly VolumeEntry[]>;
  /**
   * Opens the data of a file, or one of its named streams.
   *
   * @param stream name of an alternate data stream; empty for the unnamed data
   */
  open(entry: VolumeEntry, stream?: string): Promise<RandomAccess>;
  /**
   * The whole of a stream, for files that fit in memory.
   *
   * @param into memory that may be used for it, where it is larger than the data; the result is a view of it then
   */
  read(entry: VolumeEntry, stream?: string, into?: Uint8Array): Promise<Uint8Array>;
  reparsePoint(entry: VolumeEntry): Promise<VolumeReparsePoint | undefined>;
  /** A self-relative SECURITY_DESCRIPTOR ([MS-DTYP] 2.4.6), where the volume stores one. */
  securityDescriptor(entry: VolumeEntry): Promise<Uint8Array | undefined>;
  close(): Promise<void>;
}

/** What Windows keeps about a file or directory. An entry belongs to the volume that gave it. */
export interface VolumeEntry {
  /** Full path, `/Windows/System32`; `/` for the root. */
  readonly path: string;
  /** Long name; empty for the root. */
  readonly name: string;
  /** 8.3 name, or empty. */
  readonly shortName: string;
  /** FILE_ATTRIBUTE_* bits ([MS-FSCC] 2.6). */
  readonly attributes: number;
  /** Bytes of the unnamed data. */
  readonly size: number;
  /** FILETIME: 100 ns units since 1601-01-01 UTC. */
  readonly creationTime: bigint;
  readonly lastAccessTime: bigint;
  readonly lastWriteTime: bigint;
  /** Reparse tag, 0 where the entry is no reparse point. */
  readonly reparseTag: number;
  /** SHA-1 of the reparse data in hex, where the volume stores it. */
  readonly reparseSha1?: string | undefined;
  /** Entries with the same identity are hard links to one file; undefined for a file with one name. */
  readonly linkId: string | undefined;
  /** SHA-1 of the unnamed data in hex, where the volume stores it. */
  readonly sha1: string | undefined;
  /** Alternate data streams. */
  readonly streams: readonly VolumeStream[];
  /** Further items that WIM files and NTFS keep per entry (object id, extended attributes ...), verbatim. */
  readonly items: readonly VolumeItem[];
}

export interface VolumeStream {
  readonly name: string;
  readonly size: number;
  readonly sha1: string | undefined;
}

/** An item with the tag that WIM metadata gives it: 1 object id, 2 extended attributes. */
export interface VolumeItem {
  readonly tag: number;
  readonly data: Uint8Array;
}

export interface VolumeReparsePoint {
  /** Reparse data without the 8-byte header ([MS-FSCC] 2.1.2). */
  readonly data: Uint8Array;
  /** The two reserved bytes of the header. */
  readonly reserved: number;
  /** An absolute link target counts from the volume's root instead of from the drive. */
  readonly fixed: boolean;
}

/** A directory that has entries of its own: a directory symlink or junction has none. */
export function isRealDirectory(entry: VolumeEntry): boolean {
  const { DIRECTORY, REPARSE_POINT } = FileAttribute;
  return (entry.attributes & (DIRECTORY | REPARSE_POINT)) === DIRECTORY;
}

/**
 * Every entry below one (and the entry itself first), a directory before what it holds, in batches of one directory.
 *
 * @param enter decides whether an entry is given out and, for a directory, whether its entries follow
 */
export async function* walk(
  volume: Volume,
  from: VolumeEntry = volume.root,
  enter: (entry: VolumeEntry) => boolean = () => true,
): AsyncGenerator<readonly VolumeEntry[]> {
  if (!enter(from)) return;
  yield [from];
  if (!isRealDirectory(from)) return;
  const pending = [from];
  for (let directory = pending.pop(); directory; directory = pending.pop()) {
    const batch = (await volume.list(directory)).filter(enter);
    yield batch;
    for (let i = batch.length - 1; i >= 0; i--) {
      const entry = batch[i];
      if (entry && isRealDirectory(entry)) pending.push(entry);
    }
  }
}

/** Path of an entry of a directory. */
export function childPath(directory: string, name: string): string {
  return directory === "/" ? `/${name}` : `${directory}/${name}`;
}
