import { FileAttribute } from "./file-attributes.ts";
import type { Volume, VolumeEntry, VolumeItem, VolumeStream } from "./volume.ts";

/** Where an entry of the composed tree comes from. */
export type EntryOrigin =
  /** An entry of the base or of a source of a layer; `time` (FILETIME) goes before its own times. */
  | { readonly kind: "entry"; readonly source: EntrySource; readonly entry: VolumeEntry; readonly time?: bigint }
  /** A file that a layer made. */
  | { readonly kind: "bytes"; readonly bytes: Uint8Array; readonly time: bigint }
  /** A directory that a layer made. */
  | { readonly kind: "directory"; readonly time: bigint };

/** A volume whose entries are taken into the composed tree. */
export interface EntrySource {
  readonly volume: Volume;
  /** Unique among the sources of a tree: link identities of different volumes are not to meet. */
  readonly id: number;
  /** FILETIME that no time of its entries exceeds in the composed tree. */
  readonly latest: bigint | undefined;
}

/** An entry of the composed tree: its place, its layer, and what it is at its origin. */
export class LayeredEntry implements VolumeEntry {
  readonly path: string;
  readonly name: string;
  /** Number of the layer that put it there, from 1; 0 for the base. */
  readonly layer: number;
  readonly origin: EntryOrigin;
  readonly #shortName: string | undefined;

  /** @param shortName of the file that this one replaces; default that of its origin */
  constructor(path: string, name: string, layer: number, origin: EntryOrigin, shortName?: string) {
    this.path = path;
    this.name = name;
    this.layer = layer;
    this.origin = origin;
    this.#shortName = shortName;
  }

  get shortName(): string {
    return this.#shortName ?? this.#entry?.shortName ?? "";
  }

  get attributes(): number {
    const made = this.origin.kind === "directory" ? FileAttribute.DIRECTORY : FileAttribute.NORMAL;
    return this.#entry?.attributes ?? made;
  }

  get size(): number {
    return this.origin.kind === "bytes" ? this.origin.bytes.length : (this.#entry?.size ?? 0);
  }

  get creationTime(): bigint {
    return this.#time("creationTime");
  }

  get lastAccessTime(): bigint {
    return this.#time("lastAccessTime");
  }

  get lastWriteTime(): bigint {
    return this.#time("lastWriteTime");
  }

  get reparseTag(): number {
    return this.#entry?.reparseTag ?? 0;
  }

  get linkId(): string | undefined {
    const { origin } = this;
    if (origin.kind !== "entry" || origin.entry.linkId === undefined) return undefined;
    return `${origin.source.id}/${origin.entry.linkId}`;
  }

  get sha1(): string | undefined {
    return this.#entry?.sha1;
  }

  get streams(): readonly VolumeStream[] {
    return this.#entry?.streams ?? [];
  }

  get items(): readonly VolumeItem[] {
    return this.#entry?.items ?? [];
  }

  get #entry(): VolumeEntry | undefined {
    return this.origin.kind === "entry" ? this.origin.entry : undefined;
  }

  #time(name: "creationTime" | "lastAccessTime" | "lastWriteTime"): bigint {
    const { origin } = this;
    if (origin.kind !== "entry") return origin.time;
    if (origin.time !== undefined) return origin.time;
    const time = origin.entry[name];
    const { latest } = origin.source;
    return latest !== undefined && latest < time ? latest : time;
  }
}
