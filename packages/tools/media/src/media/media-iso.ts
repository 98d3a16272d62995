import { stat } from "node:fs/promises";
import { AdkError, type Filetime, Findings, LayeredVolume, type LongOperation, type Volume, walk } from "@adk/core";
import { openSource } from "@adk/sources";
import * as z from "zod";
import type { BootFile } from "../boot-file.ts";
import { createIso, createIsoResult } from "../create-iso.ts";
import { efiBootImage } from "../efi-boot-image.ts";
import { isoInfo } from "../iso-info.ts";
import {
  BOOT_FOLDERS,
  BOOTFIX,
  checkBootFiles,
  EFISYS,
  EFISYS_NO_PROMPT,
  ETFSBOOT,
  findPrograms,
  type MediaBoot,
  mediaBoot,
} from "./boot-look-up.ts";

/** `adk media iso` */
export const createMediaIsoResult = createIsoResult.extend({ boot: z.array(mediaBoot) });
export type CreateMediaIsoResult = z.output<typeof createMediaIsoResult>;

/** A boot image, or a program for UEFI, with its name. */
export interface GivenBootFile {
  readonly file: string;
  readonly bytes: Uint8Array;
}

export interface CreateMediaIsoOptions extends LongOperation {
  /** Default: UDF where the medium installs Windows, a bridge where it does not, as Microsoft makes them. */
  readonly form?: "udf" | "bridge" | undefined;
  /** Default: that of the disc that the source is, else `name`. */
  readonly label?: string | undefined;
  readonly name: string;
  /** Start without asking for a key. */
  readonly noPrompt?: boolean | undefined;
  /** In place of what the medium has: files of the host, or files that the caller has read. */
  readonly bootBios?: string | GivenBootFile | undefined;
  readonly bootUefi?: string | GivenBootFile | undefined;
  readonly hybrid?: boolean | undefined;
  /** FILETIME of the disc. */
  readonly time: Filetime;
  readonly overwrite?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
}

/**
 * Makes a disc of a Windows medium, or of one of Windows PE, that starts as Microsoft's do: what firmware starts is found in the medium
 * itself, and for UEFI made of its boot manager where it has no boot image.
 *
 * @param source a directory, a disc, or a volume, which is closed at the end
 * @throws AdkError `MEDIA_NOT_BOOTABLE` if no firmware would start it
 */
export async function createMediaIso(
  source: string | Volume,
  target: string | ((bytes: Uint8Array) => Promise<void>),
  options: CreateMediaIsoOptions,
): Promise<CreateMediaIsoResult> {
  const { noPrompt = false, time, hybrid, overwrite, dryRun, signal, onProgress } = options;
  const findings = new Findings();
  const name = typeof source === "string" ? source : undefined;
  const opened = typeof source === "string" ? await openSource(source, { findings }) : source;
  await using volume = new LayeredVolume(opened, { time });
  const found = await findBoot(volume, name, options);
  if (found.boot.length === 0) throw notBootable(volume.name);
  await checkBootFiles(volume, found.boot, findings);
  tellMissing(found.boot, findings);
  if (noPrompt) await volume.remove(BOOTFIX);
  const form = options.form ?? ((await installsWindows(volume)) ? "udf" : "bridge");
  const result = await createIso(volume, target, {
    form,
    label: options.label ?? (await labelOf(name)) ?? options.name,
    boot: found.files,
    hybrid,
    dedup: true,
    order: await bootFirst(volume),
    time,
    overwrite,
    dryRun,
    signal,
    onProgress,
  });
  return { ...result, findings: [...findings.list, ...result.findings], boot: found.boot };
}

/** What each firmware is to start. */
async function findBoot(
  volume: Volume,
  source: string | undefined,
  { noPrompt, bootBios, bootUefi, time }: CreateMediaIsoOptions,
): Promise<{ files: BootFile[]; boot: MediaBoot[] }> {
  const files: BootFile[] = [];
  const boot: MediaBoot[] = [];
  const take = (firmware: "bios" | "uefi", file: string, bytes?: Uint8Array, made?: readonly string[]) => {
    files.push({ platform: firmware, file, bytes });
    boot.push({ firmware, from: [...(made ?? [file])], made: made !== undefined });
  };
  const takeEntry = async (firmware: "bios" | "uefi", path: string): Promise<boolean> => {
    const entry = await volume.lookup(path);
    if (entry) take(firmware, entry.path, (await volume.read(entry)).slice());
    return entry !== undefined;
  };
  const takeGiven = (firmware: "bios" | "uefi", given: string | GivenBootFile) => {
    if (typeof given === "string") take(firmware, given);
    else take(firmware, given.file, given.bytes);
  };
  if (bootBios !== undefined) takeGiven("bios", bootBios);
  else await takeEntry("bios", ETFSBOOT);
  if (bootUefi !== undefined) {
    takeGiven("uefi", bootUefi);
    return { files, boot };
  }
  if (await takeEntry("uefi", noPrompt ? EFISYS_NO_PROMPT : EFISYS)) return { files, boot };
  const programs = await findPrograms(volume, source);
  const names = programs.map(({ name }) => name);
  if (programs.length > 0) take("uefi", names.join(", "), await efiBootImage(programs, time), names);
  return { files, boot };
}

async function installsWindows(volume: Volume): Promise<boolean> {
  const directory = await volume.lookup("/sources");
  const names = directory ? (await volume.list(directory)).map(({ name }) => name) : [];
  return names.some((name) => /^install\.(wim|esd|swm)$/i.test(name));
}

/** Paths of what is read while the medium starts. */
async function bootFirst(volume: Volume): Promise<string[]> {
  const paths: string[] = [];
  for (const top of BOOT_FOLDERS) {
    const entry = await volume.lookup(top);
    if (!entry) continue;
    for await (const batch of walk(volume, entry)) paths.push(...batch.map(({ path }) => path));
  }
  return paths;
}

/** The label of a disc; undefined for another source. */
async function labelOf(source: string | undefined): Promise<string | undefined> {
  const isFile = source !== undefined && ((await stat(source).catch(() => undefined))?.isFile() ?? false);
  if (!isFile) return undefined;
  try {
    return (await isoInfo(source)).label || undefined;
  } catch (error) {
    if (error instanceof AdkError) return undefined;
    throw error;
  }
}

function tellMissing(boot: readonly MediaBoot[], findings: Findings): void {
  const has = (firmware: string) => boot.some((each) => each.firmware === firmware);
  if (!has("bios")) {
    findings.warning("MEDIA_NO_BIOS", "A BIOS does not start the disc: the medium has no boot/etfsboot.com.");
  }
  if (!has("uefi")) {
    findings.warning(
      "MEDIA_NO_UEFI",
      "UEFI does not start the disc: the medium has neither efisys.bin nor a boot manager for it.",
    );
  }
}

function notBootable(file: string): AdkError {
  return new AdkError("MEDIA_NOT_BOOTABLE", "The medium has nothing that a firmware could start.", {
    file,
    expected: "boot/etfsboot.com, efi/microsoft/boot/efisys.bin, efi/boot/boot*.efi or bootmgfw.efi",
    hint: "Name boot files by --boot-bios and --boot-uefi, or make a disc that does not start with: adk iso create",
  });
}
