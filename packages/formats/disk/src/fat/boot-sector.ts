import { AdkError, ByteReader, ByteWriter, check, type Origin } from "@adk/core";
import { HEADS, SECTORS_PER_TRACK } from "../chs.ts";
import { hasBootSignature, NO_BOOT_PROGRAM } from "../mbr.ts";
import { SECTOR } from "../pieces.ts";

/** Bits of an entry of the file allocation table, which name the three forms of the file system. */
export type FatKind = 12 | 16 | 32;

const MEDIA_DISK = 0xf8;
const EXTENDED_SIGNATURE = 0x29;
/** Directory entries of 32 bytes in the fixed root directory of FAT12 and FAT16. */
const ROOT_ENTRY_BYTES = 32;
/** Fewer clusters than these make it FAT12, FAT16: nothing else tells them apart (FAT specification 1.03, "FAT type"). */
export const FAT16_CLUSTERS = 4085;
export const FAT32_CLUSTERS = 65525;
/** Cluster numbers that FAT32 can tell, without those that mean something else. */
const MOST_CLUSTERS = 0x0fff_fff5;

/** How a volume is divided. */
export interface FatLayout {
  readonly kind: FatKind;
  readonly bytesPerSector: number;
  readonly sectorsPerCluster: number;
  /** Sectors before the first table. */
  readonly reservedSectors: number;
  readonly fats: number;
  /** 0 for FAT32, whose root is a chain of clusters. */
  readonly rootEntries: number;
  readonly totalSectors: number;
  readonly sectorsPerFat: number;
  /** FAT32 only, else 0. */
  readonly rootCluster: number;
  readonly fsInfoSector: number;
  readonly backupSector: number;
}

/** What a boot sector tells of its file system (BIOS parameter block). */
export interface BootSector extends FatLayout {
  /** Sectors before the partition on its disk: the boot program counts with it. */
  readonly hiddenSectors: number;
  readonly volumeId: number;
  /** As the boot sector has it, `NO NAME` for none. */
  readonly label: string;
}

/** Sectors of the fixed root directory. */
export function rootSectors({ rootEntries, bytesPerSector }: Omit<FatLayout, "kind">): number {
  return Math.ceil((rootEntries * ROOT_ENTRY_BYTES) / bytesPerSector);
}

/** Sector of cluster 2, the first. */
export function firstDataSector(layout: Omit<FatLayout, "kind">): number {
  return layout.reservedSectors + layout.fats * layout.sectorsPerFat + rootSectors(layout);
}

export function clusterCount(layout: Omit<FatLayout, "kind">): number {
  return Math.floor((layout.totalSectors - firstDataSector(layout)) / layout.sectorsPerCluster);
}

/** @throws AdkError `FAT_BAD_BOOT_SECTOR` */
export function parseBootSector(sector: Uint8Array, origin: Origin = {}): BootSector {
  const bad = (message: string, at: number, found?: string | number) =>
    new AdkError("FAT_BAD_BOOT_SECTOR", message, { file: origin.file, offset: (origin.base ?? 0) + at, found });
  check(hasBootSignature(sector), () => bad("The sector has no boot signature.", 510));
  const reader = new ByteReader(sector, origin, 11);
  const bytesPerSector = reader.u16();
  const sectorsPerCluster = reader.u8();
  const reservedSectors = reader.u16();
  const fats = reader.u8();
  const rootEntries = reader.u16();
  const total16 = reader.u16();
  const perFat16 = reader.skip(1).u16();
  const hiddenSectors = reader.skip(4).u32();
  const totalSectors = total16 || reader.u32();
  reader.seek(36);
  const perFat32 = perFat16 === 0 ? reader.u32() : 0;
  const rootCluster = perFat16 === 0 ? reader.skip(4).u32() : 0;
  const fsInfoSector = perFat16 === 0 ? reader.u16() : 0;
  const backupSector = perFat16 === 0 ? reader.u16() : 0;
  reader.seek(perFat16 === 0 ? 66 : 38);
  const isExtended = reader.u8() === EXTENDED_SIGNATURE;
  const volumeId = isExtended ? reader.u32() : 0;
  const label = isExtended ? String.fromCharCode(...reader.slice(11)).trimEnd() : "";
  check([512, 1024, 2048, 4096].includes(bytesPerSector), () => {
    return bad("Sectors cannot have this size.", 11, bytesPerSector);
  });
  const isPower = sectorsPerCluster > 0 && (sectorsPerCluster & (sectorsPerCluster - 1)) === 0;
  check(isPower, () => bad("Clusters cannot have this size.", 13, sectorsPerCluster));
  check(reservedSectors > 0, () => bad("The file system has no reserved sectors.", 14));
  check(fats > 0, () => bad("The file system has no allocation table.", 16));
  const boot = {
    bytesPerSector,
    sectorsPerCluster,
    reservedSectors,
    fats,
    rootEntries,
    totalSectors,
    sectorsPerFat: perFat16 || perFat32,
    hiddenSectors,
    rootCluster,
    fsInfoSector,
    backupSector,
    volumeId,
    label,
  };
  check(boot.sectorsPerFat > 0, () => bad("The allocation table has no size.", 22));
  const clusters = clusterCount(boot);
  check(clusters > 0 && clusters <= MOST_CLUSTERS, () => bad("There is no room for clusters.", 32, clusters));
  const kind = perFat16 === 0 ? 32 : clusters < FAT16_CLUSTERS ? 12 : 16;
  const entries = Math.floor((boot.sectorsPerFat * bytesPerSector * 8) / kind);
  check(entries >= 3, () => bad("The allocation table is too small.", 22, entries));
  return { kind, ...boot };
}

/** The first sector of the file system, without a boot program. */
export function writeBootSector(boot: BootSector): Uint8Array {
  const { kind, totalSectors, sectorsPerFat } = boot;
  const isFat32 = kind === 32;
  const small = !isFat32 && totalSectors < 0x1_0000;
  const writer = new ByteWriter(SECTOR);
  writer
    .u8(0xeb)
    .u8(isFat32 ? 0x58 : 0x3c)
    .u8(0x90)
    .bytes(ascii("MSWIN4.1", 8));
  writer.u16(boot.bytesPerSector).u8(boot.sectorsPerCluster).u16(boot.reservedSectors).u8(boot.fats);
  writer
    .u16(boot.rootEntries)
    .u16(small ? totalSectors : 0)
    .u8(MEDIA_DISK)
    .u16(isFat32 ? 0 : sectorsPerFat);
  writer
    .u16(SECTORS_PER_TRACK)
    .u16(HEADS)
    .u32(boot.hiddenSectors)
    .u32(small ? 0 : totalSectors);
  if (isFat32) {
    writer.u32(sectorsPerFat).u16(0).u16(0).u32(boot.rootCluster);
    writer.u16(boot.fsInfoSector).u16(boot.backupSector).zeros(12);
  }
  writer.u8(0x80).u8(0).u8(EXTENDED_SIGNATURE).u32(boot.volumeId);
  writer.bytes(ascii(boot.label || "NO NAME", 11)).bytes(ascii(`FAT${isFat32 ? 32 : kind}`, 8));
  writer.bytes(NO_BOOT_PROGRAM);
  return writer
    .zeros(510 - writer.position)
    .u16(0xaa55)
    .finish();
}

function ascii(text: string, length: number): Uint8Array {
  return new TextEncoder().encode(text.padEnd(length).slice(0, length));
}
