import { finding } from "@adk/cli-kit/schemas";
import { AdkError, FileAccess, type Findings, type LongOperation, type RandomAccess } from "@adk/core";
import {
  checkFat,
  type DiskImage,
  type DiskPart,
  type OpenDiskOptions,
  openDiskImage,
  openFat,
  parentNames,
  readDiskParts,
} from "@adk/disk";
import * as z from "zod";

const container = z.object({
  /** `fixed`, `dynamic` or `differencing`; a raw image is what it is. */
  type: z.enum(["fixed", "dynamic", "differencing"]),
  id: z.string().optional(),
  blockBytes: z.number().optional(),
  creator: z.string().optional(),
  /** Name of the parent of a differencing disk, without its directory. */
  parent: z.string().optional(),
  physicalSectorBytes: z.number().optional(),
});

const partition = z.object({
  /** 0 for a disk without partitions. */
  number: z.number(),
  offset: z.number(),
  length: z.number(),
  type: z.string().optional(),
  typeName: z.string().optional(),
  guid: z.string().optional(),
  name: z.string().optional(),
  active: z.boolean(),
  fileSystem: z.string(),
  label: z.string().optional(),
  volumeId: z.string().optional(),
  clusterBytes: z.number().optional(),
  files: z.number().optional(),
  directories: z.number().optional(),
  usedBytes: z.number().optional(),
});

/** `adk disk info` */
export const diskInfoResult = z.object({
  file: z.string(),
  format: z.enum(["raw", "vhd", "vhdx"]),
  /** Bytes of the disk; absent where it cannot be opened, as a differencing one without its parent. */
  size: z.number().optional(),
  container: container.optional(),
  scheme: z.enum(["gpt", "mbr"]).optional(),
  diskId: z.string().optional(),
  partitions: z.array(partition),
  findings: z.array(finding),
});
export type DiskInfo = z.output<typeof diskInfoResult>;

export interface DiskInfoOptions extends OpenDiskOptions, LongOperation {}

/**
 * What a disk image holds. Every FAT volume in it is gone through; what is damaged is a finding.
 *
 * @throws AdkError `FILE_NOT_FOUND`, `VHD_BAD_FOOTER`, `VHDX_BAD_HEADER` ...
 */
export async function diskInfo(file: string, options: DiskInfoOptions = {}): Promise<DiskInfo> {
  const access = await FileAccess.open(file);
  try {
    const image = await openDiskImage(access);
    const { format, findings } = image;
    const facts = { file, format, container: containerOf(image) };
    const disk = await openOrTell(image, options);
    // A differencing disk has facts of its own, and little that can be read without its parent.
    if (!disk) return { ...facts, partitions: [], findings: findings.list };
    try {
      const { table, parts } = await readDiskParts(disk, findings);
      const partitions: DiskInfo["partitions"] = [];
      for (const part of parts) partitions.push(await partitionOf(part, disk.size, findings, options));
      const { scheme, diskId } = table ?? {};
      return { ...facts, size: disk.size, scheme, diskId, partitions, findings: findings.list };
    } finally {
      await disk.close();
    }
  } finally {
    await access.close();
  }
}

/** The disk; without the parent that it needs, a finding. */
async function openOrTell(image: DiskImage, { parents }: OpenDiskOptions): Promise<RandomAccess | undefined> {
  try {
    return await image.openDisk({ parents });
  } catch (error) {
    if (!(error instanceof AdkError) || !/^VHDX?_NEEDS_PARENT$/.test(error.code)) throw error;
    image.findings.warning(error.code, `${error.message} ${error.hint ?? ""}`, { file: error.file });
    return undefined;
  }
}

function containerOf(image: DiskImage): DiskInfo["container"] {
  if (image.format === "vhd") {
    const { footer, header } = image.vhd;
    const { type, id, creator } = footer;
    return { type, id, creator, blockBytes: header?.blockBytes, parent: parentOf(image) };
  }
  if (image.format === "vhdx") {
    const { id, blockBytes, leaveBlocksAllocated, hasParent, physicalSectorBytes } = image.vhdx.metadata;
    const type = hasParent ? "differencing" : leaveBlocksAllocated ? "fixed" : "dynamic";
    return { type, id, blockBytes, physicalSectorBytes, parent: parentOf(image) };
  }
  return undefined;
}

function parentOf({ parent }: DiskImage): string | undefined {
  return parent && parentNames(parent)[0];
}

async function partitionOf(
  { number, partition, fileSystem, access }: DiskPart,
  diskSize: number,
  findings: Findings,
  operation: LongOperation,
): Promise<DiskInfo["partitions"][number]> {
  const { offset = 0, length = diskSize, type, typeName, guid, name, active = false } = partition ?? {};
  const common = { number, offset, length, type, typeName, guid, name: name || undefined, active, fileSystem };
  if (!access || fileSystem !== "fat") return common;
  try {
    const fat = await openFat(access);
    const { files, directories, usedClusters } = await checkFat(fat, operation);
    for (const each of fat.findings.list) findings.add(each);
    return {
      ...common,
      fileSystem: `FAT${fat.boot.kind}`,
      label: fat.label || undefined,
      volumeId: fat.boot.volumeId.toString(16).padStart(8, "0"),
      clusterBytes: fat.chains.clusterBytes,
      files,
      directories,
      usedBytes: usedClusters * fat.chains.clusterBytes,
    };
  } catch (error) {
    findings.fromError(error);
    return common;
  }
}
