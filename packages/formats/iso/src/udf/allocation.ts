import { AdkError, ByteReader } from "@adk/core";
import { SECTOR } from "../sector.ts";

// Allocation descriptors, ECMA-167 4/14.14.

/** Kinds that an ICB tag tells in its lowest three bits. */
export const AllocationKind = { SHORT: 0, LONG: 1, EXTENDED: 2, EMBEDDED: 3 } as const;

/** The two highest bits of a length. */
export const ExtentType = { RECORDED: 0, ALLOCATED: 1, HOLE: 2, CONTINUATION: 3 } as const;

/** Most bytes of an extent that end with a whole block. */
const MOST_EXTENT_BYTES = 0x3fff_f800;

export interface AllocationDescriptor {
  /** An `ExtentType`. */
  readonly type: number;
  /** Bytes. */
  readonly length: number;
  readonly block: number;
  /** Number of the partition map; that of the file entry itself for short descriptors. */
  readonly partition: number;
}

/** Reads until the bytes end, or an extent of length 0. @throws AdkError `UDF_BAD_ALLOCATION` */
export function parseAllocationDescriptors(
  bytes: Uint8Array,
  kind: number,
  partition: number,
  file: string,
): AllocationDescriptor[] {
  const size = { [AllocationKind.SHORT]: 8, [AllocationKind.LONG]: 16, [AllocationKind.EXTENDED]: 20 }[kind];
  if (size === undefined)
    throw new AdkError("UDF_BAD_ALLOCATION", "The allocation of a file is of no known kind.", { file, found: kind });
  const descriptors: AllocationDescriptor[] = [];
  for (let at = 0; at + size <= bytes.length; at += size) {
    const reader = new ByteReader(bytes.subarray(at, at + size));
    const field = reader.u32();
    let length = field & 0x3fff_ffff;
    if (length === 0) break;
    if (kind === AllocationKind.EXTENDED) {
      reader.skip(4);
      // Bytes of the file that the extent holds, where they are fewer.
      length = Math.min(length, reader.u32() || length);
    }
    const block = reader.u32();
    const own = kind === AllocationKind.SHORT ? partition : reader.u16();
    descriptors.push({ type: field >>> 30, length, block, partition: own });
  }
  return descriptors;
}

/** A `long_ad`, as it stands in other descriptors. */
export function parseLongAllocation(bytes: Uint8Array): AllocationDescriptor {
  const reader = new ByteReader(bytes);
  const length = reader.u32();
  return { type: length >>> 30, length: length & 0x3fff_ffff, block: reader.u32(), partition: reader.u16() };
}

/** In the first partition. @param uniqueId of the file, as file identifiers have it */
export function longAllocationBytes(length: number, block: number, uniqueId = 0): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length, true);
  view.setUint32(4, block, true);
  view.setUint32(12, uniqueId, true);
  return bytes;
}

/** A part of the data of a file that is written. */
export interface NewExtent {
  /** Bytes; whole blocks but for the last part. */
  readonly length: number;
  /** Undefined for zeros that are not stored. */
  readonly block: number | undefined;
}

/** Bytes of one descriptor. */
export function allocationSize(long: boolean): number {
  return long ? 16 : 8;
}

/** How many descriptors data takes that lies in one piece. */
export function allocationCount(size: number): number {
  return Math.ceil(size / MOST_EXTENT_BYTES);
}

/**
 * Writes the descriptors of data whose parts follow each other; long ones in the first partition.
 *
 * @returns how many bytes they take
 */
export function putAllocations(view: DataView, at: number, extents: readonly NewExtent[], long: boolean): number {
  let next = at;
  for (const { length, block } of extents) {
    const type = block === undefined ? ExtentType.HOLE : ExtentType.RECORDED;
    for (let done = 0; done < length; done += MOST_EXTENT_BYTES) {
      view.setUint32(next, Math.min(MOST_EXTENT_BYTES, length - done) + type * 2 ** 30, true);
      view.setUint32(next + 4, block === undefined ? 0 : block + done / SECTOR, true);
      next += allocationSize(long);
    }
  }
  return next - at;
}
