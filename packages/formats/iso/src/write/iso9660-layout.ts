import { AdkError } from "@adk/core";
import { type DirectoryRecord, putDirectoryRecord, RecordFlag, recordLengthOf } from "../directory-record.ts";
import { MOST_PARENTS, pathTableBytes } from "../path-table.ts";
import { SECTOR, sectorsOf } from "../sector.ts";
import { assignNames, type Naming, recordedName } from "./iso-names.ts";
import type { Content, SourceDirectory, SourceFile, SourceNode } from "./source-tree.ts";

/** Most bytes of one extent: whole sectors below 4 GiB. A larger file has several records. */
const MOST_EXTENT = 0xffff_f800;
const SELF = "\0";
const PARENT = "\x01";

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

/** What a volume descriptor tells of a tree. */
export interface TreePlaces {
  readonly pathTable: number;
  readonly pathTableBig: number;
  readonly root: DirectoryRecord;
}

/** The directories and path tables of ISO 9660, or of Joliet. */
export class Iso9660Layout {
  readonly pathTableSize: number;
  readonly #naming: Naming;
  readonly #joliet: boolean;
  readonly #directories: PlacedDirectory[] = [];
  readonly #numbers = new Map<SourceDirectory, number>();
  #first = 0;

  /** @throws AdkError `ISO_TOO_MANY_DIRECTORIES`, `ISO_NAME_TOO_LONG` */
  constructor(root: SourceDirectory, naming: Naming) {
    this.#naming = naming;
    this.#joliet = naming.rule === "joliet";
    let level: { directory: SourceDirectory; name: string; parent: number }[] = [
      { directory: root, name: SELF, parent: 1 },
    ];
    // The path table goes by level, then by parent, then by name.
    while (level.length > 0) {
      const next: typeof level = [];
      for (const { directory, name, parent } of level) {
        const entries = this.#entries(directory);
        const sectors = this.#sectors(entries);
        const number = this.#directories.push({ directory, name, parent, entries, sectors, extent: 0 });
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
    this.pathTableSize = this.#pathTable(false).length;
  }

  /** @param first sector from which on everything lies: little endian table, big endian table, directories. @returns the one behind */
  place(first: number): number {
    this.#first = first;
    let at = first + 2 * sectorsOf(this.pathTableSize);
    for (const directory of this.#directories) {
      directory.extent = at;
      at += directory.sectors;
    }
    return at;
  }

  get places(): TreePlaces {
    return {
      pathTable: this.#first,
      pathTableBig: this.#first + sectorsOf(this.pathTableSize),
      root: this.#record(SELF, this.#directories[0] as PlacedDirectory),
    };
  }

  /** The bytes of what was placed, in the order of their sectors. @param extentOf first sector of the data of a file */
  *bytes(extentOf: (content: Content) => number): Generator<Uint8Array> {
    for (const big of [false, true]) yield padded(this.#pathTable(big));
    for (const directory of this.#directories) yield this.#directoryBytes(directory, extentOf);
  }

  #entries(directory: SourceDirectory): (readonly [string, SourceNode])[] {
    const names = [...assignNames(directory.children, this.#naming)];
    // Names are sorted before they get a version: the comparison knows none (ECMA-119 9.3).
    return names
      .map(([node, name]) => [name, node] as const)
      .sort(([a], [b]) => compareNames(a, b))
      .map(([name, node]) => [recordedName(name, node.kind === "file", this.#naming), node] as const);
  }

  #pathTable(big: boolean): Uint8Array {
    return pathTableBytes(this.#directories, this.#joliet, big);
  }

  #directoryBytes(placed: PlacedDirectory, extentOf: (content: Content) => number): Uint8Array {
    const bytes = new Uint8Array(placed.sectors * SECTOR);
    const view = new DataView(bytes.buffer);
    let at = 0;
    const add = (record: DirectoryRecord) => {
      at = placeOfRecord(at, recordLengthOf(record.name, this.#joliet));
      at += putDirectoryRecord(view, at, record, this.#joliet);
    };
    add(this.#record(SELF, placed));
    add(this.#record(PARENT, this.#directories[placed.parent - 1] as PlacedDirectory));
    for (const [name, node] of placed.entries) {
      if (node.kind === "directory")
        add(this.#record(name, this.#directories[(this.#numbers.get(node) as number) - 1] as PlacedDirectory));
      else for (const record of fileRecords(name, node, extentOf)) add(record);
    }
    return bytes;
  }

  #record(name: string, { directory, extent, sectors }: PlacedDirectory): DirectoryRecord {
    const flags = RecordFlag.DIRECTORY | (directory.hidden && name !== SELF && name !== PARENT ? RecordFlag.HIDDEN : 0);
    return { name, extent, size: sectors * SECTOR, time: directory.time, flags, isDirectory: true };
  }

  #sectors(entries: readonly (readonly [string, SourceNode])[]): number {
    let at = 2 * recordLengthOf(SELF, this.#joliet);
    for (const [name, node] of entries) {
      const length = recordLengthOf(name, this.#joliet);
      const count = node.kind === "file" ? Math.max(1, Math.ceil(node.content.size / MOST_EXTENT)) : 1;
      for (let i = 0; i < count; i++) at = placeOfRecord(at, length) + length;
    }
    return sectorsOf(at);
  }
}

/** Records do not cross sectors; they may end where the sector does (ECMA-119 6.8.1.1). */
function placeOfRecord(at: number, length: number): number {
  return (at % SECTOR) + length > SECTOR ? sectorsOf(at) * SECTOR : at;
}

/** By the bytes of the names; a shorter one is filled with spaces (ECMA-119 9.3). */
function compareNames(a: string, b: string): number {
  const length = Math.max(a.length, b.length);
  const [one, other] = a.length === b.length ? [a, b] : [a.padEnd(length, " "), b.padEnd(length, " ")];
  return one < other ? -1 : one > other ? 1 : 0;
}

function* fileRecords(
  name: string,
  { content, time, hidden }: SourceFile,
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
