import { AdkError } from "@adk/core";
import type { Extent } from "../disc-entry.ts";
import { type AllocationDescriptor, ExtentType, parseAllocationDescriptors } from "./allocation.ts";
import type { FileEntry } from "./file-entry.ts";
import { addBlocks, addExtent, type LogicalVolume, readDescriptor } from "./partition.ts";
import { TagId } from "./tag.ts";

/** Bytes of an allocation extent descriptor before the allocation descriptors (ECMA-167 4/14.5). */
const ALLOCATION_EXTENT_HEAD = 24;

/** Allocation descriptors that may yet be read: one that many files share must not keep a reader busy. */
export interface ExtentBudget {
  left: number;
}

/**
 * Where the data of a file lies, up to its size; extents that follow each other are one.
 *
 * @param partition number of the partition map that the entry is in
 * @throws AdkError `UDF_BAD_ALLOCATION`, `UDF_BAD_BLOCK`
 */
export async function readExtents(
  volume: LogicalVolume,
  { allocation, allocationKind, size }: FileEntry,
  partition: number,
  budget: ExtentBudget = { left: Number.POSITIVE_INFINITY },
): Promise<Extent[]> {
  const file = volume.disc.name;
  const extents: Extent[] = [];
  const continued = new Set<number>();
  let left = size;
  for (let descriptors = allocation; left > 0; ) {
    let next: AllocationDescriptor | undefined;
    for (const each of parseAllocationDescriptors(descriptors, allocationKind, partition, file)) {
      budget.left--;
      if (each.type === ExtentType.CONTINUATION) {
        next = each;
        break;
      }
      const length = Math.min(each.length, left);
      if (length === 0) break;
      left -= length;
      if (each.type !== ExtentType.RECORDED) addExtent(extents, undefined, length);
      else addBlocks(extents, volume, each.partition, each.block, length);
    }
    if (!next || left === 0) break;
    const { bytes, offset } = await readDescriptor(volume, next, [TagId.ALLOCATION_EXTENT]);
    if (continued.has(offset) || budget.left < 0) {
      throw new AdkError("UDF_BAD_ALLOCATION", "The allocation of a file never ends.", { file, offset });
    }
    continued.add(offset);
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(20, true);
    descriptors = bytes.slice(ALLOCATION_EXTENT_HEAD, ALLOCATION_EXTENT_HEAD + length);
  }
  if (left === 0) return extents;
  throw new AdkError("UDF_BAD_ALLOCATION", "A file is larger than its extents.", {
    file,
    expected: size,
    found: size - left,
  });
}
