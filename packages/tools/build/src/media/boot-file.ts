import { AdkError, check, type Volume } from "@adk/core";
import type { GivenBootFile, MediaBoot } from "@adk/media";
import { readHostFile } from "../layers/host-file.ts";
import { toImagePath } from "../manifest/fields.ts";

/** Firmware loads no more than this. */
const MOST_BYTES = 64 << 20;

/**
 * Reads what a manifest has firmware start: a file of the medium, else one of the host.
 *
 * @param resolve gives the host path that a path of the manifest means
 * @throws AdkError `FILE_NOT_FOUND` ..., `ISO_BAD_BOOT_IMAGE`
 */
export async function readBootFile(
  file: string,
  medium: Volume,
  resolve: (path: string) => string,
): Promise<GivenBootFile> {
  const entry = await medium.lookup(toImagePath(file));
  if (!entry) return { file, bytes: (await readHostFile(resolve(file), MOST_BYTES)).bytes };
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
export function describeBoot({ firmware, from }: MediaBoot): string {
  return `${firmware.toUpperCase()}: ${from.join(", ")}`;
}
