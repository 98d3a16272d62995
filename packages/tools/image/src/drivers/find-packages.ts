import { AdkError, isRealDirectory, parentPath, type Volume, type VolumeEntry, walk } from "@adk/core";
import { PackageFolder } from "./package-folder.ts";

export interface FoundPackage {
  readonly folder: PackageFolder;
  readonly inf: VolumeEntry;
}

/**
 * Finds driver packages: the one of an INF file, or of every INF file in a directory.
 *
 * @param recurse in directories below too
 * @throws AdkError `PATH_NOT_FOUND`, `DRIVER_NO_INF`
 */
export async function findDriverPackages(
  volume: Volume,
  path: string,
  { recurse = false }: { readonly recurse?: boolean | undefined } = {},
): Promise<FoundPackage[]> {
  const entry = await volume.lookup(path);
  if (!entry) throw new AdkError("PATH_NOT_FOUND", "There is no such path.", { file: volume.name, found: path });
  if (!isRealDirectory(entry)) return [foundAt(volume, entry)];
  const found: VolumeEntry[] = [];
  const isHere = (each: VolumeEntry) => recurse || each === entry || !isRealDirectory(each);
  for await (const batch of walk(volume, entry, isHere)) found.push(...batch.filter(isInf));
  if (found.length === 0) {
    throw new AdkError("DRIVER_NO_INF", "There is no INF file here.", {
      file: volume.name,
      found: path,
      hint: recurse ? undefined : "Directories below are looked into when asked to.",
    });
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1)).map((inf) => foundAt(volume, inf));
}

function isInf(entry: VolumeEntry): boolean {
  return !isRealDirectory(entry) && /\.inf$/i.test(entry.name);
}

function foundAt(volume: Volume, inf: VolumeEntry): FoundPackage {
  return { folder: new PackageFolder(volume, parentPath(inf.path)), inf };
}
