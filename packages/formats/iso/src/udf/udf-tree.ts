import { AdkError, type Findings, type Limits, limitExceeded, type RandomAccess } from "@adk/core";
import type { DiscEntry, DiscTree, Extent } from "../disc-entry.ts";
import { ExtentAccess } from "../extent-access.ts";
import { SECTOR } from "../sector.ts";
import { type AllocationDescriptor, AllocationKind, ExtentType, parseAllocationDescriptors } from "./allocation.ts";
import { type FileEntry, FileType, parseFileEntry } from "./file-entry.ts";
import { Characteristic, parseFileIdentifier } from "./file-identifier.ts";
import { requireTag, TagId } from "./tag.ts";
import { partitionOf, type UdfVolume } from "./volume-structure.ts";

/** Continuations of the allocation of one file that are followed: a file of 2^63 bytes needs fewer in practice. */
const MOST_CONTINUATIONS = 10_000;

/** The tree of a UDF volume. */
export class UdfTree implements DiscTree {
  readonly kind = "udf";
  readonly root: DiscEntry;
  readonly #disc: RandomAccess;
  readonly #volume: UdfVolume;
  readonly #limits: Limits;
  readonly #findings: Findings;

  private constructor(disc: RandomAccess, volume: UdfVolume, root: DiscEntry, limits: Limits, findings: Findings) {
    this.#disc = disc;
    this.#volume = volume;
    this.root = root;
    this.#limits = limits;
    this.#findings = findings;
  }

  static async open(disc: RandomAccess, volume: UdfVolume, limits: Limits, findings: Findings): Promise<UdfTree> {
    const root = await readEntry(disc, volume, "", volume.root, false);
    if (!root.isDirectory)
      throw new AdkError("UDF_BAD_DESCRIPTOR", "The root of the disc is no directory.", { file: disc.name });
    return new UdfTree(disc, volume, root, limits, findings);
  }

  async list(directory: DiscEntry): Promise<readonly DiscEntry[]> {
    if (directory.size > this.#limits.memoryBytes) throw limitExceeded("memoryBytes", directory.size, this.#limits);
    const entries: DiscEntry[] = [];
    const data = await new ExtentAccess(this.#disc, directory, this.#disc.name).read(0, directory.size);
    for (let at = 0; at < data.length; ) {
      const found = parseFileIdentifier(data.subarray(at));
      if (!found) {
        const offset = directory.extents[0]?.offset;
        this.#findings.error("UDF_BAD_DIRECTORY", "A directory is damaged; what follows in it is lost.", {
          file: this.#disc.name,
          offset,
        });
        break;
      }
      at += found.length;
      if (found.characteristics & (Characteristic.PARENT | Characteristic.DELETED)) continue;
      const hidden = (found.characteristics & Characteristic.HIDDEN) !== 0;
      try {
        entries.push(await readEntry(this.#disc, this.#volume, found.name, found.icb, hidden));
      } catch (error) {
        this.#findings.fromError(error);
      }
      if (entries.length > this.#limits.entries) throw limitExceeded("entries", entries.length, this.#limits);
    }
    return entries;
  }
}

async function readEntry(
  disc: RandomAccess,
  volume: UdfVolume,
  name: string,
  icb: AllocationDescriptor,
  hidden: boolean,
): Promise<DiscEntry> {
  const offset = partitionOf(volume.partitions, icb.partition, disc.name).offsetOf(icb.block);
  const entry = parseFileEntry(await disc.read(offset, SECTOR), disc.name, offset);
  const { size, created, modified } = entry;
  const isDirectory = entry.fileType === FileType.DIRECTORY;
  if (entry.allocationKind === AllocationKind.EMBEDDED) {
    return {
      name,
      isDirectory,
      hidden,
      size,
      created,
      modified,
      place: offset,
      extents: [],
      embedded: entry.allocation,
    };
  }
  const extents = await readExtents(disc, volume, entry, icb.partition);
  return { name, isDirectory, hidden, size, created, modified, place: offset, extents, embedded: undefined };
}

/** The extents of a file up to its size. @throws AdkError `UDF_BAD_ALLOCATION` */
async function readExtents(
  disc: RandomAccess,
  { partitions }: UdfVolume,
  entry: FileEntry,
  partition: number,
): Promise<Extent[]> {
  const extents: Extent[] = [];
  let left = entry.size;
  let { allocation } = entry;
  for (let turn = 0; left > 0; turn++) {
    let next: AllocationDescriptor | undefined;
    for (const each of parseAllocationDescriptors(allocation, entry.allocationKind, partition, disc.name)) {
      if (each.type === ExtentType.CONTINUATION) {
        next = each;
        break;
      }
      const length = Math.min(each.length, left);
      if (length === 0) break;
      left -= length;
      if (each.type !== ExtentType.RECORDED) extents.push({ offset: undefined, length });
      else extents.push(...placesOf(partitionOf(partitions, each.partition, disc.name), each.block, length));
    }
    if (!next || left === 0) break;
    if (turn > MOST_CONTINUATIONS) {
      throw new AdkError("UDF_BAD_ALLOCATION", "The allocation of a file never ends.", { file: disc.name });
    }
    const offset = partitionOf(partitions, next.partition, disc.name).offsetOf(next.block);
    const block = await disc.read(offset, SECTOR);
    requireTag(block, [TagId.ALLOCATION_EXTENT], disc.name, offset);
    const length = new DataView(block.buffer, block.byteOffset).getUint32(20, true);
    allocation = block.slice(24, Math.min(24 + length, SECTOR));
  }
  if (left > 0)
    throw new AdkError("UDF_BAD_ALLOCATION", "A file is larger than its extents.", {
      file: disc.name,
      expected: entry.size,
      found: entry.size - left,
    });
  return extents;
}

/** An extent in a partition whose blocks may lie in several pieces. */
function placesOf(
  partition: { offsetOf(block: number): number; contiguous(block: number): number },
  block: number,
  length: number,
): Extent[] {
  const places: Extent[] = [];
  let at = block;
  for (let left = length; left > 0; ) {
    const offset = partition.offsetOf(at);
    const blocks = Math.min(partition.contiguous(at), Math.ceil(left / SECTOR));
    const bytes = Math.min(left, blocks * SECTOR);
    places.push({ offset, length: bytes });
    left -= bytes;
    at += blocks;
  }
  return places;
}
