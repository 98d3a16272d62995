import { AdkError, type Findings, type Guid, type RandomAccess } from "@adk/core";
import { type GptEntry, type GptHeader, GptType, isGptHeader, parseGptHeader, parseGptTable } from "./gpt.ts";
import { hasBootSignature, type MbrEntry, MbrType, parseMbr } from "./mbr.ts";
import { type DiskAccess, SECTOR } from "./pieces.ts";

/** A partition, its place in bytes. */
export interface Partition {
  /** From 1, in the order of the table; those of an extended partition from 5. */
  readonly number: number;
  readonly offset: number;
  readonly length: number;
  /** GUID of its type in a GPT, two hexadecimal digits in an MBR. */
  readonly type: string;
  /** The same for people, where it is known. */
  readonly typeName: string | undefined;
  /** GPT only. */
  readonly guid: Guid | undefined;
  readonly name: string;
  /** MBR: firmware starts from it. */
  readonly active: boolean;
}

export interface PartitionTable {
  readonly scheme: "gpt" | "mbr";
  /** GUID of the disk (GPT) or its signature in eight hexadecimal digits (MBR). */
  readonly diskId: string;
  readonly sectorBytes: number;
  readonly partitions: readonly Partition[];
}

const GPT_TYPE_NAMES: ReadonlyMap<string, string> = new Map([
  [GptType.EFI_SYSTEM, "EFI system"],
  [GptType.MICROSOFT_RESERVED, "Microsoft reserved"],
  [GptType.BASIC_DATA, "Windows data"],
  [GptType.WINDOWS_RECOVERY, "Windows recovery"],
  ["0fc63daf-8483-4772-8e79-3d69d8477de4", "Linux data"],
]);

const MBR_TYPE_NAMES: ReadonlyMap<number, string> = new Map([
  [MbrType.FAT12, "FAT12"],
  [0x04, "FAT16"],
  [MbrType.EXTENDED, "extended"],
  [0x06, "FAT16"],
  [MbrType.NTFS, "NTFS or exFAT"],
  [0x0b, "FAT32"],
  [MbrType.FAT32_LBA, "FAT32"],
  [MbrType.FAT16_LBA, "FAT16"],
  [MbrType.EXTENDED_LBA, "extended"],
  [0x27, "Windows recovery"],
  [0x83, "Linux"],
  [MbrType.PROTECTIVE, "GPT protective"],
  [MbrType.EFI_SYSTEM, "EFI system"],
]);

/** Sizes of sectors in which a GPT is looked for. */
const GPT_SECTOR_SIZES = [512, 4096];
/** Logical partitions: a chain that is longer leads in a circle. */
const MOST_LOGICAL = 256;

/**
 * The partitions of a disk; undefined where it has no table, as a disk that is one file system. What is wrong and can be
 * worked around (a damaged primary GPT with a good backup, a partition outside the disk) is a finding.
 *
 * @throws AdkError `DISK_BAD_GPT_HEADER`, `DISK_BAD_GPT_TABLE` where neither copy is good
 */
export async function readPartitionTable(
  disk: RandomAccess | DiskAccess,
  findings: Findings,
): Promise<PartitionTable | undefined> {
  if (disk.size < SECTOR) return undefined;
  const sectorBytes = "sectorBytes" in disk ? disk.sectorBytes : SECTOR;
  const sector = await disk.read(0, SECTOR);
  const mbr = hasBootSignature(sector) ? parseMbr(sector, { file: disk.name, base: 0 }) : undefined;
  const isProtected = mbr?.entries.some(({ type }) => type === MbrType.PROTECTIVE) ?? false;
  const gpt = await readGpt(disk, isProtected, findings);
  if (gpt) return gpt;
  if (!mbr || looksLikeBootSector(sector)) return undefined;
  const partitions: Partition[] = [];
  for (const [i, { type, active, firstSector, sectors }] of mbr.entries.entries()) {
    if (type === MbrType.EMPTY || sectors === 0) continue;
    add(partitions, mbrPartition(i + 1, { type, active, firstSector, sectors }, sectorBytes), disk, findings);
    const isExtended = type === MbrType.EXTENDED || type === MbrType.EXTENDED_LBA;
    if (isExtended) await addLogical(disk, { firstSector, sectorBytes }, partitions, findings);
  }
  const diskId = mbr.diskSignature.toString(16).padStart(8, "0");
  return { scheme: "mbr", diskId, sectorBytes, partitions };
}

/** A FAT or NTFS boot sector ends like an MBR: what begins with a jump and a name of a system is one. */
function looksLikeBootSector(sector: Uint8Array): boolean {
  const jumps = sector[0] === 0xe9 || (sector[0] === 0xeb && sector[2] === 0x90);
  const bytesPerSector = (sector[11] ?? 0) | ((sector[12] ?? 0) << 8);
  return jumps && [512, 1024, 2048, 4096].includes(bytesPerSector);
}

