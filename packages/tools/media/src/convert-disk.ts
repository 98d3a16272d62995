import { finding } from "@adk/cli-kit/schemas";
import {
  AdkError,
  AtomicFile,
  ByteWriter,
  check,
  digestBytes,
  FILETIME_UNIX_EPOCH,
  FileAccess,
  guidFromBytes,
  type LongOperation,
  stampTime,
} from "@adk/core";
import { openDiskImage, piecesOf, writeRaw, writeVhd, writeVhdx } from "@adk/disk";
import * as z from "zod";

export const DISK_FORMATS = ["raw", "vhd", "vhdx"] as const;
export type DiskFormat = (typeof DISK_FORMATS)[number];

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

export interface ConvertDiskOptions extends LongOperation {
  readonly format: DiskFormat;
  /** Of a VHD or VHDX: every block has its place. Default: only those with data. */
  readonly fixed?: boolean | undefined;
  /** Geometry of a VHD as the specification calculates it. */
  readonly specGeometry?: boolean | undefined;
  readonly overwrite?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
}

/**
 * Writes the disk in one file into a file of another format.
 *
 * @throws AdkError `DISK_DAMAGED` where blocks of the source lie outside its file; `VHD_NEEDS_PARENT`, `ALREADY_EXISTS` ...
 */
export async function convertDisk(from: string, file: string, options: ConvertDiskOptions): Promise<DiskConvert> {
  const { format, fixed = false, overwrite, dryRun = false } = options;
  const access = await FileAccess.open(from);
  try {
    const image = await openDiskImage(access);
    const disk = await image.openDisk();
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
    const type = fixed ? "fixed" : "dynamic";
    const id = identityOf(from, disk.size);
    if (format === "raw") await writeRaw(output, disk.size, pieces);
    else if (format === "vhd") {
      const time = Number((stampTime() - FILETIME_UNIX_EPOCH) / 10_000_000n);
      const geometry = options.specGeometry ? "spec" : "most";
      await writeVhd(output, disk.size, pieces, { type, id, time, geometry });
    } else await writeVhdx(output, disk.size, pieces, { type, id: guidFromBytes(id) });
    const fileBytes = output.size;
    await output.commit();
    return { ...result, fileBytes, findings: findings.list };
  } finally {
    await access.close();
  }
}

/** 16 bytes by which hosts tell disks apart: of the time, or of SOURCE_DATE_EPOCH and always the same. */
function identityOf(from: string, size: number): Uint8Array {
  const name = from.replace(/^.*[/\\]/, "");
  const bytes = digestBytes("sha1", new ByteWriter().utf16(name).size64(size).u64(stampTime()).finish()).slice(0, 16);
  // As a random GUID has it (RFC 9562, version 8: made in a way of our own), stored as Windows stores it.
  bytes[7] = ((bytes[7] as number) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return bytes;
}
