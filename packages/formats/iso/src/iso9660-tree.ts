import { AdkError, type Findings, type Limits, limitExceeded, type RandomAccess } from "@adk/core";
import { type DirectoryRecord, parseDirectoryRecord, RecordFlag } from "./directory-record.ts";
import type { DiscEntry, DiscTree, Extent } from "./disc-entry.ts";
import { SECTOR } from "./sector.ts";
import type { VolumeDescriptor } from "./volume-descriptor.ts";

/** The tree of a primary descriptor, or that of Joliet. */
export class Iso9660Tree implements DiscTree {
  readonly kind: "joliet" | "iso9660";
  readonly root: DiscEntry;
  readonly #disc: RandomAccess;
  readonly #joliet: boolean;
  readonly #limits: Limits;
  readonly #findings: Findings;
  readonly #told = new Set<number>();

  constructor(disc: RandomAccess, descriptor: VolumeDescriptor, limits: Limits, findings: Findings) {
    this.kind = descriptor.joliet ? "joliet" : "iso9660";
    this.#disc = disc;
    this.#joliet = descriptor.joliet;
    this.#limits = limits;
    this.#findings = findings;
    this.root = entryOf("", [descriptor.root]);
  }

  async list(directory: DiscEntry): Promise<readonly DiscEntry[]> {
    const entries: DiscEntry[] = [];
    let parts: DirectoryRecord[] = [];
    for (const record of await this.#records(directory)) {
      if (record.name === "\0" || record.name === "\x01" || record.flags & RecordFlag.ASSOCIATED) continue;
      parts.push(record);
      if (record.flags & RecordFlag.MULTI_EXTENT) continue;
      const [first] = parts as [DirectoryRecord];
      entries.push(entryOf(plainName(first.name), parts));
      parts = [];
    }
    return entries;
  }

  async #records(directory: DiscEntry): Promise<DirectoryRecord[]> {
    if (directory.size > this.#limits.memoryBytes) throw limitExceeded("memoryBytes", directory.size, this.#limits);
    const records: DirectoryRecord[] = [];
    for (const { offset = 0, length } of directory.extents) {
      const end = Math.min(offset + length, this.#disc.size);
      if (end < offset + length) this.#damaged(offset, "A directory reaches beyond the end of the image.");
      for (let at = offset; at < end; at += SECTOR) {
        const sector = await this.#disc.read(at, Math.min(SECTOR, end - at));
        this.#readSector(sector, at, records);
        if (records.length > this.#limits.entries) throw limitExceeded("entries", records.length, this.#limits);
      }
    }
    return records;
  }

  /** Records do not cross sectors; the rest of one is zeros. */
  #readSector(sector: Uint8Array, offset: number, records: DirectoryRecord[]): void {
    for (let at = 0; at < sector.length; ) {
      const origin = { file: this.#disc.name, base: offset + at };
      try {
        const record = parseDirectoryRecord(sector.subarray(at), this.#joliet, origin);
        if (!record) return;
        records.push(record);
      } catch (error) {
        if (!(error instanceof AdkError)) throw error;
        this.#damaged(offset + at, error.message);
        return;
      }
      at += sector[at] as number;
    }
  }

  #damaged(offset: number, message: string): void {
    if (this.#told.has(offset)) return;
    this.#told.add(offset);
    this.#findings.error("ISO_BAD_DIRECTORY", message, { file: this.#disc.name, offset });
  }
}

/** Without the version and the dot of a name that has no extension: `README.;1` is README. */
function plainName(name: string): string {
  return name.replace(/;\d*$/, "").replace(/\.$/, "");
}

function entryOf(name: string, records: readonly DirectoryRecord[]): DiscEntry {
  const [first] = records as [DirectoryRecord];
  const extents = records.flatMap(({ extent, size }): Extent[] =>
    size > 0 ? [{ offset: extent * SECTOR, length: size }] : [],
  );
  return {
    name,
    isDirectory: first.isDirectory,
    hidden: (first.flags & RecordFlag.HIDDEN) !== 0,
    size: records.reduce((sum, { size }) => sum + size, 0),
    created: first.time,
    modified: first.time,
    place: first.extent * SECTOR,
    extents,
    embedded: undefined,
  };
}
