import { finding } from "@adk/cli-kit/schemas";
import { AdkError, AtomicFile, check, FileAccess, type LongOperation } from "@adk/core";
import { type OpenDiskOptions, openDiskImage, piecesOf } from "@adk/disk";
import * as z from "zod";
import { DISK_FORMATS, type DiskFormatOptions, writeDisk } from "./disk-format.ts";

/** `adk disk convert` */
export const diskConvertResult = z.object({
  from: z.string(),
  fromFormat: z.enum(DISK_FORMATS),
  file: z.string(),
  format: z.enum(DISK_FORMATS),
  fixed: z.boolean(),
  /** Bytes of the disk that was read. */
  size: z.number(),
  /** Bytes of the file that was written, holes counted; absent in a dry run. */
  fileBytes: z.number().optional(),
  dryRun: z.boolean(),
  findings: z.array(finding),
});
export type DiskConvert = z.output<typeof diskConvertResult>;

export interface ConvertDiskOptions extends DiskFormatOptions, OpenDiskOptions, LongOperation {
  readonly overwrite?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
}

/**
 * Writes the disk in one file into a file of another format.
 *
 * @throws AdkError `DISK_EMPTY`; `DISK_DAMAGED` where blocks of the source lie outside its file; `VHD_NEEDS_PARENT`, `ALREADY_EXISTS` ...
 */
export async function convertDisk(from: string, file: string, options: ConvertDiskOptions): Promise<DiskConvert> {
  const { format, fixed = false, overwrite, dryRun = false } = options;
  const access = await FileAccess.open(from);
  try {
    check(
      access.size > 0,
      () => new AdkError("DISK_EMPTY", "There is no disk in this file: it is empty.", { file: from }),
    );
    const image = await openDiskImage(access);
    await using opened = disposable(await image.openDisk({ parents: options.parents }));
    const { disk } = opened;
    const { findings } = image;
    check(!findings.hasErrors, () => {
      return new AdkError("DISK_DAMAGED", findings.list.find(({ severity }) => severity === "error")?.message ?? "", {
        file: from,
      });
    });
    const result = { from, fromFormat: image.format, file, format, fixed, size: disk.size, dryRun };
    if (dryRun) return { ...result, findings: findings.list };
    await using output = await AtomicFile.create(file, { overwrite });
    const pieces = piecesOf(disk, { signal: options.signal, onProgress: options.onProgress });
    await writeDisk(output, from, disk.size, pieces, options);
    const fileBytes = output.size;
    await output.commit();
    return { ...result, fileBytes, findings: findings.list };
  } finally {
    await access.close();
  }
}

function disposable<T extends { close(): Promise<void> }>(disk: T): AsyncDisposable & { readonly disk: T } {
  return { disk, [Symbol.asyncDispose]: () => disk.close() };
}