async function readGpt(
  disk: RandomAccess,
  isProtected: boolean,
  findings: Findings,
): Promise<PartitionTable | undefined> {
  let failure: unknown;
  for (const sectorBytes of GPT_SECTOR_SIZES) {
    const last = Math.floor(disk.size / sectorBytes) - 1;
    for (const at of [1, last]) {
      if (at < 1 || at > last) continue;
      const sector = await disk.read(at * sectorBytes, sectorBytes);
      if (!isGptHeader(sector)) continue;
      try {
        const header = parseGptHeader(sector, { file: disk.name, base: at * sectorBytes });
        const entries = await readGptEntries(disk, header, sectorBytes);
        if (at !== 1) {
          findings.warning("DISK_GPT_FROM_BACKUP", "The partition table at the start is damaged; the backup is used.", {
            file: disk.name,
            offset: at * sectorBytes,
          });
        } else await checkBackup(disk, header, sectorBytes, findings);
        return gptTable(disk, header, entries, sectorBytes, findings);
      } catch (error) {
        if (!(error instanceof AdkError)) throw error;
        failure ??= error;
      }
    }
  }
  if (failure) throw failure;
  if (isProtected) {
    throw new AdkError("DISK_BAD_GPT_HEADER", "The disk is said to have a GPT, and there is none.", {
      file: disk.name,
      offset: SECTOR,
    });
  }
  return undefined;
}

async function readGptEntries(disk: RandomAccess, header: GptHeader, sectorBytes: number): Promise<GptEntry[]> {
  const base = header.tableSector * sectorBytes;
  const table = await disk.read(base, header.entryCount * header.entryBytes);
  return parseGptTable(table, header, { file: disk.name, base });
}

async function checkBackup(
  disk: RandomAccess,
  { otherSector, diskGuid, tableCrc }: GptHeader,
  sectorBytes: number,
  findings: Findings,
): Promise<void> {
  const base = otherSector * sectorBytes;
  try {
    const other = parseGptHeader(await disk.read(base, sectorBytes), { file: disk.name, base });
    if (other.diskGuid === diskGuid && other.tableCrc === tableCrc) {
      await readGptEntries(disk, other, sectorBytes);
      return;
    }
  } catch (error) {
    if (!(error instanceof AdkError)) throw error;
  }
  findings.warning("DISK_GPT_BAD_BACKUP", "The backup of the partition table is damaged, missing or another one.", {
    file: disk.name,
    offset: base,
  });
}

function gptTable(
  disk: RandomAccess,
  { diskGuid }: GptHeader,
  entries: readonly GptEntry[],
  sectorBytes: number,
  findings: Findings,
): PartitionTable {
  const partitions: Partition[] = [];
  for (const [i, { type, guid, firstSector, lastSector, name }] of entries.entries()) {
    const partition: Partition = {
      number: i + 1,
      offset: firstSector * sectorBytes,
      length: (lastSector - firstSector + 1) * sectorBytes,
      type,
      typeName: GPT_TYPE_NAMES.get(type),
      guid,
      name,
      active: false,
    };
    add(partitions, partition, disk, findings);
  }
  return { scheme: "gpt", diskId: diskGuid, sectorBytes, partitions };
}

function mbrPartition(
  number: number,
  { type, active, firstSector, sectors }: MbrEntry,
  sectorBytes: number,
): Partition {
  return {
    number,
    offset: firstSector * sectorBytes,
    length: sectors * sectorBytes,
    type: type.toString(16).padStart(2, "0"),
    typeName: MBR_TYPE_NAMES.get(type),
    guid: undefined,
    name: "",
    active,
  };
}

/** Each logical partition has a table of its own: itself, and where the next table is, counted from the extended partition. */
async function addLogical(
  disk: RandomAccess,
  { firstSector, sectorBytes }: { readonly firstSector: number; readonly sectorBytes: number },
  partitions: Partition[],
  findings: Findings,
): Promise<void> {
  const seen = new Set<number>();
  for (let at = firstSector, number = 5; ; number++) {
    const offset = at * sectorBytes;
    const where = { file: disk.name, offset };
    if (seen.has(at) || seen.size >= MOST_LOGICAL || offset + SECTOR > disk.size) {
      findings.error(
        "DISK_BAD_EXTENDED",
        "The chain of logical partitions leads in a circle or out of the disk.",
        where,
      );
      return;
    }
    seen.add(at);
    const sector = await disk.read(offset, SECTOR);
    if (!hasBootSignature(sector)) {
      findings.error("DISK_BAD_EXTENDED", "A table of logical partitions has no signature.", where);
      return;
    }
    const [own, next] = parseMbr(sector).entries;
    if (own && own.type !== MbrType.EMPTY && own.sectors > 0) {
      const partition = mbrPartition(number, { ...own, firstSector: at + own.firstSector }, sectorBytes);
      add(partitions, partition, disk, findings);
    }
    if (!next || next.type === MbrType.EMPTY || next.firstSector === 0) return;
    at = firstSector + next.firstSector;
  }
}

function add(partitions: Partition[], partition: Partition, disk: RandomAccess, findings: Findings): void {
  const { number, offset, length } = partition;
  const where = { file: disk.name, offset, path: `partition ${number}` };
  if (length <= 0 || offset + length > disk.size) {
    findings.error("DISK_PARTITION_OUTSIDE", "A partition ends before it begins, or reaches beyond the disk.", where);
  }
  const isExtended = partition.typeName === "extended";
  const overlaps = (other: Partition) =>
    other.typeName !== "extended" && offset < other.offset + other.length && other.offset < offset + length;
  if (!isExtended && partitions.some(overlaps)) {
    findings.error("DISK_PARTITIONS_OVERLAP", "Two partitions share sectors.", where);
  }
  partitions.push(partition);
}
