import { AdkError, type RandomAccess } from "@adk/core";
import type { Extent } from "../disc-entry.ts";
import { parseTag, TagId } from "./tag.ts";

/** Turns block numbers of a partition into places in the image. */
export interface PartitionMap {
  readonly kind: "physical" | "sparable" | "virtual" | "metadata";
  /** Byte offset of a block. @throws AdkError `UDF_BAD_BLOCK` */
  offsetOf(block: number): number;
  /** Blocks from this one on that lie one after the other; at least 1 for a block that has an offset. */
  contiguous(block: number): number;
  /** Byte offset of a second copy of a block, where the partition keeps one. */
  copyOf?(block: number): number | undefined;
}

/** A logical volume whose blocks can be found. */
export interface LogicalVolume {
  readonly disc: RandomAccess;
  /** Bytes. */
  readonly blockSize: number;
  /** By the number that allocation descriptors have; one that is not known yet is missing. */
  readonly partitions: readonly (PartitionMap | undefined)[];
}

/** A partition whose blocks lie as they are numbered (ECMA-167 3/10.7.2). */
export class PhysicalPartition implements PartitionMap {
  readonly kind = "physical";
  readonly #start: number;
  readonly #length: number;
  readonly #blockSize: number;
  readonly #file: string;

  /** @param start block of the volume; @param length blocks */
  constructor(start: number, length: number, blockSize: number, file: string) {
    this.#start = start;
    this.#length = length;
    this.#blockSize = blockSize;
    this.#file = file;
  }

  offsetOf(block: number): number {
    if (block < this.#length) return (this.#start + block) * this.#blockSize;
    throw badBlock(block, this.#length, this.#file);
  }

  contiguous(block: number): number {
    return this.#length - block;
  }

  /** Byte offset of the first block. */
  get start(): number {
    return this.#start * this.#blockSize;
  }

  /** Byte offset behind the last block. */
  get end(): number {
    return (this.#start + this.#length) * this.#blockSize;
  }
}

/** @throws AdkError `UDF_BAD_BLOCK` */
function partitionOf({ disc, partitions }: LogicalVolume, number: number): PartitionMap {
  const partition = partitions[number];
  if (partition) return partition;
  throw new AdkError("UDF_BAD_BLOCK", "An extent lies in a partition that the disc does not have.", {
    file: disc.name,
    found: number,
  });
}

/** A descriptor and where it was found. */
export interface PlacedDescriptor {
  readonly id: number;
  /** Its whole block. */
  readonly bytes: Uint8Array;
  /** Bytes in the image. */
  readonly offset: number;
}

/**
 * Reads a descriptor that fills a block, or its second copy where the first is damaged.
 *
 * @throws AdkError `UDF_BAD_DESCRIPTOR`, `UDF_BAD_BLOCK`
 */
export async function readDescriptor(
  volume: LogicalVolume,
  { partition: number, block }: { readonly partition: number; readonly block: number },
  ids: readonly number[],
): Promise<PlacedDescriptor> {
  const { disc, blockSize } = volume;
  const partition = partitionOf(volume, number);
  const first = partition.offsetOf(block);
  let id: number | undefined;
  for (const offset of [first, partition.copyOf?.(block)]) {
    if (offset === undefined || offset + blockSize > disc.size) continue;
    const bytes = await disc.read(offset, blockSize);
    const tag = parseTag(bytes);
    if (tag && ids.includes(tag.id)) return { id: tag.id, bytes, offset };
    id ??= tag?.id;
  }
  throw new AdkError("UDF_BAD_DESCRIPTOR", "A descriptor of the file system is damaged or not where it should be.", {
    file: disc.name,
    offset: first,
    expected: `a descriptor of kind ${ids.join(" or ")}`,
    found: id === undefined ? "none with a valid checksum" : `one of kind ${id}`,
  });
}

/** Adds a piece of data, to the last one where it goes on from there. */
export function addExtent(extents: Extent[], offset: number | undefined, length: number): void {
  const last = extents.at(-1);
  const follows =
    last &&
    (offset === undefined
      ? last.offset === undefined
      : last.offset !== undefined && last.offset + last.length === offset);
  if (follows) extents[extents.length - 1] = { offset: last.offset, length: last.length + length };
  else extents.push({ offset, length });
}

/** Adds an extent of a partition, whose blocks may lie in several pieces. @throws AdkError `UDF_BAD_BLOCK` */
export function addBlocks(
  extents: Extent[],
  volume: LogicalVolume,
  number: number,
  block: number,
  length: number,
): void {
  const partition = partitionOf(volume, number);
  let at = block;
  for (let left = length; left > 0; ) {
    const offset = partition.offsetOf(at);
    const blocks = Math.min(partition.contiguous(at), Math.ceil(left / volume.blockSize));
    const bytes = Math.min(left, blocks * volume.blockSize);
    addExtent(extents, offset, bytes);
    left -= bytes;
    at += blocks;
  }
}

export function badBlock(block: number, length: number, file: string): AdkError {
  return new AdkError("UDF_BAD_BLOCK", "A block lies outside of its partition.", {
    file,
    expected: `a block before ${length}`,
    found: block,
  });
}

/** Kinds of descriptors that tell of a file. */
export const FILE_ENTRIES = [TagId.FILE_ENTRY, TagId.EXTENDED_FILE_ENTRY] as const;
