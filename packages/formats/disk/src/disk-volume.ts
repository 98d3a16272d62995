import { AdkError, type Findings, type RandomAccess, RangeAccess, type Volume } from "@adk/core";
import { openDiskImage } from "./disk-image.ts";
import { openFatVolume } from "./fat/fat-volume.ts";
import { isFat, openFat } from "./fat/file-system.ts";
import { type Partition, type PartitionTable, readPartitionTable } from "./partition-table.ts";

/** What a partition, or a disk without partitions, holds. */
export type FileSystemKind = "fat" | "ntfs" | "exfat" | "refs" | "unknown";

/** A partition with a table, or the whole of a disk that has none: then its number is 0. */
export interface DiskPart {
  readonly number: number;
  readonly partition: Partition | undefined;
  readonly fileSystem: FileSystemKind;
  /** Its bytes; undefined where it lies outside the disk. Closing it leaves the disk open. */
  readonly access: RandomAccess | undefined;
}

export interface DiskParts {
  readonly table: PartitionTable | undefined;
  readonly parts: readonly DiskPart[];
}

/** Names at offset 3 of a first sector. */
const NAMES: readonly (readonly [start: string, kind: FileSystemKind])[] = [
  ["NTFS    ", "ntfs"],
  ["EXFAT   ", "exfat"],
  ["ReFS", "refs"],
];

/**
 * The files of a partition of a disk image as a volume. Closing it closes the file.
 *
 * @param number of the partition, 0 for a disk without partitions; default: the only one with files that can be read
 * @throws AdkError as `openDiskImage`, `readDiskParts`, `choosePart` and `openFat`
 */
export async function openDiskVolume(access: RandomAccess, number?: number): Promise<Volume> {
  const { findings, openDisk } = await openDiskImage(access);
  const disk = await openDisk();
  const part = choosePart(await readDiskParts(disk, findings), access.name, number);
  const owned: RandomAccess = {
    name: part.access.name,
    size: part.access.size,
    read: (offset, length, into) => part.access.read(offset, length, into),
    close: () => disk.close(),
  };
  return openFatVolume(await openFat(owned));
}

/** What a disk is divided into. @throws AdkError as `readPartitionTable` */
export async function readDiskParts(disk: RandomAccess, findings: Findings): Promise<DiskParts> {
  const table = await readPartitionTable(disk, findings);
  if (!table) {
    const access = new RangeAccess(disk, 0, disk.size);
    return { table, parts: [{ number: 0, partition: undefined, fileSystem: await recognise(access), access }] };
  }
  const parts: DiskPart[] = [];
  for (const partition of table.partitions) {
    const { number, offset, length } = partition;
    const inside = length > 0 && offset + length <= disk.size;
    const access = inside ? new RangeAccess(disk, offset, length, `${disk.name}:${number}`) : undefined;
    parts.push({ number, partition, fileSystem: access ? await recognise(access) : "unknown", access });
  }
  return { table, parts };
}

async function recognise(access: RandomAccess): Promise<FileSystemKind> {
  if (access.size < 512) return "unknown";
  const sector = await access.read(0, 512);
  const text = String.fromCharCode(...sector.subarray(3, 11));
  return NAMES.find(([start]) => text.startsWith(start))?.[1] ?? (isFat(sector) ? "fat" : "unknown");
}

/**
 * The part that a number names; without one the only part with files that can be read.
 *
 * @throws AdkError `DISK_NO_SUCH_PARTITION`, `DISK_PARTITION_NEEDED`, `DISK_UNSUPPORTED_FILE_SYSTEM`
 */
export function choosePart({ parts }: DiskParts, file: string, number?: number): DiskPart & { access: RandomAccess } {
  const choices = parts.map(({ number, fileSystem }) => `${number} (${fileSystem})`).join(", ") || "none";
  const readable = parts.filter(({ fileSystem }) => fileSystem === "fat");
  if (number === undefined && readable.length > 1) {
    const hint = `For instance ${file}:${readable[0]?.number}`;
    throw new AdkError("DISK_PARTITION_NEEDED", "One partition is needed: say which one.", {
      kind: "usage",
      file,
      expected: choices,
      hint,
    });
  }
  const part = number === undefined ? (readable[0] ?? parts[0]) : parts.find((each) => each.number === number);
  if (!part) {
    throw new AdkError("DISK_NO_SUCH_PARTITION", "The disk has no such partition.", {
      kind: "usage",
      file,
      expected: choices,
      found: number,
    });
  }
  const { access, fileSystem } = part;
  if (access && fileSystem === "fat") return { ...part, access };
  throw new AdkError("DISK_UNSUPPORTED_FILE_SYSTEM", "The files of this partition cannot be read here: only FAT can.", {
    kind: "unsupported",
    file,
    found: `partition ${part.number}: ${fileSystem}`,
  });
}
