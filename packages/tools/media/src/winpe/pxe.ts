import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { AdkError, AtomicFile, readPieces, type Volume, type VolumeEntry } from "@adk/core";
import { openSource } from "@adk/sources";
import * as z from "zod";

/** `adk media pxe` */
export const createPxeResult = z.object({ directory: z.string(), files: z.array(z.string()), script: z.string() });
export type CreatePxeResult = z.output<typeof createPxeResult>;

/**
 * What wimboot wants, by the names that it takes them by, and where media have them (iPXE's "wimboot architecture"). By UEFI it takes
 * the store of BIOS too: it rewrites `.exe` in it.
 */
const FILES: readonly { readonly name: string; readonly places: readonly string[]; readonly needed?: true }[] = [
  { name: "bootmgr", places: ["/bootmgr"] },
  { name: "bootx64.efi", places: ["/EFI/Boot/bootx64.efi"] },
  { name: "bootaa64.efi", places: ["/EFI/Boot/bootaa64.efi"] },
  { name: "bootia32.efi", places: ["/EFI/Boot/bootia32.efi"] },
  { name: "BCD", places: ["/Boot/BCD", "/EFI/Microsoft/Boot/BCD"], needed: true },
  { name: "boot.sdi", places: ["/Boot/boot.sdi"], needed: true },
  { name: "boot.wim", places: ["/sources/boot.wim"], needed: true },
];

/**
 * A folder for a web server from which iPXE starts Windows PE by wimboot: the files of a medium, and the script. wimboot itself is the
 * user's: its file goes beside them.
 *
 * @param medium a directory or disc, or its volume, which is closed at the end
 * @throws AdkError `PXE_FILE_MISSING`, `ALREADY_EXISTS` unless `overwrite`
 */
export async function createPxe(
  medium: string | Volume,
  directory: string,
  { url = ".", overwrite }: { url?: string | undefined; overwrite?: boolean | undefined } = {},
): Promise<CreatePxeResult> {
  await using volume = typeof medium === "string" ? await openSource(medium) : medium;
  const found: { name: string; entry: VolumeEntry }[] = [];
  for (const { name, places, needed } of FILES) {
    const entry = await firstOf(volume, places);
    if (entry) found.push({ name, entry });
    else if (needed) throw missing(volume.name, places[0]);
  }
  await mkdir(directory, { recursive: true });
  for (const { name, entry } of found) await copy(volume, entry, join(directory, name), overwrite);
  const names = found.map(({ name }) => name);
  const script = ipxeScript(names, url);
  await using file = await AtomicFile.create(join(directory, "boot.ipxe"), { overwrite });
  await file.write(Buffer.from(script));
  await file.commit();
  return { directory, files: [...names, "boot.ipxe"], script };
}

function ipxeScript(names: readonly string[], url: string): string {
  // The name stands twice: UEFI takes it from the option, BIOS from the argument.
  const base = url.replace(/\/+$/, "");
  const lines = names.map((name) => `initrd --name ${name} ${base}/${name} ${name}`);
  return ["#!ipxe", `kernel ${base}/wimboot`, ...lines, "boot", ""].join("\n");
}

async function firstOf(volume: Volume, places: readonly string[]): Promise<VolumeEntry | undefined> {
  for (const place of places) {
    const entry = await volume.lookup(place);
    if (entry) return entry;
  }
  return undefined;
}

async function copy(volume: Volume, entry: VolumeEntry, target: string, overwrite: boolean | undefined): Promise<void> {
  const access = await volume.open(entry);
  try {
    await using file = await AtomicFile.create(target, { overwrite });
    for await (const piece of readPieces(access)) await file.write(piece);
    await file.commit();
  } finally {
    await access.close();
  }
}

function missing(file: string, expected: string | undefined): AdkError {
  return new AdkError("PXE_FILE_MISSING", "The medium has not what a network boot needs.", { file, expected });
}
