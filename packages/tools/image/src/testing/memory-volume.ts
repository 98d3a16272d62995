import { createHash } from "node:crypto";
import {
  FileAttribute,
  MemoryAccess,
  parentPath,
  type Volume,
  type VolumeEntry,
  type VolumeItem,
  type VolumeStream,
} from "@adk/core";

/** An entry of a volume in memory; what is not given is empty, or the same for all. */
export interface MemoryEntry {
  /** Missing for a directory. */
  readonly data?: string;
  readonly shortName?: string;
  /** Besides DIRECTORY and REPARSE_POINT. */
  readonly attributes?: number;
  readonly time?: bigint;
  readonly accessTime?: bigint;
  readonly streams?: Readonly<Record<string, string>>;
  readonly security?: Uint8Array;
  readonly reparse?: { readonly tag: number; readonly data: Uint8Array };
  readonly linkId?: string;
  readonly items?: readonly VolumeItem[];
}

const TIME = 132_000_000_000_000_000n;

/**
 * A volume made of paths, with or without hashes, as a WIM file or a host stores them. The directories above an entry need
 * not be named.
 */
export function memoryVolume(paths: Readonly<Record<string, MemoryEntry>>, hashes = true) {
  const entries = new Map<string, { entry: VolumeEntry; spec: MemoryEntry }>();
  const put = (path: string, spec: MemoryEntry) => {
    if (path !== "/" && !entries.has(parentPath(path))) put(parentPath(path), {});
    entries.set(path, { spec, entry: entryOf(path, spec, hashes) });
  };
  put("/", {});
  for (const [path, spec] of Object.entries(paths)) put(path, spec);
  const specOf = ({ path }: VolumeEntry) => entries.get(path)?.spec ?? {};
  /** Paths whose data was read. */
  const read: string[] = [];
  const bytesOf = (entry: VolumeEntry, stream: string) => {
    read.push(stream === "" ? entry.path : `${entry.path}:${stream}`);
    const spec = specOf(entry);
    return new TextEncoder().encode(stream === "" ? spec.data : spec.streams?.[stream]);
  };
  const volume: Volume = {
    name: "memory",
    root: (entries.get("/") as { entry: VolumeEntry }).entry,
    lookup: async (path) => entries.get(path)?.entry,
    list: async ({ path }) =>
      [...entries.values()]
        .map(({ entry }) => entry)
        .filter((each) => each.path !== "/" && parentPath(each.path) === path),
    open: async (entry, stream = "") => new MemoryAccess(bytesOf(entry, stream), entry.path),
    read: async (entry, stream = "") => bytesOf(entry, stream),
    reparsePoint: async (entry) => {
      const { reparse } = specOf(entry);
      return reparse && { data: reparse.data, reserved: 0, fixed: false };
    },
    securityDescriptor: async (entry) => specOf(entry).security,
    close: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
  return Object.assign(volume, { dataRead: read });
}

function entryOf(path: string, spec: MemoryEntry, hashes: boolean): VolumeEntry {
  const { data, reparse, streams = {}, time = TIME } = spec;
  const kind =
    (data === undefined && !reparse ? FileAttribute.DIRECTORY : 0) | (reparse ? FileAttribute.REPARSE_POINT : 0);
  const sha1 = (text: string | Uint8Array) =>
    hashes && text.length > 0 ? createHash("sha1").update(text).digest("hex") : undefined;
  return {
    path,
    name: path.slice(path.lastIndexOf("/") + 1),
    shortName: spec.shortName ?? "",
    attributes: kind | (spec.attributes ?? 0) || FileAttribute.NORMAL,
    size: data?.length ?? 0,
    creationTime: TIME,
    lastAccessTime: spec.accessTime ?? TIME,
    lastWriteTime: time,
    reparseTag: reparse?.tag ?? 0,
    reparseSha1: reparse && sha1(reparse.data),
    linkId: spec.linkId,
    sha1: sha1(data ?? ""),
    streams: Object.entries(streams).map(
      ([name, text]): VolumeStream => ({ name, size: text.length, sha1: sha1(text) }),
    ),
    items: spec.items ?? [],
  };
}
