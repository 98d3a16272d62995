import { AdkError, type Findings, type Limits, limitExceeded, type RandomAccess } from "@adk/core";
import { type DirectoryRecord, parseDirectoryRecord, RecordFlag } from "./directory-record.ts";
import type { DiscEntry, DiscTree, Extent } from "./disc-entry.ts";
import { recordDisagrees, recordIsInterleaved } from "./record-checks.ts";
import { SECTOR } from "./sector.ts";
import type { VolumeDescriptor } from "./volume-descriptor.ts";

/** Bytes of a directory that are read together: whole sectors. */
const PIECE = 1 << 20;

/** A record that is not of the directory itself or of its parent. */
interface FoundRecord extends DirectoryRecord {
  readonly interleaved: boolean;
}

/** The tree of a primary descriptor, of Joliet, or of the enhanced descriptor. Rock Ridge is not read: Windows does not. */
export class Iso9660Tree implements DiscTree {
  readonly kind: "joliet" | "iso9660" | "enhanced";
  readonly root: DiscEntry;
  readonly #disc: RandomAccess;
  readonly #joliet: boolean;
  readonly #limits: Limits;
  readonly #findings: Findings;
  /** What was told of, by the code and the offset. */
  readonly #told = new Set<string>();

  constructor(disc: RandomAccess, descriptor: VolumeDescriptor, limits: Limits, findings: Findings) {
    this.kind = descriptor.joliet ? "joliet" : descriptor.version === 2 ? "enhanced" : "iso9660";
    this.#disc = disc;
    this.#joliet = descriptor.joliet;
    this.#limits = limits;
    this.#findings = findings;
    this.root = entryOf("", [descriptor.root]);
  }

  async list(directory: DiscEntry): Promise<readonly DiscEntry[]> {
    const entries: DiscEntry[] = [];
    let parts: DirectoryRecord[] = [];
    const finish = () => {
      const [first] = parts;
      if (first) entries.push(entryOf(this.#plainName(first.name), parts));
      parts = [];
    };
    for (const record of await this.#records(directory)) {
      // An associated file is no file of its own; it has the name of the one that it belongs to.
      if (record.flags & RecordFlag.ASSOCIATED) continue;
      if (parts[0] && parts[0].name !== record.name) {
        this.#tell("ISO_MISSING_EXTENT", "The last extent of a file is missing.", parts[0].extent * SECTOR);
        finish();
      }
      if (record.interleaved) {
        const message = `"${record.name}" is interleaved with other data, which is not read; it is left out.`;
        this.#tell("ISO_INTERLEAVED", message, record.extent * SECTOR);
        continue;
      }
      parts.push(record);
      if (!(record.flags & RecordFlag.MULTI_EXTENT)) finish();
    }
    if (parts[0]) this.#tell("ISO_MISSING_EXTENT", "The last extent of a file is missing.", parts[0].extent * SECTOR);
    finish();
    return entries;
  }

  async #records(directory: DiscEntry): Promise<FoundRecord[]> {
    const { memoryBytes } = this.#limits;
    if (directory.size > memoryBytes) throw limitExceeded("memoryBytes", directory.size, this.#limits);
    const records: FoundRecord[] = [];
    for (const { offset = 0, length } of directory.extents) {
      const end = Math.min(offset + length, this.#disc.size);
      if (end < offset + length)
        this.#tell("ISO_BAD_DIRECTORY", "A directory reaches beyond the end of the image.", offset);
      for (let start = offset; start < end; start += PIECE) {
        const piece = await this.#disc.read(start, Math.min(PIECE, end - start));
        for (let at = 0; at < piece.length; at += SECTOR) {
          this.#readSector(piece.subarray(at, at + SECTOR), start + at, records);
        }
        if (records.length > this.#limits.entries) throw limitExceeded("entries", records.length, this.#limits);
      }
    }
    return records;
  }

  /** Records do not cross sectors; the rest of one is zeros. */
  #readSector(sector: Uint8Array, offset: number, records: FoundRecord[]): void {
    for (let at = 0; at < sector.length; ) {
      const bytes = sector.subarray(at);
      const origin = { file: this.#disc.name, base: offset + at };
      try {
        const record = parseDirectoryRecord(bytes, this.#joliet, origin);
        if (!record) return;
        if (recordDisagrees(bytes)) {
          const message = "A number of a directory record is another in its second form; the first is taken.";
          this.#tell("ISO_BOTH_ENDIAN", message, offset, "warning");
        }
        const isSelf = record.name === "\0" || record.name === "\x01";
        if (!isSelf) records.push({ ...record, interleaved: recordIsInterleaved(bytes) });
      } catch (error) {
        if (!(error instanceof AdkError)) throw error;
        this.#tell("ISO_BAD_DIRECTORY", error.message, offset + at);
        return;
      }
      at += sector[at] as number;
    }
  }

  /**
   * Without the version and the dot of a name that has no extension: `README.;1` is README. The standard has no characters but
   * ASCII's; where makers of discs wrote others, they are taken as UTF-8, or as Latin-1 where they are not that.
   */
  #plainName(name: string): string {
    const plain = name.replace(/;\d*$/, "").replace(/\.$/, "");
    if (this.#joliet || !/[\x80-\xff]/.test(plain)) return plain;
    const text = Buffer.from(plain, "latin1").toString();
    return text.includes("\ufffd") ? plain : text;
  }

  #tell(code: string, message: string, offset: number, severity: "error" | "warning" = "error"): void {
    const key = `${code} ${offset}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#findings[severity](code, message, { file: this.#disc.name, offset });
  }
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
