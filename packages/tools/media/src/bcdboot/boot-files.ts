import type { Firmware } from "@adk/bcd";
import { AdkError, type VolumeEntry, walk } from "@adk/core";
import { Machine, parsePe } from "@adk/pe";
import type { WindowsSource } from "./windows-source.ts";

/** A file or directory of Windows, and its place on the system partition. */
export interface BootFile {
  readonly entry: VolumeEntry;
  readonly path: string;
}

/** Names that firmware starts without being told: UEFI specification 3.5.1.1. */
const FALLBACK_NAMES: ReadonlyMap<number, string> = new Map<number, string>([
  [Machine.AMD64, "bootx64.efi"],
  [Machine.ARM64, "bootaa64.efi"],
  [Machine.I386, "bootia32.efi"],
]);

/** Where the store is on the system partition. */
export const STORE_PATHS: Readonly<Record<Firmware, string>> = {
  uefi: "/EFI/Microsoft/Boot/BCD",
  bios: "/Boot/BCD",
};

/**
 * The boot files that a Windows brings along for a firmware, and where they go. Nothing is taken from elsewhere.
 *
 * @throws AdkError `BCDBOOT_NO_FILES` if it has none for the firmware
 */
export async function bootFiles(source: WindowsSource, firmware: Firmware): Promise<BootFile[]> {
  const boot = `${source.folder}/Boot`;
  const files =
    firmware === "uefi"
      ? [
          ...(await tree(source, `${boot}/EFI`, "/EFI/Microsoft/Boot")),
          ...(await tree(source, `${boot}/Fonts`, "/EFI/Microsoft/Boot/Fonts")),
          ...(await tree(source, `${boot}/Resources`, "/EFI/Microsoft/Boot/Resources")),
          ...(await fallback(source, `${boot}/EFI/bootmgfw.efi`)),
        ]
      : [
          ...(await tree(source, `${boot}/PCAT`, "/Boot")).map(atRoot),
          ...(await tree(source, `${boot}/Fonts`, "/Boot/Fonts")),
          ...(await tree(source, `${boot}/Resources`, "/Boot/Resources")),
        ];
  const manager = firmware === "uefi" ? "/efi/microsoft/boot/bootmgfw.efi" : "/bootmgr";
  if (files.some(({ path }) => path.toLowerCase() === manager)) return files;
  throw new AdkError("BCDBOOT_NO_FILES", `This Windows has no boot manager for ${firmware.toUpperCase()}.`, {
    file: source.volume.name,
    expected: `${boot}/${firmware === "uefi" ? "EFI/bootmgfw.efi" : "PCAT/bootmgr"}`,
  });
}

async function tree({ volume }: WindowsSource, from: string, to: string): Promise<BootFile[]> {
  const top = await volume.lookup(from);
  const files: BootFile[] = [];
  if (!top) return files;
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

async function fallback({ volume }: WindowsSource, path: string): Promise<BootFile[]> {
  const entry = await volume.lookup(path);
  if (!entry) return [];
  const access = await volume.open(entry);
  try {
    const { machine } = (await parsePe(access)).fileHeader;
    const name = FALLBACK_NAMES.get(machine);
    return name === undefined ? [] : [{ entry, path: `/EFI/Boot/${name}` }];
  } finally {
    await access.close();
  }
}
