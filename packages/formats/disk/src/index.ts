/** Reads and writes disk images: partition tables, FAT volumes, VHD and VHDX. */

// Tables of partitions.

export { type Partition, type PartitionTable, readPartitionTable } from "./partition-table.ts";

// FAT volumes, and disks with one.

export { type FatDiskOptions, type FatDiskPlan, fatDiskPieces, planFatDisk } from "./fat-disk.ts";
export type { BootSector, FatKind } from "./fat/boot-sector.ts";
export { checkFat, type FatUsage } from "./fat/check.ts";
export { openFatVolume } from "./fat/fat-volume.ts";
export { type FatFileSystem, isFat, openFat } from "./fat/file-system.ts";
export { type FatOptions, type FatPlan, fatPieces, planFat } from "./fat/write.ts";

// Disks, whatever file they are in.

export { type DiskAccess, type DiskPiece, type DiskPieces, piecesOf, type StoredRange, writeRaw } from "./pieces.ts";
