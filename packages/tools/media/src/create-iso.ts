import { readFile } from "node:fs/promises";
import { finding } from "@adk/cli-kit/schemas";
import { AdkError, AtomicFile, Findings, fromSystemError, type LongOperation, type Volume } from "@adk/core";
import { type BootImage, type CreateIsoOptions, type PlannedIso, Platform, planIso } from "@adk/iso";
import { openSource } from "@adk/sources";
import * as z from "zod";

export interface BootFile {
  readonly platform: "bios" | "uefi" | number;
  /** Path of the host; with `bytes` a name for errors. */
  readonly file: string;
  /** The content, where the caller has it. */
  readonly bytes?: Uint8Array | undefined;
  /** `floppy`: the one that has the size of the image. Default: none. */
  readonly emulation?: BootImage["emulation"] | "floppy";
  readonly loadSegment?: number | undefined;
  readonly sectorCount?: number | undefined;
}

export interface CreateIsoFileOptions extends Omit<CreateIsoOptions, "boot">, LongOperation {
  readonly boot?: readonly BootFile[] | undefined;
  readonly overwrite?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
}

/** `adk iso create` */
export const createIsoResult = z.object({
  file: z.string(),
  form: z.enum(["udf", "bridge", "joliet", "iso9660"]),
  label: z.string(),
  files: z.number(),
  directories: z.number(),
  size: z.number(),
  saved: z.object({ files: z.number(), bytes: z.number() }),
  dryRun: z.boolean(),
  findings: z.array(finding),
});
export type CreateIsoResult = z.output<typeof createIsoResult>;

/**
 * Makes an image of a disc of what a source holds: a directory, an image in a WIM file, another disc.
 *
 * @param source its name, or a volume, which is closed at the end
 * @param target the file, which appears when it is complete; or something that takes its bytes
 */
export async function createIso(
  source: string | Volume,
  target: string | ((bytes: Uint8Array) => Promise<void>),
  options: CreateIsoFileOptions,
): Promise<CreateIsoResult> {
  const findings = new Findings();
  await using volume = typeof source === "string" ? await openSource(source, { findings }) : source;
  const boot: BootImage[] = [];
  for (const each of options.boot ?? []) boot.push(await readBootImage(each));
  const file = typeof target === "string" ? target : "-";
  await using output =
    typeof target === "string" && !options.dryRun
      ? await AtomicFile.create(target, { overwrite: options.overwrite })
      : undefined;
  const plan = await planIso(volume, { ...options, boot });
  if (!options.dryRun) {
    await writeTo(plan, typeof target === "string" ? (bytes) => (output as AtomicFile).write(bytes) : target, options);
    await output?.commit();
  }
  const { files, directories, size, saved } = plan;
  const { form, label, dryRun = false } = options;
  return { file, form, label, files, directories, size, saved, dryRun, findings: findings.list };
}

/** Pieces are gathered: one write for each of some thousand small files would take longer than the data. */
const GATHERED = 1 << 20;

async function writeTo(
  plan: PlannedIso,
  write: (bytes: Uint8Array) => Promise<void>,
  operation: LongOperation,
): Promise<void> {
  const gathered = new Uint8Array(GATHERED);
  let used = 0;
  for await (const piece of plan.write({ signal: operation.signal, onProgress: operation.onProgress })) {
    if (used + piece.length > GATHERED && used > 0) {
      await write(gathered.subarray(0, used));
      used = 0;
    }
    if (piece.length > GATHERED) await write(piece);
    else {
      gathered.set(piece, used);
      used += piece.length;
    }
  }
  if (used > 0) await write(gathered.subarray(0, used));
}

/** Firmware loads no more than this. */
const MOST_BOOT_BYTES = 64 << 20;

async function readBootImage(boot: BootFile): Promise<BootImage> {
  const { platform, file, emulation, loadSegment, sectorCount } = boot;
  const bytes = boot.bytes ?? (await readHostFile(file));
  if (bytes.length === 0 || bytes.length > MOST_BOOT_BYTES) {
    throw new AdkError("ISO_BAD_BOOT_IMAGE", "The boot image is empty, or larger than firmware loads.", {
      file,
      expected: `1 to ${MOST_BOOT_BYTES} bytes`,
      found: bytes.length,
    });
  }
  const drive = emulation === "floppy" ? floppyOf(bytes.length, file) : emulation;
  const number = platform === "bios" ? Platform.BIOS : platform === "uefi" ? Platform.EFI : platform;
  return { platform: number, bytes, emulation: drive, loadSegment, sectorCount };
}

async function readHostFile(file: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(file));
  } catch (error) {
    throw fromSystemError(error, file);
  }
}

const FLOPPIES = new Map<number, "1.2M" | "1.44M" | "2.88M">([
  [1_228_800, "1.2M"],
  [1_474_560, "1.44M"],
  [2_949_120, "2.88M"],
]);

function floppyOf(size: number, file: string): "1.2M" | "1.44M" | "2.88M" {
  const floppy = FLOPPIES.get(size);
  if (floppy) return floppy;
  throw new AdkError(
    "ISO_BAD_BOOT_IMAGE",
    "The image has not the size of a floppy disk, so that none can be emulated.",
    {
      file,
      expected: [...FLOPPIES.keys()].join(", "),
      found: size,
      hint: "Use it without emulation.",
    },
  );
}
