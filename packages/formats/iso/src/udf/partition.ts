import { AdkError, ByteReader, type RandomAccess } from "@adk/core";
import { SECTOR } from "../sector.ts";
import { ExtentType, parseAllocationDescriptors } from "./allocation.ts";
import { type FileEntry, parseFileEntry } from "./file-entry.ts";

/** Turns block numbers of a partition into places in the image. */
export interface PartitionMap {
  /** Byte offset of a block. @throws AdkError `UDF_BAD_BLOCK` */
  offsetOf(block: number): number;
  /** Blocks from this one on that lie one after the other. */
  contiguous(block: number): number;
}

/** A partition whose blocks lie as they are numbered (ECMA-167 3/10.7.2). */
export class PhysicalPartition implements PartitionMap {
  readonly #start: number;
  readonly #length: number;
  readonly #file: string;

  /** @param start sector; @param length sectors */
  constructor(start: number, length: number, file: string) {
    this.#start = start;
    this.#length = length;
    this.#file = file;
  }

  offsetOf(block: number): number {
    if (block < this.#length) return (this.#start + block) * SECTOR;
    throw badBlock(block, this.#length, this.#file);
  }

  contiguous(block: number): number {
    return this.#length - block;
  }
}

/** A partition whose blocks are those of a file, the metadata file of UDF 2.50 (UDF 2.2.10). */
export class MetadataPartition implements PartitionMap {
  readonly #extents: readonly { readonly first: number; readonly blocks: number; readonly offset: number }[];
  readonly #file: string;

  private constructor(extents: { first: number; blocks: number; offset: number }[], file: string) {
    this.#extents = extents;
    this.#file = file;
  }

  /** @param map bytes of the type 2 partition map */
  static async open(disc: RandomAccess, map: Uint8Array, inner: PartitionMap): Promise<MetadataPartition> {
    const reader = new ByteReader(map, { file: disc.name });
    reader.seek(40);
    const [main, mirror] = [reader.u32(), reader.u32()];
    const entry = await readEntry(disc, inner, main).catch(() => readEntry(disc, inner, mirror));
    const extents: { first: number; blocks: number; offset: number }[] = [];
    let first = 0;
    for (const { type, length, block } of parseAllocationDescriptors(
      entry.allocation,
      entry.allocationKind,
      0,
      disc.name,
    )) {
      const blocks = Math.ceil(length / SECTOR);
      if (type === ExtentType.RECORDED) extents.push({ first, blocks, offset: inner.offsetOf(block) });
      first += blocks;
    }
    return new MetadataPartition(extents, disc.name);
  }

  offsetOf(block: number): number {
    const extent = this.#find(block);
    if (!extent) throw badBlock(block, this.#extents.at(-1)?.blocks ?? 0, this.#file);
    return extent.offset + (block - extent.first) * SECTOR;
  }

  contiguous(block: number): number {
    const extent = this.#find(block);
    return extent ? extent.first + extent.blocks - block : 0;
  }

  #find(block: number) {
    return this.#extents.find(({ first, blocks }) => block >= first && block < first + blocks);
  }
}

async function readEntry(disc: RandomAccess, partition: PartitionMap, block: number): Promise<FileEntry> {
  const offset = partition.offsetOf(block);
  return parseFileEntry(await disc.read(offset, SECTOR), disc.name, offset);
}

function badBlock(block: number, length: number, file: string): AdkError {
  return new AdkError("UDF_BAD_BLOCK", "A block lies outside of its partition.", {
    file,
    expected: `a block before ${length}`,
    found: block,
  });
}
