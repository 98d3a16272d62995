/** Reads and writes disk images: partition tables, FAT volumes, VHD and VHDX. */

// Tables of partitions.

export { type GptEntry, type GptSectors, GptType, writeGpt } from "./gpt.ts";
export { protectiveMbr } from "./mbr.ts";
export { type Partition, type PartitionTable, readPartitionTable } from "./partition-table.ts";

// FAT volumes, and disks with one.

export type { BootSector, FatKind } from "./fat/boot-sector.ts";
export { checkFat, type FatUsage } from "./fat/check.ts";
export { openFatVolume } from "./fat/fat-volume.ts";
export { type FatFileSystem, isFat, openFat } from "./fat/file-system.ts";
export { type FatOptions, type FatPlan, fatPieces, planFat } from "./fat/write.ts";
export { type FatDiskOptions, type FatDiskPlan, fatDiskPieces, planFatDisk } from "./fat-disk.ts";

// Disks, whatever file they are in.

export { type DiskImage, isDiskImage, type OpenDiskOptions, openDiskImage } from "./disk-image.ts";
export {
  choosePart,
  type DiskPart,
  type DiskParts,
  type FileSystemKind,
  openDiskVolume,
  readDiskParts,
} from "./disk-volume.ts";
export { type DiskParent, parentNames } from "./parent.ts";
export { type DiskAccess, type DiskPiece, type DiskPieces, piecesOf, type StoredRange } from "./pieces.ts";
export { writeRaw } from "./raw.ts";

// VHD and VHDX.

export { isVhdFooter, type VhdFooter } from "./vhd/footer.ts";
export { openVhd, type VhdFile } from "./vhd/vhd-disk.ts";
export { type VhdOptions, writeVhd } from "./vhd/write.ts";
export { isVhdx, type VhdxHeader } from "./vhdx/header.ts";
export type { VhdxMetadata } from "./vhdx/metadata.ts";
export { openVhdx, type VhdxFile } from "./vhdx/vhdx-disk.ts";
export { type VhdxOptions, writeVhdx } from "./vhdx/write.ts";
