import { AdkError, ByteReader, ByteWriter } from "@adk/core";
import { SECTOR } from "./sector.ts";

// El Torito 1.0: the boot record descriptor and the boot catalog.

/** Sector of the boot record: firmware looks nowhere else. */
export const BOOT_RECORD_SECTOR = 17;
const BOOT_SYSTEM = "EL TORITO SPECIFICATION";
const ENTRY = 32;
const MOST_ENTRIES = 512;

export const Platform = { BIOS: 0x00, POWER_PC: 0x01, MAC: 0x02, EFI: 0xef } as const;

/** What the firmware takes an image for. */
export const EMULATIONS = ["none", "1.2M", "1.44M", "2.88M", "hard-disk"] as const;
export type Emulation = (typeof EMULATIONS)[number];

/** An image that the firmware can start. */
export interface BootEntry {
  /** A `Platform`. */
  readonly platform: number;
  readonly bootable: boolean;
  readonly emulation: Emulation;
  /** Segment that the image is loaded to; 0 stands for 0x7C0. */
  readonly loadSegment: number;
  /** Of an emulated hard disk the type of its partition, as its MBR has it; else 0. */
  readonly systemType: number;
  /** Sectors of 512 bytes to load. */
  readonly sectorCount: number;
  /** Sector of the image on the disc. */
  readonly extent: number;
}

/** @returns the sector of the boot catalog; undefined for another descriptor */
export function parseBootRecord(sector: Uint8Array): number | undefined {
  const system = String.fromCharCode(...sector.subarray(7, 7 + BOOT_SYSTEM.length));
  return system === BOOT_SYSTEM ? new DataView(sector.buffer, sector.byteOffset).getUint32(0x47, true) : undefined;
}

export function writeBootRecord(catalog: number): Uint8Array {
  const bytes = new Uint8Array(SECTOR);
  bytes.set(new TextEncoder().encode(`\0CD001\x01${BOOT_SYSTEM}`));
  new DataView(bytes.buffer).setUint32(0x47, catalog, true);
  return bytes;
}

/** @throws AdkError `ISO_BAD_BOOT_CATALOG` */
export function parseBootCatalog(bytes: Uint8Array, file: string, offset: number): BootEntry[] {
  const reader = new ByteReader(bytes, { file, base: offset });
  const header = reader.u8();
  const platform = reader.u8();
  const sum = sumOfWords(bytes.subarray(0, ENTRY));
  if (header !== 1 || bytes[0x1e] !== 0x55 || bytes[0x1f] !== 0xaa || sum !== 0) {
    throw new AdkError("ISO_BAD_BOOT_CATALOG", "The boot catalog has no valid first entry.", { file, offset });
  }
  const entries: BootEntry[] = [readEntry(bytes.subarray(ENTRY, 2 * ENTRY), platform)];
  let at = 2 * ENTRY;
  for (let more = true; more && at + ENTRY <= bytes.length; ) {
    const kind = bytes[at];
    if (kind !== 0x90 && kind !== 0x91) break;
    more = kind === 0x90;
    const section = bytes[at + 1] as number;
    const count = (bytes[at + 2] as number) | ((bytes[at + 3] as number) << 8);
    at += ENTRY;
    for (let i = 0; i < count && at + ENTRY <= bytes.length && entries.length < MOST_ENTRIES; i++) {
      // Extensions of an entry (0x44) hold selection criteria, which no firmware of PCs asks for.
      entries.push(readEntry(bytes.subarray(at, at + ENTRY), section));
      at += ENTRY;
      while (bytes[at] === 0x44 && at + ENTRY <= bytes.length) at += ENTRY;
    }
  }
  return entries;
}

/** The first entry is the default one; each other platform gets a section of its own, in the order of the entries. */
export function writeBootCatalog(entries: readonly BootEntry[]): Uint8Array {
  const [first, ...rest] = entries;
  if (!first) throw new TypeError("a boot catalog has at least one entry");
  const writer = new ByteWriter(SECTOR);
  const validation = new Uint8Array(ENTRY);
  validation.set([1, first.platform]);
  validation[0x1e] = 0x55;
  validation[0x1f] = 0xaa;
  new DataView(validation.buffer).setUint16(0x1c, -sumOfWords(validation) & 0xffff, true);
  writer.bytes(validation).bytes(entryBytes(first));
  for (const [i, entry] of rest.entries()) {
    writer
      .u8(i === rest.length - 1 ? 0x91 : 0x90)
      .u8(entry.platform)
      .u16(1)
      .zeros(28);
    writer.bytes(entryBytes(entry));
  }
  const bytes = writer.finish();
  const sectors = new Uint8Array(Math.ceil(bytes.length / SECTOR) * SECTOR);
  sectors.set(bytes);
  return sectors;
}

function readEntry(bytes: Uint8Array, platform: number): BootEntry {
  const reader = new ByteReader(bytes);
  const bootable = reader.u8() === 0x88;
  const emulation = EMULATIONS[reader.u8() & 0x0f] ?? "none";
  const loadSegment = reader.u16();
  const systemType = reader.u8();
  reader.skip(1);
  return { platform, bootable, emulation, loadSegment, systemType, sectorCount: reader.u16(), extent: reader.u32() };
}

function entryBytes({ bootable, emulation, loadSegment, systemType, sectorCount, extent }: BootEntry): Uint8Array {
  const writer = new ByteWriter(ENTRY);
  writer
    .u8(bootable ? 0x88 : 0)
    .u8(EMULATIONS.indexOf(emulation))
    .u16(loadSegment)
    .u8(systemType)
    .u8(0);
  writer.u16(sectorCount).u32(extent).zeros(20);
  return writer.finish();
}

function sumOfWords(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i + 1 < bytes.length; i += 2) sum += (bytes[i] as number) | ((bytes[i + 1] as number) << 8);
  return sum & 0xffff;
}
