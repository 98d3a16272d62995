import { stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { AdkError, childPath, isRealDirectory, type Volume } from "@adk/core";
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
