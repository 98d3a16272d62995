import { stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { type Device, openStore, type RecoveryEnvironment, WindowsTemplate } from "@adk/bcd";
import { AdkError, childPath, type Findings, isRealDirectory, MemoryAccess, type Volume } from "@adk/core";
import { readEdition } from "@adk/image";
import { openVolumeHive } from "@adk/registry";
import { openSource } from "@adk/sources";

/** A Windows that is applied somewhere, or still in its image. */
export interface WindowsSource {
  readonly volume: Volume;
  /** Of its folder in the volume: `/Windows`. */
  readonly folder: string;
}

/**
 * @param name the folder of Windows on the host, or what holds one: a directory, `install.wim:6`
 * @throws AdkError `BCDBOOT_NO_WINDOWS`, and those of the source
 */
export async function openWindows(name: string): Promise<WindowsSource> {
  const info = await stat(name).catch(() => undefined);
  const volume = await openSource(info?.isDirectory() && isWindowsFolder(name) ? dirname(name) : name);
  const folder = isWindowsFolder(name) && info ? `/${basename(name)}` : "/Windows";
  const entry = await volume.lookup(`${folder}/Boot`);
  if (entry && isRealDirectory(entry)) return { volume, folder: parentOf(entry.path) };
  await volume.close();
  throw new AdkError("BCDBOOT_NO_WINDOWS", "There is no Windows with boot files here.", {
    file: name,
    expected: `${folder}/Boot`,
  });
}

function isWindowsFolder(name: string): boolean {
  return /^windows/i.test(basename(name));
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

/** What the boot menu calls it: `Windows 11`, as its registry says; `Windows` where that cannot be read. */
export async function describeWindows({ volume, folder }: WindowsSource): Promise<string> {
  const path = childPath(folder, "System32/config/SOFTWARE");
  if (!(await volume.lookup(path))) return "Windows";
  await using software = await openVolumeHive(volume, path);
  const { description, installationType } = readEdition(software.hive);
  // bcdboot names a client without its release: `Windows 11`.
  return installationType === "Client" ? (/^Windows \S+/.exec(description)?.[0] ?? description) : description;
}

/** Most bytes of a template; those of Windows have some 30 KB. */
const MOST_TEMPLATE = 16 << 20;

/**
 * What a Windows says that its store is made of: `System32\config\BCD-Template`. One that is damaged is not used, with a finding.
 *
 * @returns undefined where it has none
 */
export async function openTemplate(
  { volume, folder }: WindowsSource,
  findings: Findings,
): Promise<WindowsTemplate | undefined> {
  const entry = await volume.lookup(childPath(folder, "System32/config/BCD-Template"));
  if (!entry || isRealDirectory(entry)) return undefined;
  const place = { file: volume.name, path: entry.path };
  try {
    if (entry.size > MOST_TEMPLATE) throw new AdkError("BCD_NOT_A_STORE", "The template is too large.");
    // Windows replaces the file as a whole: there are no logs to it.
    const access = new MemoryAccess(await volume.read(entry), entry.path);
    return new WindowsTemplate(await openStore(access, { ignoreLogs: true }));
  } catch (error) {
    if (!(error instanceof AdkError)) throw error;
    findings.warning("BCDBOOT_BAD_TEMPLATE", `The template of boot stores is not used. ${error.message}`, place);
    return undefined;
  }
}

/** Where Windows has the recovery environment, by its own path or as it is applied; and what its ramdisk needs. */
const RECOVERY_WIMS = ["/Recovery/WindowsRE/Winre.wim", "System32/Recovery/Winre.wim"];
const RECOVERY_SDIS = ["/Recovery/WindowsRE/boot.sdi", "Boot/DVD/EFI/boot.sdi", "Boot/DVD/PCAT/boot.sdi"];

/** The recovery environment on the partition of a Windows; undefined where there is none, or with a finding no `boot.sdi` for it. */
export async function findRecovery(
  { volume, folder }: WindowsSource,
  device: Device,
  findings: Findings,
): Promise<RecoveryEnvironment | undefined> {
  const first = async (names: readonly string[]): Promise<string | undefined> => {
    for (const name of names) {
      const entry = await volume.lookup(name.startsWith("/") ? name : childPath(folder, name));
      if (entry && !isRealDirectory(entry)) return entry.path.replaceAll("/", "\\");
    }
    return undefined;
  };
  const wim = await first(RECOVERY_WIMS);
  if (wim === undefined) return undefined;
  const sdi = await first(RECOVERY_SDIS);
  if (sdi !== undefined) return { device, wim, sdi };
  findings.warning("BCDBOOT_NO_SDI", "There is no boot.sdi for the recovery environment: it gets no entry.", {
    file: volume.name,
    path: wim,
  });
  return undefined;
}
