import {
  AdkError,
  ExtractionRoot,
  fromSystemError,
  isRealDirectory,
  type LongOperation,
  ProgressCounter,
  readPieces,
  type Volume,
  type VolumeEntry,
  walk,
} from "@adk/core";
import type { WindowsHives } from "../windows/offline-windows.ts";
import type { WindowsDriver } from "./driver-report.ts";
import { packageDirectories } from "./driver-store.ts";

type Created = Awaited<ReturnType<ExtractionRoot["createFile"]>>;

export interface ExportDriverOptions extends LongOperation {
  /** Replace files that are there. Otherwise they are an error. */
  readonly overwrite?: boolean | undefined;
}

/**
 * Copies a driver's package out of the driver store, into a directory of the package's name, as /Export-Driver does.
 *
 * @returns the number of files
 * @throws AdkError `DRIVER_NOT_IN_STORE`, `ALREADY_EXISTS` ...
 */
export async function exportDriver(
  volume: Volume,
  { windows }: Pick<WindowsHives, "windows">,
  { packageName }: WindowsDriver,
  directory: string,
  options: ExportDriverOptions = {},
): Promise<number> {
  const path = packageDirectories({ windows }, packageName).package;
  const from = await volume.lookup(path);
  if (!from || !isRealDirectory(from)) {
    throw new AdkError("DRIVER_NOT_IN_STORE", "The files of the driver are not in the driver store.", {
      file: volume.name,
      found: path,
    });
  }
  const root = await ExtractionRoot.open(directory, { overwrite: options.overwrite ? "replace" : "refuse" });
  const progress = new ProgressCounter(options, "export", "files", 0);
  let files = 0;
  for await (const batch of walk(volume, from)) {
    for (const entry of batch) {
      const names = [packageName, ...entry.path.slice(from.path.length).split("/").slice(1)];
      if (isRealDirectory(entry)) {
        await root.createDirectory(names);
        continue;
      }
      await copyOut(volume, entry, await root.createFile(names));
      files++;
      progress.add(1, entry.path);
    }
  }
  return files;
}

async function copyOut(volume: Volume, entry: VolumeEntry, { handle, host }: Created): Promise<void> {
  try {
    const access = await volume.open(entry);
    try {
      for await (const piece of readPieces(access)) await handle.writeFile(piece);
    } finally {
      await access.close();
    }
  } catch (error) {
    throw fromSystemError(error, host);
  } finally {
    await handle.close();
  }
}
