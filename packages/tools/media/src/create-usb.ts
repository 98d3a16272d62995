import { finding } from "@adk/cli-kit/schemas";
import { AdkError, AtomicFile, type Filetime, Findings, type LongOperation, type Volume } from "@adk/core";
import { type FatDiskPlan, fatDiskPieces, planFatDisk } from "@adk/disk";
import { openSource } from "@adk/sources";
import * as z from "zod";
import { DISK_FORMATS, type DiskFormat, writeDisk } from "./disk-format.ts";
import { imageToSplit, splitMedium, splitMediumPlan } from "./split-image.ts";

/** `adk disk create-usb` */
export const createUsbResult = z.object({
  file: z.string(),
  format: z.enum(DISK_FORMATS),
  /** Of a VHD or VHDX: every block has its place. */
  fixed: z.boolean(),
  scheme: z.enum(["gpt", "mbr"]),
  /** The partition is an EFI system partition. */
  efiSystem: z.boolean(),
  /** Bytes of the disk. */
  size: z.number(),
  fileSystem: z.enum(["FAT12", "FAT16", "FAT32"]),
  label: z.string(),
  /** Eight hexadecimal digits. */
  volumeId: z.string(),
  files: z.number(),
  directories: z.number(),
  bytes: z.number(),
  freeBytes: z.number(),
  /** What `sources/install.wim` became; in a dry run as it would be at least. */
  split: z.array(z.object({ name: z.string(), bytes: z.number() })),
  dryRun: z.boolean(),
  findings: z.array(finding),
});
export type CreateUsbResult = z.output<typeof createUsbResult>;

export interface CreateUsbOptions extends LongOperation {
  /** Default `raw`: what is written to a stick as it is. */
  readonly format?: DiskFormat | undefined;
  /** Of a VHD or VHDX: every block has its place. Default: only those with data. */
  readonly fixed?: boolean | undefined;
  readonly scheme?: "gpt" | "mbr" | undefined;
  /** The partition is an EFI system partition, which Windows gives no drive letter. Default: Windows data. */
  readonly efiSystem?: boolean | undefined;
  /** Bytes of the disk. Default: what the content needs and 32 MiB. */
  readonly size?: number | undefined;
  readonly label?: string | undefined;
  /** Most bytes of a part of `install.wim`; an image up to this size stays whole. Default: split above 4 GiB, to 3800 MiB. */
  readonly splitAt?: number | undefined;
  /** FILETIME that identities are made of; files keep their times. Default: SOURCE_DATE_EPOCH, which no time exceeds then, or the present. */
  readonly time?: Filetime | undefined;
  readonly overwrite?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
}

/** What FAT32 can hold in one file, and the parts that Microsoft's instructions make of what is larger. */
const MOST_FILE_BYTES = 2 ** 32 - 1;
const PART_BYTES = 3800 * 2 ** 20;
/** Room for logs, an answer file, drivers. */
const FREE_BYTES = 32 << 20;

/**
 * Makes a disk image, to be written to a USB stick as it is, of a Windows medium: a directory, a disc (`setup.iso`) or another
 * source. It is FAT32, from which every UEFI starts; an `install.wim` that is too large for it is split.
 *
 * @param source its name, or a volume, which is closed at the end
 * @throws AdkError `ALREADY_EXISTS` unless `overwrite`; what FAT cannot hold: `FAT_FILE_TOO_LARGE`, `FAT_NO_LINKS` ...
 */
export async function createUsb(
  source: string | Volume,
  file: string,
  options: CreateUsbOptions,
): Promise<CreateUsbResult> {
  const { dryRun = false, overwrite, format = "raw", fixed = false, time } = options;
  const findings = new Findings();
  // Before the work begins: what is there is not to be found at its end.
  await using output = dryRun ? undefined : await AtomicFile.create(file, { overwrite });
  await using medium = await openMedium(source, file, findings, options);
  const plan = await planFatDisk(medium.volume, {
    scheme: options.scheme ?? "gpt",
    efiSystem: options.efiSystem,
    size: options.size,
    free: FREE_BYTES,
    kind: 32,
    label: options.label,
    time,
    signal: options.signal,
  }).catch((error: unknown) => {
    throw withHint(error);
  });
  for (const each of plan.fat.findings) findings.add(each);
  await checkBootable(medium.volume, findings);
  if (output) {
    const pieces = fatDiskPieces(plan, { signal: options.signal, onProgress: options.onProgress });
    await writeDisk(output, file, plan.size, pieces, { format, fixed, time });
    await output.commit();
  }
  return { ...factsOf(plan), file, format, fixed, split: medium.parts, dryRun, findings: findings.list };
}

/** What can be done about files that FAT32 cannot hold. */
function withHint(error: unknown): unknown {
  if (!(error instanceof AdkError) || error.code !== "FAT_FILE_TOO_LARGE") return error;
  const hint = /install\.esd$/i.test(error.file ?? "")
    ? "Put its images into sources/install.wim in its place, which is split: adk wim export install.esd:all install.wim --compress lzx"
    : "Only sources/install.wim is split. Leave the file out, or make it smaller.";
  return new AdkError(error.code, error.message, { ...error.toJSON(), hint, cause: error });
}

interface Medium extends AsyncDisposable {
  readonly volume: Volume;
  readonly parts: CreateUsbResult["split"];
}

/** The source, its image in parts where that is needed. */
async function openMedium(
  source: string | Volume,
  file: string,
  findings: Findings,
  { splitAt, dryRun, signal, onProgress }: CreateUsbOptions,
): Promise<Medium> {
  const volume = typeof source === "string" ? await openSource(source, { findings }) : source;
  try {
    const image = await imageToSplit(volume, splitAt ?? MOST_FILE_BYTES);
    if (!image) return { volume, parts: [], [Symbol.asyncDispose]: () => volume.close() };
    const partBytes = splitAt ?? PART_BYTES;
    if (!dryRun) {
      const split = await splitMedium(volume, image, partBytes, file, { signal, onProgress });
      for (const each of split.findings) findings.add(each);
      return split;
    }
    const planned = await splitMediumPlan(volume, image, partBytes);
    return { ...planned, [Symbol.asyncDispose]: () => planned.volume.close() };
  } catch (error) {
    await volume.close();
    throw error;
  }
}

/** Where UEFI looks on a removable disk (UEFI 2.10, 3.5.1.1). */
const LOADERS = /^boot(x64|aa64|ia32|arm|riscv64)\.efi$/i;

async function checkBootable(volume: Volume, findings: Findings): Promise<void> {
  const directory = await volume.lookup("/efi/boot");
  const names = directory ? (await volume.list(directory)).map(({ name }) => name) : [];
  if (!names.some((name) => LOADERS.test(name))) {
    findings.warning(
      "USB_NO_LOADER",
      "Firmware will not start from this: there is no efi/boot/bootx64.efi or the like.",
    );
  }
  findings.add({
    severity: "info",
    code: "USB_UEFI_ONLY",
    message: "The stick starts by UEFI. For a BIOS its boot programs are Microsoft's: run bootsect.exe on Windows.",
  });
}

function factsOf({ scheme, size, partition, fat }: FatDiskPlan) {
  const { boot, files, directories, bytes, freeBytes } = fat;
  return {
    scheme,
    efiSystem: partition.efiSystem,
    size,
    fileSystem: `FAT${boot.kind}`,
    label: boot.label,
    volumeId: boot.volumeId.toString(16).padStart(8, "0"),
    files,
    directories,
    bytes,
    freeBytes,
  } as const;
}
