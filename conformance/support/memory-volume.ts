import { join as joinPosix } from "node:path/posix";
import {
  FileAttribute,
  MemoryAccess,
  parseFiletime,
  type Volume,
  type VolumeEntry,
  type VolumeItem,
  type VolumeReparsePoint,
} from "@adk/core";

/** A file or directory with what only Windows' file systems keep. */
export interface MemoryFile {
  /** `/Windows/System32`; the directories above it are listed before it. */
  readonly path: string;
  /** Missing for a directory. */
  readonly data?: Uint8Array;
  readonly shortName?: string;
  /** Besides DIRECTORY and REPARSE_POINT. Default: NORMAL for a file that has no other. */
  readonly attributes?: number;
  /** Alternate data streams. */
  readonly streams?: Readonly<Record<string, Uint8Array>>;
  readonly security?: Uint8Array;
  readonly reparse?: VolumeReparsePoint & { readonly tag: number };
  /** Files with the same are one. */
  readonly linkId?: string;
  readonly items?: readonly VolumeItem[];
}

/** ISO 8601, to 100 ns. */
const TIMES = {
  creationTime: parseFiletime("2019-03-02T10:20:30.1234567Z"),
  lastAccessTime: parseFiletime("2021-12-31T23:59:59.9999999Z"),
  lastWriteTime: parseFiletime("2020-07-06T05:04:03.0000001Z"),
};

/** A volume made of a list of files, the root first. */
export function memoryVolume(files: readonly MemoryFile[]): Volume {
  const entries = new Map(files.map((file) => [file.path, { file, entry: entryOf(file) }]));
  const find = (entry: VolumeEntry): MemoryFile => (entries.get(entry.path) as { file: MemoryFile }).file;
  const dataOf = (entry: VolumeEntry, stream: string): Uint8Array => {
    const file = find(entry);
    return (stream === "" ? file.data : file.streams?.[stream]) ?? new Uint8Array(0);
  };
  return {
    name: "memory",
    root: (entries.get("/") as { entry: VolumeEntry }).entry,
    lookup: async (path) => entries.get(path)?.entry,
    list: async ({ path }) =>
      [...entries.values()].map(({ entry }) => entry).filter((each) => each.path !== "/" && parent(each.path) === path),
    open: async (entry, stream = "") => new MemoryAccess(dataOf(entry, stream), entry.path),
    read: async (entry, stream = "") => dataOf(entry, stream),
    reparsePoint: async (entry) => find(entry).reparse,
    securityDescriptor: async (entry) => find(entry).security,
    close: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
}

function parent(path: string): string {
  return joinPosix(path, "..");
}

function entryOf(file: MemoryFile): VolumeEntry {
  const { path, data, reparse, streams = {}, attributes = 0 } = file;
  const kind = (data || reparse ? 0 : FileAttribute.DIRECTORY) | (reparse ? FileAttribute.REPARSE_POINT : 0);
  return {
    path,
    name: path.slice(path.lastIndexOf("/") + 1),
    shortName: file.shortName ?? "",
    attributes: attributes | kind || FileAttribute.NORMAL,
    size: data?.length ?? 0,
    ...TIMES,
    reparseTag: reparse?.tag ?? 0,
    linkId: file.linkId,
    sha1: undefined,
    streams: Object.entries(streams).map(([name, bytes]) => ({ name, size: bytes.length, sha1: undefined })),
    items: file.items ?? [],
  };
}
