import { AdkError, ByteReader, ByteWriter, check, type Origin } from "@adk/core";
import { chsOf, chsToBytes } from "./chs.ts";
import { SECTOR } from "./pieces.ts";

const BOOT_CODE_BYTES = 440;
const ENTRIES = 4;
const SIGNATURE = 0xaa55;
const ACTIVE = 0x80;

/** What stands for a boot program: INT 18h hands over to the next device of a BIOS, which else would run on into data. */
export const NO_BOOT_PROGRAM = Uint8Array.of(0xcd, 0x18, 0xf4, 0xeb, 0xfd);

/** Types of partitions in an MBR. */
export const MbrType = {
  EMPTY: 0x00,
  FAT12: 0x01,
  EXTENDED: 0x05,
  NTFS: 0x07,
  FAT32_LBA: 0x0c,
  FAT16_LBA: 0x0e,
  EXTENDED_LBA: 0x0f,
  PROTECTIVE: 0xee,
  EFI_SYSTEM: 0xef,
} as const;

export interface MbrEntry {
  readonly active: boolean;
  readonly type: number;
  /** Sectors from the start of the disk, or of what an extended partition counts from. */
  readonly firstSector: number;
  readonly sectors: number;
}

/** The first sector of a disk: a boot program and four partitions. */
export interface Mbr {
  /** By it Windows tells disks from each other; 0 for none. */
  readonly diskSignature: number;
  /** Always four; those without a partition have type 0. */
  readonly entries: readonly MbrEntry[];
}

/** Whether a sector ends like an MBR or a boot sector. */
export function hasBootSignature(sector: Uint8Array): boolean {
  return sector.length >= SECTOR && sector[510] === 0x55 && sector[511] === 0xaa;
}

/** Whether a sector can be the first of a partitioned disk: a signature alone ends many a thing. */
export function isMbr(sector: Uint8Array): boolean {
  if (!hasBootSignature(sector)) return false;
  const entries = Array.from({ length: ENTRIES }, (_, i) => sector.subarray(446 + i * 16, 462 + i * 16));
  return entries.every(([status]) => status === 0 || status === ACTIVE) && entries.some((entry) => entry[4] !== 0);
}

/** @throws AdkError `DISK_BAD_MBR` */
export function parseMbr(sector: Uint8Array, origin: Origin = {}): Mbr {
  check(hasBootSignature(sector), () => {
    return new AdkError("DISK_BAD_MBR", "The sector has no boot signature.", {
      file: origin.file,
      offset: (origin.base ?? 0) + 510,
      expected: "55 aa",
      found: Array.from(sector.subarray(510, 512), (byte) => byte.toString(16).padStart(2, "0")).join(" "),
    });
  });
  const reader = new ByteReader(sector, origin, BOOT_CODE_BYTES);
  const diskSignature = reader.u32();
  reader.skip(2);
  const entries = Array.from({ length: ENTRIES }, (): MbrEntry => {
    const active = (reader.u8() & ACTIVE) !== 0;
    const type = reader.skip(3).u8();
    return { active, type, firstSector: reader.skip(3).u32(), sectors: reader.u32() };
  });
  return { diskSignature, entries };
}

/** The sector, without a boot program. */
export function writeMbr({ diskSignature, entries }: Mbr): Uint8Array {
  const writer = new ByteWriter(SECTOR).bytes(NO_BOOT_PROGRAM).zeros(BOOT_CODE_BYTES - NO_BOOT_PROGRAM.length);
  writer.u32(diskSignature).u16(0);
  for (let i = 0; i < ENTRIES; i++) {
    const entry = entries[i];
    if (!entry || entry.type === MbrType.EMPTY) writer.zeros(16);
    else {
      const { active, type, firstSector, sectors } = entry;
      writer.u8(active ? ACTIVE : 0).bytes(chsToBytes(chsOf(firstSector)));
      writer.u8(type).bytes(chsToBytes(chsOf(firstSector + sectors - 1)));
      writer.u32(firstSector).u32(sectors);
    }
  }
  return writer.u16(SIGNATURE).finish();
}

/** The MBR of a disk with a GPT: one partition over all of it, so that old programs leave it alone (UEFI 2.10, 5.2.3). */
export function protectiveMbr(diskSectors: number): Uint8Array {
  const sectors = Math.min(diskSectors - 1, 0xffff_ffff);
  const sector = writeMbr({
    diskSignature: 0,
    entries: [{ active: false, type: MbrType.PROTECTIVE, firstSector: 1, sectors }],
  });
  // Table 5.4 of the specification fixes these, whatever the geometry.
  sector.set([0x00, 0x02, 0x00], 447);
  sector.set([0xff, 0xff, 0xff], 451);
  return sector;
}
