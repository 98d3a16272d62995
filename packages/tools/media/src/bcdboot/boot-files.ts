import type { Firmware } from "@adk/bcd";
import { AdkError, isRealDirectory, type VolumeEntry, walk } from "@adk/core";
import { parsePe } from "@adk/pe";
import { loaderNameOf } from "../loader-names.ts";
import type { WindowsSource } from "./windows-source.ts";

/** A file or directory of Windows, and its place on the system partition. */
export interface BootFile {
  readonly entry: VolumeEntry;
  readonly path: string;
}

/** Where the store is on the system partition. */
export const STORE_PATHS: Readonly<Record<Firmware, string>> = {
  uefi: "/EFI/Microsoft/Boot/BCD",
  bios: "/Boot/BCD",
};

/** Of a folder of Windows, the boot manager that it brings along. */
const MANAGERS = { uefi: "EFI/bootmgfw.efi", bios: "PCAT/bootmgr", ex: "EFI_EX/bootmgfw_EX.efi" } as const;

/** The firmwares that a Windows has a boot manager for. @throws AdkError `BCDBOOT_NO_FILES` if there is none */
export async function firmwaresOf(source: WindowsSource): Promise<Firmware[]> {
  const found: Firmware[] = [];
  for (const firmware of ["uefi", "bios"] as const) {
    if (await source.volume.lookup(`${source.folder}/Boot/${MANAGERS[firmware]}`)) found.push(firmware);
  }
  if (found.length === 0) throw noFiles(source, "any firmware", MANAGERS.uefi);
  return found;
}

/**
 * The boot files that a Windows brings along for a firmware, and where they go. Nothing is taken from elsewhere.
 *
 * @param ex those of UEFI that are signed by the authority of 2023, `Windows UEFI CA 2023`
 * @throws AdkError `BCDBOOT_NO_FILES` if it has none for the firmware
 */
export async function bootFiles(source: WindowsSource, firmware: Firmware, ex = false): Promise<BootFile[]> {
  const boot = `${source.folder}/Boot`;
  const uefi = firmware === "uefi";
  const manager = uefi && ex ? MANAGERS.ex : MANAGERS[firmware];
  const there = await source.volume.lookup(`${boot}/${manager}`);
  if (!there)
    throw noFiles(source, uefi && ex ? "UEFI, signed by the authority of 2023" : firmware.toUpperCase(), manager);
  if (!uefi) {
    return [
      ...(await tree(source, `${boot}/PCAT`, "/Boot")).map(atRoot),
      ...(await tree(source, `${boot}/Fonts`, "/Boot/Fonts")),
      ...(await tree(source, `${boot}/Resources`, "/Boot/Resources")),
    ];
  }
  const target = "/EFI/Microsoft/Boot";
  const files = [
    ...(await tree(source, `${boot}/EFI`, target)),
    ...(await tree(source, `${boot}/Fonts`, `${target}/Fonts`)),
    ...(await tree(source, `${boot}/Resources`, `${target}/Resources`)),
  ];
  if (ex) {
    files.push(...(await tree(source, `${boot}/EFI_EX`, target)).map(withoutEx));
    files.push(...(await tree(source, `${boot}/Fonts_EX`, `${target}/Fonts`)).map(withoutEx));
  }
  return lastOfEach([...files, ...(await fallback(source, there))]);
}

async function tree({ volume }: WindowsSource, from: string, to: string): Promise<BootFile[]> {
  const top = await volume.lookup(from);
  const files: BootFile[] = [];
  if (!top || !isRealDirectory(top)) return files;
  for await (const batch of walk(volume, top)) {
    for (const entry of batch) files.push({ entry, path: to + entry.path.slice(top.path.length) });
  }
  return files;
}

/** The boot manager of BIOS and what starts it lie in the root. */
function atRoot({ entry, path }: BootFile): BootFile {
  const name = path.slice(path.lastIndexOf("/"));
  return /^\/Boot\/(bootmgr|bootnxt)$/i.test(path) ? { entry, path: name } : { entry, path };
}

/** `bootmgfw_EX.efi` takes the place of `bootmgfw.efi`. */
function withoutEx({ entry, path }: BootFile): BootFile {
  return isRealDirectory(entry) ? { entry, path } : { entry, path: path.replace(/_EX(?=\.[^./]+(\.mui)?$)/i, "") };
}

/** Of files that go to the same place, the last one. */
function lastOfEach(files: readonly BootFile[]): BootFile[] {
  return [...new Map(files.map((file) => [file.path.toLowerCase(), file])).values()];
}

async function fallback({ volume }: WindowsSource, entry: VolumeEntry): Promise<BootFile[]> {
  const access = await volume.open(entry);
  try {
    const { machine } = (await parsePe(access)).fileHeader;
    const name = loaderNameOf(machine)?.toLowerCase();
    return name === undefined ? [] : [{ entry, path: `/EFI/Boot/${name}` }];
  } finally {
    await access.close();
  }
}

function noFiles({ volume, folder }: WindowsSource, firmware: string, manager: string): AdkError {
  return new AdkError("BCDBOOT_NO_FILES", `This Windows has no boot manager for ${firmware}.`, {
    file: volume.name,
    expected: `${folder}/Boot/${manager}`,
  });
}
