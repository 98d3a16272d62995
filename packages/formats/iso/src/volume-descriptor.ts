import { AdkError, ByteReader, ByteWriter, type Filetime } from "@adk/core";
import {
  DIRECTORY_RECORD_MIN,
  type DirectoryRecord,
  parseDirectoryRecord,
  writeDirectoryRecord,
} from "./directory-record.ts";
import { bigEndian, readBoth16, readBoth32, SECTOR, writeBoth16, writeBoth32 } from "./sector.ts";
import { readDescriptorTime, writeDescriptorTime } from "./time.ts";
import { decodeUcs2, encodeUcs2 } from "./ucs2.ts";

// Volume descriptors: ECMA-119 8, and Joliet's use of the supplementary one.

/** The first sector of descriptors; what lies before is for the system: a partition table, boot code. */
export const FIRST_DESCRIPTOR = 16;
const STANDARD_ID = "CD001";

export const DescriptorType = { BOOT: 0, PRIMARY: 1, SUPPLEMENTARY: 2, PARTITION: 3, TERMINATOR: 255 } as const;

/** The primary descriptor, or a supplementary one with names in UCS-2 (Joliet). */
export interface VolumeDescriptor {
  readonly joliet: boolean;
  /** 2 for the enhanced descriptor of ISO 9660:1999. */
  readonly version: number;
  readonly systemId: string;
  readonly volumeId: string;
  /** Sectors. */
  readonly volumeSize: number;
  readonly blockSize: number;
  readonly pathTableSize: number;
  /** Sectors of the tables with little and big endian numbers. */
  readonly pathTable: number;
  readonly pathTableBig: number;
  readonly root: DirectoryRecord;
  readonly volumeSetId: string;
  readonly publisher: string;
  readonly preparer: string;
  readonly application: string;
  /** FILETIME, 0n where it is not given. */
  readonly created: Filetime;
  readonly modified: Filetime;
}

/** What stands at the start of any descriptor. */
export interface DescriptorHead {
  readonly type: number;
  readonly version: number;
}

/** @returns undefined for a sector that is no volume descriptor */
export function parseDescriptorHead(sector: Uint8Array): DescriptorHead | undefined {
  if (String.fromCharCode(...sector.subarray(1, 6)) !== STANDARD_ID) return undefined;
  return { type: sector[0] as number, version: sector[6] as number };
}

/** Escape sequences of Joliet: UCS-2 of level 1, 2 or 3. */
const JOLIET = ["%/@", "%/C", "%/E"];

/** @throws AdkError `ISO_BAD_DESCRIPTOR` */
export function parseVolumeDescriptor(sector: Uint8Array, file: string, offset: number): VolumeDescriptor {
  const reader = new ByteReader(sector, { file, base: offset });
  reader.seek(8);
  const sequence = String.fromCharCode(...sector.subarray(88, 91));
  const joliet = sector[0] === DescriptorType.SUPPLEMENTARY && JOLIET.includes(sequence);
  const text = (bytes: number) => readText(reader.slice(bytes), joliet);
  const systemId = text(32);
  const volumeId = text(32);
  reader.skip(8);
  const volumeSize = readBoth32(reader);
  reader.skip(32 + 8);
  const blockSize = readBoth16(reader);
  const pathTableSize = readBoth32(reader);
  const pathTable = reader.u32();
  reader.skip(4);
  const pathTableBig = new DataView(sector.buffer, sector.byteOffset).getUint32(148);
  reader.seek(156);
  const root = parseDirectoryRecord(reader.slice(DIRECTORY_RECORD_MIN), joliet, { file, base: offset + 156 });
  if (!root?.isDirectory || blockSize !== SECTOR) {
    throw new AdkError(
      "ISO_BAD_DESCRIPTOR",
      "The volume descriptor is damaged, or has sectors of a size that is not read.",
      {
        file,
        offset,
        expected: `a root directory and blocks of ${SECTOR} bytes`,
        found: `blocks of ${blockSize} bytes`,
      },
    );
  }
  const volumeSetId = text(128);
  const [publisher, preparer, application] = [text(128), text(128), text(128)] as const;
  reader.seek(813);
  const [created, modified] = [readDescriptorTime(reader), readDescriptorTime(reader)];
  const version = sector[6] as number;
  const sizes = { volumeSize, blockSize, pathTableSize, pathTable, pathTableBig };
  const texts = { systemId, volumeId, volumeSetId, publisher, preparer, application };
  return { joliet, version, ...sizes, ...texts, root, created, modified };
}

/** @returns the sector of the descriptor */
export function writeVolumeDescriptor(descriptor: VolumeDescriptor): Uint8Array {
  const { joliet, version } = descriptor;
  const writer = new ByteWriter(SECTOR);
  const text = (value: string, bytes: number) => writer.bytes(padText(value, bytes, joliet));
  const isPrimary = !joliet && version === 1;
  writer.u8(isPrimary ? DescriptorType.PRIMARY : DescriptorType.SUPPLEMENTARY);
  writer.bytes(new TextEncoder().encode(STANDARD_ID)).u8(version).u8(0);
  text(descriptor.systemId, 32);
  text(descriptor.volumeId, 32);
  writer.zeros(8);
  writeBoth32(writer, descriptor.volumeSize);
  writer.bytes(joliet ? new TextEncoder().encode("%/E") : new Uint8Array(3)).zeros(29);
  writeBoth16(writer, 1);
  writeBoth16(writer, 1);
  writeBoth16(writer, descriptor.blockSize);
  writeBoth32(writer, descriptor.pathTableSize);
  writer.u32(descriptor.pathTable).u32(0).bytes(bigEndian(descriptor.pathTableBig, 4)).u32(0);
  writer.bytes(writeDirectoryRecord(descriptor.root, joliet));
  text(descriptor.volumeSetId, 128);
  for (const value of [descriptor.publisher, descriptor.preparer, descriptor.application]) text(value, 128);
  // Copyright, abstract and bibliographic files: none.
  for (let i = 0; i < 3; i++) text("", 37);
  writeDescriptorTime(writer, descriptor.created);
  writeDescriptorTime(writer, descriptor.modified);
  writeDescriptorTime(writer, 0n);
  writeDescriptorTime(writer, descriptor.created);
  writer.u8(version);
  const bytes = new Uint8Array(SECTOR);
  bytes.set(writer.finish());
  return bytes;
}

/** The sector that ends the descriptors. */
export function writeTerminator(): Uint8Array {
  const bytes = new Uint8Array(SECTOR);
  bytes.set([DescriptorType.TERMINATOR, ...new TextEncoder().encode(STANDARD_ID), 1]);
  return bytes;
}

function readText(bytes: Uint8Array, joliet: boolean): string {
  const text = joliet ? decodeUcs2(bytes) : String.fromCharCode(...bytes);
  return text.replace(/[\0 ]+$/, "");
}

function padText(text: string, size: number, joliet: boolean): Uint8Array {
  if (joliet) return encodeUcs2(text, size);
  const padded = new Uint8Array(size).fill(0x20);
  padded.set(new TextEncoder().encode(text.replaceAll(/[^\x20-\x7e]/g, "_")).subarray(0, size));
  return padded;
}
