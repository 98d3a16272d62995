import { AdkError, ByteReader } from "@adk/core";

// Allocation descriptors, ECMA-167 4/14.14.

/** Kinds that an ICB tag tells in its lowest three bits. */
export const AllocationKind = { SHORT: 0, LONG: 1, EXTENDED: 2, EMBEDDED: 3 } as const;

/** The two highest bits of a length. */
export const ExtentType = { RECORDED: 0, ALLOCATED: 1, HOLE: 2, CONTINUATION: 3 } as const;

/** Most bytes of an extent that end with a whole block. */
export const MOST_EXTENT_BYTES = 0x3fff_f800;

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
