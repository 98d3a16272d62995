import type { Firmware } from "@adk/bcd";
import { AdkError, type EntrySource, type Volume, type VolumeEntry, walk } from "@adk/core";
import type { EditTarget } from "@adk/image";
import { bootFiles } from "../bcdboot/boot-files.ts";
import { efiLoaderName } from "../efi-boot-image.ts";

/** What of a medium of Windows is there to boot: the rest is Setup. */
const BOOT_NAMES = /^(bootmgr|bootmgr\.efi|boot|efi|[a-z]{2,3}(-[a-z]{4})?-[a-z]{2})$/i;
/** Places of the RAM disk's carrier in an image, where it has one. */
const SDI_PLACES = ["/Windows/Boot/DVD/EFI/boot.sdi", "/Windows/Boot/DVD/PCAT/boot.sdi"];

/** Puts the boot files of a medium (an ISO, the ADK's `Media` folder) into another. */
export async function putMediaFiles(target: EditTarget, source: EntrySource): Promise<void> {
  const { volume } = source;
  for (const top of await volume.list(volume.root)) {
    if (!BOOT_NAMES.test(top.name)) continue;
    for await (const batch of walk(volume, top)) {
      for (const entry of batch) await target.addEntry(source, entry, entry.path);
    }
  }
}

/** Puts the boot files that Windows PE has in its own image, where there is no medium to take them from. */
export async function putOwnFiles(target: EditTarget, source: EntrySource): Promise<void> {
  const { volume } = source;
  let found = 0;
  for (const firmware of ["uefi", "bios"] as const) {
    try {
      for (const { entry, path } of await bootFiles({ volume, folder: "/Windows" }, firmware)) {
        await target.addEntry(source, entry, path);
      }
      found++;
    } catch (error) {
      if (!(error instanceof AdkError && error.code === "BCDBOOT_NO_FILES")) throw error;
    }
  }
  if (found === 0) throw noFiles("the boot manager", volume);
  await putFrom(target, source, "/Windows/Boot/EFI/bootmgr.efi", "/bootmgr.efi");
  for (const place of SDI_PLACES) if (await putFrom(target, source, place, "/Boot/boot.sdi")) return;
}

/** Puts a boot manager for UEFI where firmware and the boot store look for it. @throws AdkError `ISO_NOT_EFI_PROGRAM` */
export async function putBootManager(
  target: EditTarget & { readonly time: bigint },
  bytes: Uint8Array,
  name: string,
): Promise<void> {
  const loader = (await efiLoaderName({ name, bytes })).toLowerCase();
  for (const path of [`/EFI/Boot/${loader}`, "/EFI/Microsoft/Boot/bootmgfw.efi"]) {
    await target.addFile(path, bytes, target.time);
  }
}

async function putFrom(target: EditTarget, source: EntrySource, from: string, to: string): Promise<boolean> {
  const entry = await source.volume.lookup(from);
  if (entry) await target.addEntry(source, entry, to);
  return entry !== undefined;
}

/**
 * The firmwares that a medium has a boot manager for.
 *
 * @throws AdkError `WINPE_NO_BOOT_FILES` if it can start on none, or has no `boot.sdi`
 */
export async function firmwaresOf(medium: Volume): Promise<Firmware[]> {
  const has = async (path: string): Promise<VolumeEntry | undefined> => medium.lookup(path);
  if (!(await has("/Boot/boot.sdi"))) throw noFiles("boot.sdi", medium);
  const firmwares: Firmware[] = [];
  const efi = await has("/EFI/Boot");
  const loaders = efi ? await medium.list(efi) : [];
  if (loaders.some(({ name }) => /^boot(x64|aa64|ia32|arm)\.efi$/i.test(name))) firmwares.push("uefi");
  if (await has("/bootmgr")) firmwares.push("bios");
  if (firmwares.length === 0) throw noFiles("the boot manager", medium);
  return firmwares;
}

function noFiles(what: string, { name }: Volume): AdkError {
  return new AdkError("WINPE_NO_BOOT_FILES", `There is no ${what} to put on the medium.`, {
    file: name,
    hint: "Name a medium of Windows, or the ADK's Media folder, that has the boot files: --media SOURCE.",
  });
}
