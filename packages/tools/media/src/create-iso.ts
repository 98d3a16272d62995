import { finding } from "@adk/cli-kit/schemas";
import { AtomicFile, Findings, type LongOperation, type Volume } from "@adk/core";
import { type DiskPiece, isFat, writeRaw } from "@adk/disk";
import { type BootImage, type CreateIsoOptions, type PlannedIso, Platform, planIso } from "@adk/iso";
import { openSource } from "@adk/sources";
import * as z from "zod";
import { type BootFile, readBootImage } from "./boot-file.ts";

export interface CreateIsoFileOptions extends Omit<CreateIsoOptions, "boot">, LongOperation {
  readonly boot?: readonly BootFile[] | undefined;
  readonly overwrite?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
  /** Told of the layout before anything is written; what it throws ends the work. */
  readonly onPlan?: ((plan: PlannedIso) => void) | undefined;
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
  for (const each of options.boot ?? []) boot.push(await readBootImage(each, options.time));
  for (const { platform, bytes } of boot) {
    if (platform !== Platform.EFI || isFat(bytes.subarray(0, 512))) continue;
    const message = "A boot image for UEFI is neither a FAT volume nor a program: firmware does not start it.";
    findings.warning("ISO_BOOT_IMAGE_UNKNOWN", message);
  }
  const file = typeof target === "string" ? target : "-";
  await using output =
    typeof target === "string" && !options.dryRun
      ? await AtomicFile.create(target, { overwrite: options.overwrite })
      : undefined;
  const plan = await planIso(volume, { ...options, boot });
  options.onPlan?.(plan);
  if (!options.dryRun) {
    await writeTo(plan, typeof target === "string" ? (output as AtomicFile) : target, options);
    await output?.commit();
  }
  const { files, directories, size, saved } = plan;
  const { form, label, dryRun = false } = options;
  return { file, form, label, files, directories, size, saved, dryRun, findings: findings.list };
}

async function writeTo(
  plan: PlannedIso,
  target: AtomicFile | ((bytes: Uint8Array) => Promise<void>),
  { signal, onProgress }: LongOperation,
): Promise<void> {
  const pieces = plan.write({ signal, onProgress });
  if (target instanceof AtomicFile) await writeRaw(target, plan.size, withOffsets(pieces));
  else for await (const piece of pieces) await target(piece);
}

async function* withOffsets(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<DiskPiece> {
  let offset = 0;
  for await (const bytes of pieces) {
    yield { offset, bytes };
    offset += bytes.length;
  }
}
