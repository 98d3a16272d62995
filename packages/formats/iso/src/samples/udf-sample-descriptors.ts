import { AllocationKind } from "../udf/allocation.ts";
import { writeDstring } from "../udf/dstring.ts";
import { entityId } from "../udf/entity-id.ts";
import { timestampBytes } from "../udf/timestamp.ts";

// Descriptors of synthetic volumes that are the same in all of them, without their tags.

export const TIME = timestampBytes(133_500_000_000_000_000n);
/** A sparing table of two entries. */
export const SPARING_BYTES = 56 + 2 * 8;
export const CHARACTER_SET = new Uint8Array(64);
CHARACTER_SET.set(new TextEncoder().encode("\0OSTA Compressed Unicode"));

export function icbTag(strategy: number, type: number, kind: number): Uint8Array {
  const bytes = new Uint8Array(20);
  const view = new DataView(bytes.buffer);
  view.setUint16(4, strategy, true);
  view.setUint16(6, strategy === 4096 ? 1 : 0, true);
  view.setUint16(8, strategy === 4096 ? 2 : 1, true);
  bytes[11] = type;
  view.setUint16(18, kind, true);
  return bytes;
}

export function primaryDescriptor(): Uint8Array {
  const bytes = new Uint8Array(512);
  const view = new DataView(bytes.buffer);
  bytes.set(writeDstring("SAMPLE", 32), 24);
  for (const offset of [56, 58]) view.setUint16(offset, 1, true);
  for (const offset of [60, 62]) view.setUint16(offset, 2, true);
  for (const offset of [64, 68]) view.setUint32(offset, 1, true);
  bytes.set(writeDstring("0123456789abcdefSAMPLE", 128), 72);
  for (const offset of [200, 264]) bytes.set(CHARACTER_SET, offset);
  bytes.set(TIME, 376);
  bytes.set(entityId("*adk"), 388);
  return bytes;
}

export function partitionDescriptor(nsr: string, start: number, length: number): Uint8Array {
  const bytes = new Uint8Array(512);
  const view = new DataView(bytes.buffer);
  view.setUint16(20, 1, true);
  bytes.set(entityId(`+${nsr}`), 24);
  view.setUint32(184, 1, true);
  view.setUint32(188, start, true);
  view.setUint32(192, length, true);
  bytes.set(entityId("*adk"), 196);
  return bytes;
}

/** @param original block of the partition, @param mapped block of the volume */
export function sparingTable(revision: number, original: number, mapped: number): Uint8Array {
  const bytes = new Uint8Array(SPARING_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(entityId("*UDF Sparing Table", [revision & 0xff, revision >> 8]), 16);
  view.setUint16(48, 2, true);
  view.setUint32(52, 1, true);
  view.setUint32(56, original, true);
  view.setUint32(60, mapped, true);
  view.setUint32(64, 0xffff_ffff, true);
  view.setUint32(68, 0xffff_ffff, true);
  return bytes;
}

export function longAllocation(length: number, block: number, map: number, type = 0): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, (length | (type << 30)) >>> 0, true);
  view.setUint32(4, block, true);
  view.setUint16(8, map, true);
  return bytes;
}

/** Of a `kind` of `AllocationKind`. */
export function allocationDescriptor(kind: number, length: number, block: number, map: number, type = 0): Uint8Array {
  const long = longAllocation(length, block, map, type);
  if (kind === AllocationKind.LONG) return long;
  if (kind === AllocationKind.SHORT) return long.subarray(0, 8);
  const extended = new Uint8Array(20);
  extended.set(long.subarray(0, 4));
  extended.set(long.subarray(0, 3), 4);
  extended.set(long.subarray(0, 3), 8);
  extended.set(long.subarray(4, 10), 12);
  return extended;
}
