import { AdkError, ByteReader } from "@adk/core";

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
    const length = reader.u32();
    if ((length & 0x3fff_ffff) === 0) break;
    if (kind === AllocationKind.EXTENDED) reader.skip(8);
    const block = reader.u32();
    const own = kind === AllocationKind.SHORT ? partition : reader.u16();
    descriptors.push({ type: length >>> 30, length: length & 0x3fff_ffff, block, partition: own });
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

/** Short descriptors of data that lies in one piece. */
export function shortAllocations(size: number, block: number): Uint8Array {
  const count = Math.ceil(size / MOST_EXTENT_BYTES);
  const bytes = new Uint8Array(8 * count);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < count; i++) {
    const done = i * MOST_EXTENT_BYTES;
    view.setUint32(8 * i, Math.min(MOST_EXTENT_BYTES, size - done), true);
    view.setUint32(8 * i + 4, block + done / 2048, true);
  }
  return bytes;
}
