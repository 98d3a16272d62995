import type { Filetime } from "@adk/core";
import { SECTOR } from "../sector.ts";
import { longAllocationBytes } from "./allocation.ts";
import { writeDstring } from "./dstring.ts";
import { DOMAIN_ID, entityId, UDF_102 } from "./entity-id.ts";
import { TagId, writeTag } from "./tag.ts";
import { timestampBytes } from "./timestamp.ts";

// The volume descriptors of UDF 1.02 on a disc that is only read (ECMA-167 3/10, 4/14; UDF 1.02 2.2).

/** Sectors of the two copies of the volume descriptor sequence, of the integrity sequence, and of the anchor. */
export const MAIN_SEQUENCE = 32;
export const RESERVE_SEQUENCE = 48;
const SEQUENCE_SECTORS = 16;
export const INTEGRITY_SEQUENCE = 64;
export const ANCHOR_SECTOR = 256;

export interface NewUdfVolume {
  readonly label: string;
  readonly time: Filetime;
  /** 16 hexadecimal digits that tell this volume from others. */
  readonly setId: string;
  /** Sectors. */
  readonly partitionStart: number;
  readonly partitionLength: number;
  readonly files: number;
  readonly directories: number;
  /** The next one that is not used. */
  readonly uniqueId: number;
}

/** Blocks of the partition that the file set and what ends it take; the root's entry follows. */
export const FILE_SET_BLOCKS = 2;

/** The sectors BEA01, NSR02 and TEA01 by which readers see that there is UDF. */
export function recognitionSequence(): Uint8Array[] {
  return ["BEA01", "NSR02", "TEA01"].map((id) => {
    const sector = new Uint8Array(SECTOR);
    sector.set(new TextEncoder().encode(`\0${id}\x01`));
    return sector;
  });
}

/** One of the two sequences. @param first its first sector */
export function volumeDescriptorSequence(volume: NewUdfVolume, first: number): Uint8Array[] {
  const descriptors = [primary, implementationUse, partition, logicalVolume, unallocatedSpace];
  const sectors = descriptors.map((make, number) => {
    const sector = make(volume, number);
    return sector;
  });
  sectors.push(new Uint8Array(SECTOR));
  const ids = [
    TagId.PRIMARY_VOLUME,
    TagId.IMPLEMENTATION_USE,
    TagId.PARTITION,
    TagId.LOGICAL_VOLUME,
    TagId.UNALLOCATED_SPACE,
    TagId.TERMINATING,
  ];
  for (const [i, sector] of sectors.entries()) {
    const length = ids[i] === TagId.LOGICAL_VOLUME ? 446 : ids[i] === TagId.UNALLOCATED_SPACE ? 24 : 512;
    writeTag(sector, ids[i] as number, first + i, length - 16);
  }
  return sectors;
}

/** The anchor, which is found first. */
export function anchor(sector: number): Uint8Array {
  const bytes = new Uint8Array(SECTOR);
  const view = new DataView(bytes.buffer);
  for (const [i, start] of [MAIN_SEQUENCE, RESERVE_SEQUENCE].entries()) {
    view.setUint32(16 + 8 * i, SEQUENCE_SECTORS * SECTOR, true);
    view.setUint32(20 + 8 * i, start, true);
  }
  writeTag(bytes, TagId.ANCHOR, sector, 496);
  return bytes;
}

/** That the volume is whole: two sectors. */
export function integritySequence({ time, uniqueId, partitionLength, files, directories }: NewUdfVolume): Uint8Array[] {
  const bytes = new Uint8Array(SECTOR);
  const view = new DataView(bytes.buffer);
  bytes.set(timestampBytes(time), 16);
  view.setUint32(28, 1, true);
  view.setBigUint64(40, BigInt(uniqueId), true);
  view.setUint32(72, 1, true);
  view.setUint32(76, 46, true);
  view.setUint32(84, partitionLength, true);
  bytes.set(entityId("*adk"), 88);
  view.setUint32(120, files, true);
  view.setUint32(124, directories, true);
  for (const offset of [128, 130, 132]) bytes.set(UDF_102, offset);
  writeTag(bytes, TagId.LOGICAL_VOLUME_INTEGRITY, INTEGRITY_SEQUENCE, 118);
  const end = new Uint8Array(SECTOR);
  writeTag(end, TagId.TERMINATING, INTEGRITY_SEQUENCE + 1, 496);
  return [bytes, end];
}

