import { crc32 } from "node:zlib";
import {
  AdkError,
  ByteReader,
  ByteWriter,
  check,
  type Guid,
  guidFromBytes,
  guidToBytes,
  NIL_GUID,
  type Origin,
} from "@adk/core";
import { SECTOR } from "./pieces.ts";

const HEADER_BYTES = 92;
const REVISION = 0x0001_0000;
const ENTRY_BYTES = 128;
/** What every tool writes, and 16 KiB is the least that the specification allows. */
const ENTRIES = 128;
/** Sectors of the table of entries. */
const TABLE_SECTORS = (ENTRIES * ENTRY_BYTES) / SECTOR;
/** Sectors before the first that a partition may take: protective MBR, header, table. */
const GPT_SECTORS = 2 + TABLE_SECTORS;
/** A table beyond this is no table: firmware takes no more either. */
const MOST_TABLE_BYTES = 1 << 20;
const NAME_BYTES = 72;

/** Types of partitions in a GPT that Windows knows. */
export const GptType = {
  EFI_SYSTEM: "c12a7328-f81f-11d2-ba4b-00a0c93ec93b",
  MICROSOFT_RESERVED: "e3c9e316-0b5c-4db8-817d-f92df00215ae",
  BASIC_DATA: "ebd0a0a2-b9e5-4433-87c0-68b6b72699c7",
  WINDOWS_RECOVERY: "de94bba4-06d1-4d40-a16a-bfd50179d6ac",
} as const;

/** GPT header (UEFI 2.10, 5.3.2). */
export interface GptHeader {
  readonly diskGuid: Guid;
  /** Sector of this header, and of the other one. */
  readonly ownSector: number;
  readonly otherSector: number;
  /** First and last sector that partitions may take. */
  readonly firstUsable: number;
  readonly lastUsable: number;
  readonly tableSector: number;
  readonly entryCount: number;
  readonly entryBytes: number;
  readonly tableCrc: number;
}

/** GPT partition entry (5.3.3). */
export interface GptEntry {
  readonly type: Guid;
  readonly guid: Guid;
  readonly firstSector: number;
  /** Inclusive. */
  readonly lastSector: number;
  /** Bit 0 required, 60 read-only, 62 hidden, 63 no drive letter. */
  readonly attributes: bigint;
  readonly name: string;
}

export function isGptHeader(sector: Uint8Array): boolean {
  return String.fromCharCode(...sector.subarray(0, 8)) === "EFI PART";
}

/** @throws AdkError `DISK_BAD_GPT_HEADER` for a wrong signature, size or checksum, or a table that cannot be */
export function parseGptHeader(sector: Uint8Array, origin: Origin = {}): GptHeader {
  const bad = (message: string, found?: string | number, expected?: string | number) =>
    new AdkError("DISK_BAD_GPT_HEADER", message, { file: origin.file, offset: origin.base, found, expected });
  check(isGptHeader(sector), () => bad("The sector has no GPT header."));
  const reader = new ByteReader(sector, origin, 12);
  const size = reader.u32();
  check(size >= HEADER_BYTES && size <= sector.length, () => bad("The header has a size that cannot be.", size));
  const stored = reader.u32();
  const copy = sector.slice(0, size).fill(0, 16, 20);
  const actual = crc32(copy);
  check(actual === stored, () => bad("The header's checksum is wrong.", hex(actual), hex(stored)));
  reader.skip(4);
  const [ownSector, otherSector, firstUsable, lastUsable] = [
    reader.size64(),
    reader.size64(),
    reader.size64(),
    reader.size64(),
  ];
  const diskGuid = guidFromBytes(reader.slice(16));
  const tableSector = reader.size64();
  const [entryCount, entryBytes, tableCrc] = [reader.u32(), reader.u32(), reader.u32()];
  const possible = entryBytes >= ENTRY_BYTES && entryCount * entryBytes <= MOST_TABLE_BYTES;
  check(possible, () => bad("The table has a size that cannot be.", `${entryCount} entries of ${entryBytes} bytes`));
  return {
    diskGuid,
    ownSector,
    otherSector,
    firstUsable,
    lastUsable,
    tableSector,
    entryCount,
    entryBytes,
    tableCrc,
  };
}

