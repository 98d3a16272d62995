import { AdkError, check, digest, type Volume } from "@adk/core";
import * as z from "zod";
import { readHostFile } from "../layers/host-file.ts";
import { hostPath, toImagePath } from "../manifest/fields.ts";

/** Where discs of Windows have them. */
const BIOS_IMAGE = "/boot/etfsboot.com";
const UEFI_IMAGE = "/efi/microsoft/boot/efisys.bin";
const UEFI_IMAGE_WITHOUT_PROMPT = "/efi/microsoft/boot/efisys_noprompt.bin";
/** A BIOS asks for a key where this is on the disc. */
export const PROMPT_FILE = "/boot/bootfix.bin";
/** Firmware loads no more than this. */
const MOST_BYTES = 64 << 20;
/** Where UEFI looks on a removable disk (UEFI 2.10, 3.5.1.1). */
const LOADER = /^boot(x64|aa64|ia32|arm|riscv64)\.efi$/i;

/** What a manifest may say of how a disc boots. */
export const bootFields = {
  bios: hostPath
    .optional()
    .describe(`What a BIOS starts: a file of the medium, else one beside the manifest. Default \`${BIOS_IMAGE}\`.`),
  uefi: hostPath
    .optional()
    .describe(
      `What UEFI starts: an image, or a program of which one is made; a file of the medium, else one beside the manifest. Default \`${UEFI_IMAGE}\`.`,
    ),
  noPrompt: z.boolean().optional().describe("Start without a key being pressed."),
};

export interface BootChoice {
  readonly bios?: string | undefined;
  readonly uefi?: string | undefined;
  readonly noPrompt?: boolean | undefined;
}

/** A boot image of a disc. */
export interface NamedBootImage {
  readonly platform: "bios" | "uefi";
  /** Its path on the medium, or as the manifest has it. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

/**
 * What firmware will start from a disc: what the manifest chooses, else what the medium has.
 *
 * @param resolve gives the host path that a path of the manifest means
 * @throws AdkError `FILE_NOT_FOUND`, `ISO_BAD_BOOT_IMAGE`
 */
export async function bootImagesOf(
  { bios, uefi, noPrompt }: BootChoice,
  medium: Volume,
  resolve: (path: string) => string,
): Promise<NamedBootImage[]> {
  const choices = [
    { platform: "bios", given: bios, usual: BIOS_IMAGE },
    { platform: "uefi", given: uefi ?? (noPrompt ? UEFI_IMAGE_WITHOUT_PROMPT : undefined), usual: UEFI_IMAGE },
  ] as const;
  const images: NamedBootImage[] = [];
  for (const { platform, given, usual } of choices) {
    const onMedium = await readFromMedium(medium, given ?? usual);
    if (onMedium) images.push({ platform, ...onMedium });
    else if (given !== undefined) {
      check(given !== UEFI_IMAGE_WITHOUT_PROMPT, () => {
        const hint = "Name one of your own with `uefi`, or leave `noPrompt` out.";
        return new AdkError("FILE_NOT_FOUND", "The medium has no boot image without a prompt.", { file: given, hint });
      });
      images.push({ platform, file: given, bytes: (await readHostFile(resolve(given), MOST_BYTES)).bytes });
    }
  }
  return images;
}

async function readFromMedium(medium: Volume, path: string): Promise<Omit<NamedBootImage, "platform"> | undefined> {
  const entry = await medium.lookup(toImagePath(path));
  if (!entry) return undefined;
  check(entry.size <= MOST_BYTES, () => {
    return new AdkError("ISO_BAD_BOOT_IMAGE", "The boot image is larger than firmware loads.", {
      file: `${medium.name}!${entry.path}`,
      expected: `at most ${MOST_BYTES} bytes`,
      found: entry.size,
    });
  });
  return { file: entry.path, bytes: await medium.read(entry) };
}

/** `BIOS: /boot/etfsboot.com` */
export function describeBoot({ platform, file }: NamedBootImage): string {
  return `${platform.toUpperCase()}: ${file}`;
}

/** What tells one boot image from another. */
export function identifyBoot({ platform, bytes }: NamedBootImage): string {
  return `${platform} ${digest("sha256", bytes)}`;
}

/** The programs that UEFI starts from a stick. */
export async function firmwareLoaders(medium: Volume): Promise<string[]> {
  const directory = await medium.lookup("/efi/boot");
  const entries = directory ? await medium.list(directory) : [];
  return entries.filter(({ name }) => LOADER.test(name)).map(({ path }) => path);
}
