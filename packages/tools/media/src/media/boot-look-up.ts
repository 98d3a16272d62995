import { AdkError, type Findings, type Volume, type VolumeEntry } from "@adk/core";
import { openSource } from "@adk/sources";
import * as z from "zod";
import type { EfiProgram } from "../efi-boot-image.ts";

/** What a firmware starts from a medium, and where it was found. */
export const mediaBoot = z.object({
  firmware: z.enum(["bios", "uefi"]),
  /** Paths on the medium (`boot.wim:1!/...` in its image), or of the host where the user named a file. */
  from: z.array(z.string()),
  /** Whether the boot image was made here, of programs. */
  made: z.boolean(),
});
export type MediaBoot = z.output<typeof mediaBoot>;

/** Boot images that media of Windows bring along (`efisys.bin` asks for a key, the other does not). */
export const ETFSBOOT = "/boot/etfsboot.com";
export const EFISYS = "/efi/microsoft/boot/efisys.bin";
export const EFISYS_NO_PROMPT = "/efi/microsoft/boot/efisys_noprompt.bin";
/** Asks for a key when a BIOS starts a disc. */
export const BOOTFIX = "/boot/bootfix.bin";

const LOADERS = /^boot(x64|aa64|ia32|arm)\.efi$/i;
const BOOT_MANAGERS = ["/efi/microsoft/boot/bootmgfw.efi", "/bootmgfw.efi"];
const BOOT_WIM = "/sources/boot.wim";
const IN_BOOT_WIM = "/Windows/Boot/EFI/bootmgfw.efi";
/** More than a boot manager has. */
const MOST_PROGRAM_BYTES = 32 << 20;

/** Files of the first part of a disc: old boot code reads no further, and a drive need not seek. */
export const BOOT_FOLDERS = ["/bootmgr", "/bootmgr.efi", "/boot", "/efi", BOOT_WIM];

/** The loaders that a medium has where firmware looks for them. */
export async function findLoaders(volume: Volume): Promise<VolumeEntry[]> {
  const directory = await volume.lookup("/efi/boot");
  const entries = directory ? await volume.list(directory) : [];
  return entries.filter(({ name }) => LOADERS.test(name));
}

/**
 * The programs with which UEFI can start Windows from a medium: those where firmware looks for them, else the boot manager, be it in
 * the image of `sources/boot.wim`. None for a medium that has none.
 *
 * @param source the medium's name, where it has one: images in it are looked into
 */
export async function findPrograms(volume: Volume, source: string | undefined): Promise<EfiProgram[]> {
  const loaders = await findLoaders(volume);
  if (loaders.length > 0) return Promise.all(loaders.map((entry) => readProgram(volume, entry, entry.path)));
  for (const path of BOOT_MANAGERS) {
    const entry = await volume.lookup(path);
    if (entry) return [await readProgram(volume, entry, entry.path)];
  }
  if (source === undefined || !(await volume.lookup(BOOT_WIM))) return [];
  try {
    await using image = await openSource(`${source}!${BOOT_WIM}:1`);
    const entry = await image.lookup(IN_BOOT_WIM);
    return entry ? [await readProgram(image, entry, `${BOOT_WIM}:1!${entry.path}`)] : [];
  } catch (error) {
    // An image that cannot be read is told of by those who use it.
    if (error instanceof AdkError && error.kind === "input") return [];
    throw error;
  }
}

async function readProgram(volume: Volume, entry: VolumeEntry, name: string): Promise<EfiProgram> {
  if (entry.size <= MOST_PROGRAM_BYTES) return { name, bytes: (await volume.read(entry)).slice() };
  throw new AdkError("MEDIA_BAD_LOADER", "The boot manager is larger than one can be.", {
    file: name,
    expected: `at most ${MOST_PROGRAM_BYTES} bytes`,
    found: entry.size,
  });
}

/** Tells of what each firmware needs behind its boot image and a medium lacks. */
export async function checkBootFiles(volume: Volume, boot: readonly MediaBoot[], findings: Findings): Promise<void> {
  const has = async (path: string) => (await volume.lookup(path)) !== undefined;
  const warn = (code: string, message: string) => void findings.warning(code, message);
  const isWindows = await has(BOOT_WIM);
  for (const { firmware } of boot) {
    const [manager, store] = firmware === "bios" ? ["/bootmgr", "/boot/bcd"] : ["/efi/boot", "/efi/microsoft/boot/bcd"];
    if (firmware === "bios" && !(await has(manager))) {
      warn("MEDIA_NO_BOOTMGR", "A BIOS starts the disc, but not Windows: there is no bootmgr.");
    }
    if (isWindows && !(await has(store))) {
      warn(
        "MEDIA_NO_STORE",
        `The boot manager for ${firmware.toUpperCase()} will find no boot store (${store.slice(1)}).`,
      );
    }
  }
}