function writeGptHeader(header: GptHeader): Uint8Array {
  const writer = new ByteWriter(SECTOR);
  writer.bytes(new TextEncoder().encode("EFI PART")).u32(REVISION).u32(HEADER_BYTES).u32(0).u32(0);
  writer.size64(header.ownSector).size64(header.otherSector).size64(header.firstUsable).size64(header.lastUsable);
  writer.bytes(guidToBytes(header.diskGuid)).size64(header.tableSector);
  writer.u32(header.entryCount).u32(header.entryBytes).u32(header.tableCrc);
  writer.patchU32(16, crc32(writer.finish()));
  return writer.align(SECTOR).finish();
}

/** The entries that are used. @throws AdkError `DISK_BAD_GPT_TABLE` for a wrong checksum */
export function parseGptTable(table: Uint8Array, header: GptHeader, origin: Origin = {}): GptEntry[] {
  const actual = crc32(table);
  check(actual === header.tableCrc, () => {
    const details = { file: origin.file, offset: origin.base, expected: hex(header.tableCrc), found: hex(actual) };
    return new AdkError("DISK_BAD_GPT_TABLE", "The checksum of the partition table is wrong.", details);
  });
  const entries: GptEntry[] = [];
  for (let i = 0; i < header.entryCount; i++) {
    const reader = new ByteReader(table, origin, i * header.entryBytes);
    const type = guidFromBytes(reader.slice(16));
    if (type === NIL_GUID) continue;
    const guid = guidFromBytes(reader.slice(16));
    const [firstSector, lastSector] = [reader.size64(), reader.size64()];
    const attributes = reader.u64();
    const name = reader.utf16(NAME_BYTES).replace(/\0.*$/s, "");
    entries.push({ type, guid, firstSector, lastSector, attributes, name });
  }
  return entries;
}

function writeGptTable(entries: readonly GptEntry[]): Uint8Array {
  const writer = new ByteWriter(ENTRIES * ENTRY_BYTES);
  for (const { type, guid, firstSector, lastSector, attributes, name } of entries) {
    writer.bytes(guidToBytes(type)).bytes(guidToBytes(guid)).size64(firstSector).size64(lastSector).u64(attributes);
    writer.utf16(name.slice(0, NAME_BYTES / 2).padEnd(NAME_BYTES / 2, "\0"));
  }
  return writer.zeros(ENTRIES * ENTRY_BYTES - writer.position).finish();
}

/** What goes before and behind the partitions of a disk: header and table, and at the end table and header once more. */
export interface GptSectors {
  /** Sectors 1 to 33. */
  readonly primary: Uint8Array;
  /** The last 33 sectors. */
  readonly backup: Uint8Array;
}

/** @param entries at most 128 */
export function writeGpt(diskSectors: number, diskGuid: Guid, entries: readonly GptEntry[]): GptSectors {
  const table = writeGptTable(entries);
  const common = {
    diskGuid,
    firstUsable: GPT_SECTORS,
    lastUsable: diskSectors - GPT_SECTORS,
    entryCount: ENTRIES,
    entryBytes: ENTRY_BYTES,
    tableCrc: crc32(table),
  };
  const last = diskSectors - 1;
  const primary = writeGptHeader({ ...common, ownSector: 1, otherSector: last, tableSector: 2 });
  const backup = writeGptHeader({ ...common, ownSector: last, otherSector: 1, tableSector: last - TABLE_SECTORS });
  return { primary: joined(primary, table), backup: joined(table, backup) };
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  return new ByteWriter(first.length + second.length).bytes(first).bytes(second).finish();
}

function hex(number: number): string {
  return `0x${number.toString(16).padStart(8, "0")}`;
}
