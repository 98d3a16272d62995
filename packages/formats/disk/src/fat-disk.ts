import { alignUp, fromHex, type LongOperation, nameBasedGuid, type Volume } from "@adk/core";
import { type FatOptions, type FatPlan, fatPieces, planFat } from "./fat/write.ts";
import { GptType, writeGpt } from "./gpt.ts";
import { MbrType, protectiveMbr, writeMbr } from "./mbr.ts";
import { type DiskPiece, SECTOR, shifted } from "./pieces.ts";

/** Partitions begin and end at multiples of it, as Windows lays them out. */
const ALIGNMENT = 1 << 20;
/** Namespace of the GUIDs of our disks (RFC 9562, version 5); made once, at random. */
const NAMESPACE = "5a1c2b4e-8d0f-4c6e-9b57-3f2d6a7e1c90";
const MBR_FAT_TYPES = { 12: MbrType.FAT12, 16: MbrType.FAT16_LBA, 32: MbrType.FAT32_LBA } as const;

export interface FatDiskOptions extends Omit<FatOptions, "size" | "hiddenSectors"> {
  readonly scheme: "gpt" | "mbr";
  /** Bytes of the disk, rounded down to whole mebibytes. Default: what is needed. */
  readonly size?: number | undefined;
  /** The partition is an EFI system partition, which Windows gives no drive letter. Default: one with Windows data. */
  readonly efiSystem?: boolean | undefined;
}

/** A disk with one FAT partition over all of it, ready to be written. */
export interface FatDiskPlan {
  readonly scheme: "gpt" | "mbr";
  /** Bytes of the disk. */
  readonly size: number;
  readonly partition: { readonly offset: number; readonly length: number; readonly efiSystem: boolean };
  readonly fat: FatPlan;
}

/**
 * Plans a disk that firmware starts from as it does from a USB stick: one FAT partition with the files of a volume. Its type is
 * that of Windows data unless another is asked for, as Windows gives an EFI system partition no drive letter and Setup would not
 * find its files; UEFI looks into every FAT partition of a removable disk.
 *
 * @throws AdkError as `planFat`
 */
export async function planFatDisk(volume: Volume, options: FatDiskOptions): Promise<FatDiskPlan> {
  const { scheme, efiSystem = false, ...rest } = options;
  const behind = scheme === "gpt" ? ALIGNMENT : 0;
  const asked = options.size === undefined ? undefined : options.size - (options.size % ALIGNMENT);
  const size = asked === undefined ? undefined : asked - ALIGNMENT - behind;
  const fat = await planFat(volume, { ...rest, size, hiddenSectors: ALIGNMENT / SECTOR });
  const partition = { offset: ALIGNMENT, length: alignUp(fat.size, ALIGNMENT), efiSystem };
  return { scheme, size: asked ?? partition.offset + partition.length + behind, partition, fat };
}

/** The disk, piece by piece. @throws AdkError as `fatPieces` */
export async function* fatDiskPieces(plan: FatDiskPlan, operation: LongOperation = {}): AsyncGenerator<DiskPiece> {
  const { scheme, size, partition, fat } = plan;
  const sectors = size / SECTOR;
  const [firstSector, count] = [partition.offset / SECTOR, partition.length / SECTOR];
  const identity = fromHex(fat.identity);
  if (scheme === "mbr") {
    const type = partition.efiSystem ? MbrType.EFI_SYSTEM : MBR_FAT_TYPES[fat.boot.kind];
    const entry = { active: true, type, firstSector, sectors: count };
    // 0 would mean that the disk has no signature.
    const diskSignature = Number.parseInt(fat.identity.slice(8, 16), 16) || 1;
    yield { offset: 0, bytes: writeMbr({ diskSignature, entries: [entry] }) };
    yield* shifted(fatPieces(fat, operation), partition.offset);
    return;
  }
  const guid = (name: string) =>
    nameBasedGuid(NAMESPACE, Uint8Array.of(...identity, ...new TextEncoder().encode(name)));
  const entry = {
    type: partition.efiSystem ? GptType.EFI_SYSTEM : GptType.BASIC_DATA,
    guid: guid("partition"),
    firstSector,
    lastSector: firstSector + count - 1,
    attributes: 0n,
    name: fat.boot.label || (partition.efiSystem ? "EFI system partition" : "Basic data partition"),
  };
  const { primary, backup } = writeGpt(sectors, guid("disk"), [entry]);
  yield { offset: 0, bytes: protectiveMbr(sectors) };
  yield { offset: SECTOR, bytes: primary };
  yield* shifted(fatPieces(fat, operation), partition.offset);
  yield { offset: size - backup.length, bytes: backup };
}
