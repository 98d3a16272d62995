import { finding } from "@adk/cli-kit/schemas";
import { extractVolume, FileAccess, formatFiletime, isRealDirectory, type LongOperation, walk } from "@adk/core";
import { choosePart, type OpenDiskOptions, openDiskImage, openFat, openFatVolume, readDiskParts } from "@adk/disk";
import * as z from "zod";

/** `adk disk ls` */
export const diskListResult = z.object({
  file: z.string(),
  /** 0 for a disk without partitions. */
  partition: z.number(),
  entries: z.array(
    z.object({
      path: z.string(),
      shortName: z.string(),
      type: z.enum(["file", "directory"]),
      size: z.number(),
      modified: z.string().optional(),
    }),
  ),
  findings: z.array(finding),
});
export type DiskList = z.output<typeof diskListResult>;

export interface PartitionOptions extends OpenDiskOptions {
  /** Its number. Default: the only one with files that can be read. */
  readonly partition?: number | undefined;
}

/** Every entry of a partition. */
export async function listDisk(file: string, options: PartitionOptions = {}): Promise<DiskList> {
  const access = await FileAccess.open(file);
  try {
    await using opened = await openPartition(access, options);
    const { fat, number, findings } = opened;
    const entries: DiskList["entries"] = [];
    for await (const batch of walk(openFatVolume(fat))) {
      for (const entry of batch) {
        const type = isRealDirectory(entry) ? "directory" : "file";
        const modified = entry.lastWriteTime > 0n ? formatFiletime(entry.lastWriteTime) : undefined;
        const { path, shortName, size } = entry;
        if (path !== "/") entries.push({ path, shortName, type, size, modified });
      }
    }
    return { file, partition: number, entries, findings: [...findings.list, ...fat.findings.list] };
  } finally {
    await access.close();
  }
}

/** `adk disk extract` */
export const diskExtractResult = z.object({
  file: z.string(),
  partition: z.number(),
  to: z.string(),
  files: z.number(),
  bytes: z.number(),
  findings: z.array(finding),
});
export type DiskExtract = z.output<typeof diskExtractResult>;

export interface ExtractFromDiskOptions extends PartitionOptions, LongOperation {
  readonly paths?: readonly string[] | undefined;
  readonly overwrite?: boolean | undefined;
}

/** Extracts the files of a partition. */
export async function extractFromDisk(file: string, to: string, options: ExtractFromDiskOptions): Promise<DiskExtract> {
  const access = await FileAccess.open(file);
  try {
    await using opened = await openPartition(access, options);
    const { fat, number, findings } = opened;
    const result = await extractVolume(openFatVolume(fat), to, options);
    const all = [...findings.list, ...fat.findings.list, ...result.findings];
    return { file, partition: number, to, ...result, findings: all };
  } finally {
    await access.close();
  }
}

async function openPartition(access: FileAccess, { partition, parents }: PartitionOptions) {
  const { findings, openDisk } = await openDiskImage(access);
  const disk = await openDisk({ parents });
  try {
    const part = choosePart(await readDiskParts(disk, findings), access.name, partition);
    const fat = await openFat(part.access);
    return { fat, number: part.number, findings, [Symbol.asyncDispose]: () => disk.close() };
  } catch (error) {
    await disk.close();
    throw error;
  }
}
