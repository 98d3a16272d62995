import { AdkError } from "@adk/core";
import { SECTOR, sectorsOf } from "../sector.ts";
import type { NewExtent } from "../udf/allocation.ts";
import { canAllocate, fileEntryBytes, MOST_EMBEDDED } from "../udf/file-entry.ts";
import { Characteristic, fileIdentifierLength, putFileIdentifier } from "../udf/file-identifier.ts";
import { FILE_SET_BLOCKS } from "../udf/volume-descriptors.ts";
import { segmentsOf } from "./holes.ts";
import type { Content, SourceDirectory, SourceFile, SourceNode } from "./source-tree.ts";

/** The first number that a file may have (UDF 2.3.4.3); the root has 0. */
const FIRST_UNIQUE_ID = 16;

export interface UdfOptions {
  /** What of the data that fits lies in the entries. */
  readonly embed?: boolean | "files" | "directories" | undefined;
  readonly longAllocation?: boolean | undefined;
}

interface Placed {
  readonly uniqueId: number;
  /** Of the file entry, in the partition. A directory's data follows it. */
  readonly block: number;
  /** Of a directory's data. */
  readonly size: number;
  readonly parent: SourceDirectory;
}

/** The file entries and directories of a UDF tree. Data of small files and directories may lie in their entries. */
export class UdfLayout {
  readonly #placed = new Map<SourceNode, Placed>();
  readonly #embedFiles: boolean;
  readonly #embedDirectories: boolean;
  readonly #longAllocation: boolean;
  /** Blocks from the partition's start on that this and the file set take. */
  readonly blocks: number;
  readonly nextUniqueId: number;

  /** @throws AdkError `ISO_TOO_LARGE` for a file whose allocation has no room in its entry */
  constructor(root: SourceDirectory, { embed = false, longAllocation = false }: UdfOptions) {
    this.#embedFiles = embed === true || embed === "files";
    this.#embedDirectories = embed === true || embed === "directories";
    this.#longAllocation = longAllocation;
    let block = FILE_SET_BLOCKS;
    let uniqueId = FIRST_UNIQUE_ID;
    for (const [node, parent] of nodesOf(root, root)) {
      const size = node.kind === "directory" ? directorySize(node) : 0;
      if (node.kind === "file" && !canAllocate(node.content.size, longAllocation)) throw tooLarge(node);
      this.#placed.set(node, { uniqueId: node === root ? 0 : uniqueId++, block, size, parent });
      block += 1 + (this.#embedsDirectory(size) ? 0 : sectorsOf(size));
    }
    this.blocks = block;
    this.nextUniqueId = uniqueId;
  }

  /** Whether the data of a file lies in its entry, and needs no place of its own. */
  embedsFile(size: number): boolean {
    return this.#embedFiles && size > 0 && size <= MOST_EMBEDDED;
  }

  /**
   * The blocks, in their order, from the root's entry on; each is good until the next is asked for.
   *
   * @param blockOf block of the data of a file
   * @param read the data of a file that is embedded
   */
  async *bytes(
    blockOf: (content: Content) => number,
    read: (content: Content) => Promise<Uint8Array>,
  ): AsyncGenerator<Uint8Array> {
    const memory = new Uint8Array(SECTOR);
    const longAllocation = this.#longAllocation;
    for (const [node, placed] of this.#placed) {
      if (node.kind === "directory") {
        yield* this.#directory(node, placed, memory);
        continue;
      }
      const { content, time } = node;
      const data = this.embedsFile(content.size) ? await read(content) : extentsOf(content, blockOf);
      const { uniqueId, block } = placed;
      const facts = { isDirectory: false, linkCount: 1, size: content.size, modified: time, uniqueId, location: block };
      yield fileEntryBytes({ ...facts, data, longAllocation }, memory);
    }
  }

  *#directory(directory: SourceDirectory, placed: Placed, memory: Uint8Array): Generator<Uint8Array> {
    const { block, size, uniqueId } = placed;
    const embedded = this.#embedsDirectory(size);
    const identifiers = this.#identifiers(directory, placed, embedded ? block : block + 1);
    const subdirectories = directory.children.filter(({ kind }) => kind === "directory").length;
    const facts = { isDirectory: true, linkCount: 1 + subdirectories, size, modified: directory.time, uniqueId };
    const data = embedded ? identifiers.subarray(0, size) : [{ length: size, block: block + 1 }];
    yield fileEntryBytes({ ...facts, data, longAllocation: this.#longAllocation, location: block }, memory);
    if (!embedded) yield identifiers;
  }

  /** What a directory's data is, filled up to whole blocks. @param first the block that it begins in */
  #identifiers(directory: SourceDirectory, { size, parent }: Placed, first: number): Uint8Array {
    const bytes = new Uint8Array(sectorsOf(size) * SECTOR);
    let at = 0;
    const add = (name: string, characteristics: number, node: SourceNode) => {
      const { block, uniqueId } = this.#placed.get(node) as Placed;
      const location = first + Math.floor(at / SECTOR);
      at += putFileIdentifier(bytes, at, { name, characteristics, block, uniqueId, location });
    };
    add("", Characteristic.PARENT | Characteristic.DIRECTORY, parent);
    for (const node of directory.children) {
      const kind = node.kind === "directory" ? Characteristic.DIRECTORY : 0;
      add(node.name, kind | (node.hidden ? Characteristic.HIDDEN : 0), node);
    }
    return bytes;
  }

  #embedsDirectory(size: number): boolean {
    return this.#embedDirectories && size <= MOST_EMBEDDED;
  }
}

/** The parts of a file; what is stored lies in one piece. */
function extentsOf(content: Content, blockOf: (content: Content) => number): NewExtent[] {
  let next = content.size > 0 ? blockOf(content) : 0;
  const extents: NewExtent[] = [];
  for (const { length, isHole } of segmentsOf(content)) {
    extents.push({ length, block: isHole ? undefined : next });
    if (!isHole) next += sectorsOf(length);
  }
  return extents;
}

/** A directory, then what it holds, all levels; each with the directory that holds it. */
function* nodesOf(directory: SourceDirectory, parent: SourceDirectory): Generator<[SourceNode, SourceDirectory]> {
  yield [directory, parent];
  for (const child of directory.children) {
    if (child.kind === "directory") yield* nodesOf(child, directory);
    else yield [child, directory];
  }
}

function directorySize({ children }: SourceDirectory): number {
  return children.reduce((sum, { name }) => sum + fileIdentifierLength(name), fileIdentifierLength(""));
}

function tooLarge({ path, content }: SourceFile): AdkError {
  return new AdkError("ISO_TOO_LARGE", "The file is larger than its UDF entry can tell.", {
    kind: "usage",
    file: path,
    found: content.size,
  });
}
