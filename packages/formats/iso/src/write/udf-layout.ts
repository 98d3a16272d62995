import { SECTOR, sectorsOf } from "../sector.ts";
import { fileEntryBytes, MOST_EMBEDDED } from "../udf/file-entry.ts";
import { Characteristic, fileIdentifierBytes, fileIdentifierLength } from "../udf/file-identifier.ts";
import { FILE_SET_BLOCKS } from "../udf/volume-descriptors.ts";
import type { Content, SourceDirectory, SourceNode } from "./source-tree.ts";

/** The first number that a file may have (UDF 2.3.4.3); the root has 0. */
const FIRST_UNIQUE_ID = 16;

interface Placed {
  readonly node: SourceNode;
  readonly uniqueId: number;
  /** Of the file entry, in the partition. */
  readonly block: number;
  /** Of a directory's data. */
  readonly dataBlock: number;
}

/** The file entries and directories of a UDF tree. Data of small files and directories may lie in their entries. */
export class UdfLayout {
  readonly #placed = new Map<SourceNode, Placed>();
  readonly #root: SourceDirectory;
  readonly #embed: boolean;
  /** Blocks from the partition's start on that this and the file set take. */
  readonly blocks: number;
  readonly nextUniqueId: number;

  /** @param embed put the data of files and directories that fit into their entries */
  constructor(root: SourceDirectory, embed: boolean) {
    this.#root = root;
    this.#embed = embed;
    let block = FILE_SET_BLOCKS;
    let uniqueId = FIRST_UNIQUE_ID;
    for (const node of nodesOf(root)) {
      const data = node.kind === "directory" && !this.#embeds(directorySize(node)) ? sectorsOf(directorySize(node)) : 0;
      this.#placed.set(node, { node, uniqueId: node === root ? 0 : uniqueId++, block, dataBlock: block + 1 });
      block += 1 + data;
    }
    this.blocks = block;
    this.nextUniqueId = uniqueId;
  }

  /** Whether the data of a file lies in its entry, and needs no place of its own. */
  embedsFile(size: number): boolean {
    return size > 0 && this.#embeds(size);
  }

  /**
   * The blocks, in their order, from the root's entry on.
   *
   * @param blockOf block of the data of a file
   * @param read the data of a file that is embedded
   */
  async *bytes(
    blockOf: (content: Content) => number,
    read: (content: Content) => Promise<Uint8Array>,
  ): AsyncGenerator<Uint8Array> {
    for (const placed of this.#placed.values()) {
      const { node } = placed;
      if (node.kind === "directory") yield* this.#directory(node, placed);
      else {
        const { content, time } = node;
        const data = this.embedsFile(content.size) ? await read(content) : content.size > 0 ? blockOf(content) : 0;
        const { uniqueId, block } = placed;
        yield fileEntryBytes({
          isDirectory: false,
          linkCount: 1,
          size: content.size,
          modified: time,
          uniqueId,
          data,
          location: block,
        });
      }
    }
  }

  *#directory(directory: SourceDirectory, { block, dataBlock, uniqueId }: Placed): Generator<Uint8Array> {
    const size = directorySize(directory);
    const embedded = this.#embeds(size);
    const data = this.#identifiers(directory, size, embedded ? block : dataBlock);
    const subdirectories = directory.children.filter(({ kind }) => kind === "directory").length;
    yield fileEntryBytes({
      isDirectory: true,
      linkCount: 1 + subdirectories,
      size,
      modified: directory.time,
      uniqueId,
      data: embedded ? data.subarray(0, size) : dataBlock,
      location: block,
    });
    if (!embedded) yield data;
  }

  /** What a directory's data is, filled up to whole blocks. */
  #identifiers(directory: SourceDirectory, size: number, first: number): Uint8Array {
    const bytes = new Uint8Array(sectorsOf(size) * SECTOR);
    let at = 0;
    const add = (name: string, characteristics: number, node: SourceNode) => {
      const { block, uniqueId } = this.#placed.get(node) as Placed;
      const location = first + Math.floor(at / SECTOR);
      const identifier = fileIdentifierBytes({ name, characteristics, block, uniqueId, location });
      bytes.set(identifier, at);
      at += identifier.length;
    };
    add("", Characteristic.PARENT | Characteristic.DIRECTORY, this.#parents.get(directory) ?? this.#root);
    for (const node of directory.children) {
      const kind = node.kind === "directory" ? Characteristic.DIRECTORY : 0;
      add(node.name, kind | (node.hidden ? Characteristic.HIDDEN : 0), node);
    }
    return bytes;
  }

  get #parents(): ReadonlyMap<SourceDirectory, SourceDirectory> {
    this.#parentMap ??= parentsOf(this.#root);
    return this.#parentMap;
  }

  #parentMap: ReadonlyMap<SourceDirectory, SourceDirectory> | undefined;

  #embeds(size: number): boolean {
    return this.#embed && size <= MOST_EMBEDDED;
  }
}

/** A directory, then what it holds, all levels. */
function* nodesOf(directory: SourceDirectory): Generator<SourceNode> {
  yield directory;
  for (const child of directory.children) {
    if (child.kind === "directory") yield* nodesOf(child);
    else yield child;
  }
}

function parentsOf(root: SourceDirectory): Map<SourceDirectory, SourceDirectory> {
  const parents = new Map<SourceDirectory, SourceDirectory>();
  for (const node of nodesOf(root)) {
    if (node.kind !== "directory") continue;
    for (const child of node.children) if (child.kind === "directory") parents.set(child, node);
  }
  return parents;
}

function directorySize({ children }: SourceDirectory): number {
  return children.reduce((sum, { name }) => sum + fileIdentifierLength(name), fileIdentifierLength(""));
}
