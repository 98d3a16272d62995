import {
  childPath,
  equalNames,
  FileAttribute,
  MemoryAccess,
  type RandomAccess,
  type Volume,
  type VolumeEntry,
  type VolumeItem,
  type VolumeReparsePoint,
} from "@adk/core";

/** An entry of a volume in memory. What is not given is empty; with `children` it is a directory. */
export interface MemoryEntry {
  readonly data?: Uint8Array | string;
  readonly children?: Readonly<Record<string, MemoryEntry>>;
  /** Added to DIRECTORY, REPARSE_POINT or NORMAL. */
  readonly attributes?: number;
  readonly shortName?: string;
  /** FILETIMEs of creation, last access and last write. */
  readonly times?: readonly [bigint, bigint, bigint];
  readonly streams?: Readonly<Record<string, Uint8Array | string>>;
  readonly reparse?: VolumeReparsePoint & { readonly tag: number };
  readonly security?: Uint8Array;
  readonly linkId?: string;
  readonly items?: readonly VolumeItem[];
}

const TIME = 132_000_000_000_000_000n;

/** A volume that holds whatever an NTFS volume can hold. */
export function memoryVolume(children: Readonly<Record<string, MemoryEntry>>, root: MemoryEntry = {}): Volume {
  const specs = new WeakMap<VolumeEntry, MemoryEntry>();
  const specOf = (entry: VolumeEntry): MemoryEntry => specs.get(entry) ?? {};

  const entryOf = (path: string, name: string, spec: MemoryEntry): VolumeEntry => {
    const kind =
      (spec.children ? FileAttribute.DIRECTORY : 0) | (spec.reparse ? FileAttribute.REPARSE_POINT : 0) ||
      FileAttribute.NORMAL;
    const [creationTime, lastAccessTime, lastWriteTime] = spec.times ?? [TIME, TIME + 1n, TIME + 2n];
    const entry: VolumeEntry = {
      path,
      name,
      shortName: spec.shortName ?? "",
      attributes: (kind | (spec.attributes ?? 0)) >>> 0,
      size: toBytes(spec.data).length,
      creationTime,
      lastAccessTime,
      lastWriteTime,
      reparseTag: spec.reparse?.tag ?? 0,
      linkId: spec.linkId,
      sha1: undefined,
      streams: Object.entries(spec.streams ?? {}).map(([stream, data]) => ({
        name: stream,
        size: toBytes(data).length,
        sha1: undefined,
      })),
      items: spec.items ?? [],
    };
    specs.set(entry, spec);
    return entry;
  };

  const rootEntry = entryOf("/", "", { ...root, children });
  const bytesOf = (entry: VolumeEntry, stream: string) => {
    const spec = specOf(entry);
    return toBytes(stream === "" ? spec.data : spec.streams?.[stream]);
  };
  const volume: Volume = {
    name: "memory",
    root: rootEntry,
    async lookup(path): Promise<VolumeEntry | undefined> {
      let entry: VolumeEntry | undefined = rootEntry;
      for (const name of path.split("/").filter((each) => each !== "")) {
        entry = entry && (await volume.list(entry)).find((child) => equalNames(child.name, name));
      }
      return entry;
    },
    async list(directory) {
      const { children: listed = {} } = specOf(directory);
      return Object.entries(listed).map(([name, spec]) => entryOf(childPath(directory.path, name), name, spec));
    },
    async open(entry, stream = ""): Promise<RandomAccess> {
      return new MemoryAccess(bytesOf(entry, stream), entry.path);
    },
    async read(entry, stream = "") {
      return bytesOf(entry, stream);
    },
    async reparsePoint(entry) {
      return specOf(entry).reparse;
    },
    async securityDescriptor(entry) {
      return specOf(entry).security;
    },
    async close() {},
    async [Symbol.asyncDispose]() {},
  };
  return volume;
}

function toBytes(data: Uint8Array | string | undefined): Uint8Array {
  return typeof data === "string" ? new TextEncoder().encode(data) : (data ?? new Uint8Array(0));
}
