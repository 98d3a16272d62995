import { AdkError } from "@adk/core";
import {
  type DirectoryRecord,
  encodeName,
  RecordFlag,
  recordLength,
  writeDirectoryRecord,
} from "../directory-record.ts";
import { MOST_PARENTS, type PathTableEntry, pathTableBytes } from "../path-table.ts";
import { SECTOR, sectorsOf } from "../sector.ts";
import { assignNames, type NameRule } from "./iso-names.ts";
import type { Content, SourceDirectory, SourceNode } from "./source-tree.ts";

/** Most bytes of one extent: whole sectors below 4 GiB. A larger file has several records. */
const MOST_EXTENT = 0xffff_f800;

/** One directory of the tree: its place in the path table, and where it will lie. */
interface PlacedDirectory {
  readonly directory: SourceDirectory;
  readonly name: string;
  readonly parent: number;
  /** Names of its entries, in the order of their records. */
  readonly entries: readonly (readonly [name: string, node: SourceNode])[];
  readonly sectors: number;
  extent: number;
}

/** The directories and path tables of ISO 9660, or of Joliet. */
export class Iso9660Layout {
  readonly #joliet: boolean;
  readonly #directories: PlacedDirectory[] = [];
  readonly #numbers = new Map<SourceDirectory, number>();

  /** @throws AdkError `ISO_TOO_MANY_DIRECTORIES`, `ISO_NAME_TOO_LONG` */
  constructor(root: SourceDirectory, rule: NameRule, keepCase = false) {
    this.#joliet = rule === "joliet";
    let level: { directory: SourceDirectory; name: string; parent: number }[] = [
      { directory: root, name: "\0", parent: 1 },
    ];
    // The path table goes by level, then by parent, then by name.
    while (level.length > 0) {
      const next: typeof level = [];
      for (const { directory, name, parent } of level) {
        const names = assignNames(directory.children, rule, keepCase);
        const entries = [...names].map(([node, own]) => [own, node] as const).sort(([a], [b]) => this.#compare(a, b));
        const number = this.#directories.push({
          directory,
          name,
          parent,
          entries,
          sectors: this.#sectors(entries),
          extent: 0,
        });
        this.#numbers.set(directory, number);
        for (const [own, node] of entries)
          if (node.kind === "directory") next.push({ directory: node, name: own, parent: number });
      }
      level = next;
    }
    if (this.#directories.length > MOST_PARENTS) {
      throw new AdkError("ISO_TOO_MANY_DIRECTORIES", "ISO 9660 cannot number so many directories.", {
        kind: "usage",
        expected: `at most ${MOST_PARENTS}`,
        found: this.#directories.length,
        hint: "Write UDF alone.",
      });
    }
  }

  /** Sectors of both path tables and all directories. */
  get sectors(): number {
    return 2 * sectorsOf(this.pathTableSize) + this.#directories.reduce((sum, { sectors }) => sum + sectors, 0);
  }

  get pathTableSize(): number {
    return this.#pathTable(false).length;
  }

  /** @param first sector from which on everything lies: little endian table, big endian table, directories */
  place(first: number): { pathTable: number; pathTableBig: number; root: DirectoryRecord } {
    const tableSectors = sectorsOf(this.pathTableSize);
    let at = first + 2 * tableSectors;
    for (const directory of this.#directories) {
      directory.extent = at;
      at += directory.sectors;
    }
    return {
      pathTable: first,
      pathTableBig: first + tableSectors,
      root: this.#record("\0", this.#directories[0] as PlacedDirectory),
    };
  }

  /** The bytes of what was placed, in the order of their sectors. @param extentOf first sector of the data of a file */
  *bytes(extentOf: (content: Content) => number): Generator<Uint8Array> {
    for (const big of [false, true]) yield padded(this.#pathTable(big));
    for (const directory of this.#directories) yield this.#directoryBytes(directory, extentOf);
  }

  #pathTable(big: boolean): Uint8Array {
    const entries = this.#directories.map(({ name, extent, parent }): PathTableEntry => ({ name, extent, parent }));
    return pathTableBytes(entries, this.#joliet, big);
  }

  #directoryBytes(placed: PlacedDirectory, extentOf: (content: Content) => number): Uint8Array {
    const bytes = new Uint8Array(placed.sectors * SECTOR);
    let at = 0;
    const add = (record: DirectoryRecord) => {
      const written = writeDirectoryRecord(record, this.#joliet);
      if ((at % SECTOR) + written.length > SECTOR) at = Math.ceil(at / SECTOR) * SECTOR;
      bytes.set(written, at);
      at += written.length;
    };
    add(this.#record("\0", placed));
    add(this.#record("\x01", this.#directories[placed.parent - 1] as PlacedDirectory));
    for (const [name, node] of placed.entries) {
      if (node.kind === "directory")
        add(this.#record(name, this.#directories[(this.#numbers.get(node) as number) - 1] as PlacedDirectory));
      else for (const record of fileRecords(name, node.content, node.time, node.hidden, extentOf)) add(record);
    }
    return bytes;
  }

  #record(name: string, { directory, extent, sectors }: PlacedDirectory): DirectoryRecord {
    const flags = RecordFlag.DIRECTORY | (directory.hidden && name !== "\0" && name !== "\x01" ? RecordFlag.HIDDEN : 0);
    return { name, extent, size: sectors * SECTOR, time: directory.time, flags, isDirectory: true };
  }

  /** Records do not cross sectors. */
  #sectors(entries: readonly (readonly [string, SourceNode])[]): number {
    let at = 2 * recordLength(1);
    for (const [name, node] of entries) {
      const length = recordLength(encodeName(name, this.#joliet).length);
      const count = node.kind === "file" ? Math.max(1, Math.ceil(sizeOf(node) / MOST_EXTENT)) : 1;
      for (let i = 0; i < count; i++) {
        if ((at % SECTOR) + length > SECTOR) at = Math.ceil(at / SECTOR) * SECTOR;
        at += length;
      }
    }
    return Math.ceil(at / SECTOR);
  }

  /** By the bytes of the names; a shorter one is filled with spaces (ECMA-119 9.3). */
  #compare(a: string, b: string): number {
    const length = Math.max(a.length, b.length);
    const [one, other] = [a.padEnd(length, " "), b.padEnd(length, " ")];
    return one < other ? -1 : one > other ? 1 : 0;
  }
}

function sizeOf(node: SourceNode): number {
  return node.kind === "file" ? node.content.size : 0;
}

function* fileRecords(
  name: string,
  content: Content,
  time: bigint,
  hidden: boolean,
  extentOf: (content: Content) => number,
): Generator<DirectoryRecord> {
  const first = content.size > 0 ? extentOf(content) : 0;
  const flags = hidden ? RecordFlag.HIDDEN : 0;
  for (let done = 0; done === 0 || done < content.size; done += MOST_EXTENT) {
    const size = Math.min(MOST_EXTENT, content.size - done);
    const more = done + size < content.size ? RecordFlag.MULTI_EXTENT : 0;
    yield { name, extent: first + done / SECTOR, size, time, flags: flags | more, isDirectory: false };
    if (content.size === 0) return;
  }
}

function padded(bytes: Uint8Array): Uint8Array {
  const result = new Uint8Array(sectorsOf(bytes.length) * SECTOR);
  result.set(bytes);
  return result;
}