/** The first blocks of the partition: the file set, and what ends it. */
export function fileSet({ label, time }: NewUdfVolume): Uint8Array[] {
  const bytes = new Uint8Array(SECTOR);
  const view = new DataView(bytes.buffer);
  bytes.set(timestampBytes(time), 16);
  for (const offset of [28, 30]) view.setUint16(offset, 3, true);
  for (const offset of [32, 36]) view.setUint32(offset, 1, true);
  for (const offset of [48, 240]) bytes.set(CHARACTER_SET, offset);
  bytes.set(writeDstring(label, 128), 112);
  bytes.set(writeDstring(label, 32), 304);
  bytes.set(longAllocationBytes(SECTOR, FILE_SET_BLOCKS), 400);
  bytes.set(DOMAIN_ID, 416);
  writeTag(bytes, TagId.FILE_SET, 0, 496);
  const end = new Uint8Array(SECTOR);
  writeTag(end, TagId.TERMINATING, 1, 496);
  return [bytes, end];
}

const CHARACTER_SET = new Uint8Array(64);
CHARACTER_SET.set(new TextEncoder().encode("\0OSTA Compressed Unicode"));

function primary({ label, setId, time }: NewUdfVolume, number: number): Uint8Array {
  const [bytes, view] = sectorWith(number);
  bytes.set(writeDstring(label, 32), 24);
  for (const offset of [56, 58]) view.setUint16(offset, 1, true);
  for (const offset of [60, 62]) view.setUint16(offset, 2, true);
  for (const offset of [64, 68]) view.setUint32(offset, 1, true);
  bytes.set(writeDstring(`${setId}${label}`, 128), 72);
  for (const offset of [200, 264]) bytes.set(CHARACTER_SET, offset);
  bytes.set(timestampBytes(time), 376);
  bytes.set(entityId("*adk"), 388);
  return bytes;
}

function implementationUse({ label }: NewUdfVolume, number: number): Uint8Array {
  const [bytes] = sectorWith(number);
  bytes.set(entityId("*UDF LV Info", UDF_102), 20);
  bytes.set(CHARACTER_SET, 52);
  bytes.set(writeDstring(label, 128), 116);
  bytes.set(entityId("*adk"), 352);
  return bytes;
}

function partition({ partitionStart, partitionLength }: NewUdfVolume, number: number): Uint8Array {
  const [bytes, view] = sectorWith(number);
  view.setUint16(20, 1, true);
  bytes.set(entityId("+NSR02"), 24);
  view.setUint32(184, 1, true);
  view.setUint32(188, partitionStart, true);
  view.setUint32(192, partitionLength, true);
  bytes.set(entityId("*adk"), 196);
  return bytes;
}

function logicalVolume({ label }: NewUdfVolume, number: number): Uint8Array {
  const [bytes, view] = sectorWith(number);
  bytes.set(CHARACTER_SET, 20);
  bytes.set(writeDstring(label, 128), 84);
  view.setUint32(212, SECTOR, true);
  bytes.set(DOMAIN_ID, 216);
  bytes.set(longAllocationBytes(FILE_SET_BLOCKS * SECTOR, 0), 248);
  view.setUint32(264, 6, true);
  view.setUint32(268, 1, true);
  bytes.set(entityId("*adk"), 272);
  view.setUint32(432, 2 * SECTOR, true);
  view.setUint32(436, INTEGRITY_SEQUENCE, true);
  // One partition map of type 1, of volume 1 and partition 0.
  bytes.set([1, 6, 1, 0, 0, 0], 440);
  return bytes;
}

function unallocatedSpace(_: NewUdfVolume, number: number): Uint8Array {
  return sectorWith(number)[0];
}

function sectorWith(number: number): [Uint8Array, DataView] {
  const bytes = new Uint8Array(SECTOR);
  const view = new DataView(bytes.buffer);
  view.setUint32(16, number, true);
  return [bytes, view];
}
