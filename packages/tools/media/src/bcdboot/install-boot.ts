import { mkdir, stat } from "node:fs/promises";
import { addWindows, createWindowsStore, type Device, type Firmware, parseDeviceText, StoreEditor } from "@adk/bcd";
import { AdkError, type LongOperation, MemoryAccess } from "@adk/core";
import { type EditSession, editImage, editResult } from "@adk/image";
import * as z from "zod";
import { bootFiles, STORE_PATHS } from "./boot-files.ts";
import { describeWindows, openWindows, type WindowsSource } from "./windows-source.ts";

/** What `adk media bcd install` prints. */
export const installBootResult = editResult.extend({
  windows: z.string(),
  description: z.string(),
  firmware: z.array(z.enum(["uefi", "bios"])),
  stores: z.array(z.string()),
});
export type InstallBootResult = z.output<typeof installBootResult>;

export interface InstallBootOptions extends LongOperation {
  readonly firmware: readonly Firmware[];
  /** Default `en-us`. */
  readonly locale?: string | undefined;
  /** Default: as the Windows calls itself. */
  readonly description?: string | undefined;
  /** The partitions as `parseDeviceText` reads them. Default: the one to be located, and the one that was started from. */
  readonly windowsDevice?: string | undefined;
  readonly systemDevice?: string | undefined;
  /** Last in the boot menu, and not the default. */
  readonly last?: boolean | undefined;
  /** Give up the entries of a store that is there. */
  readonly clean?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
}

/**
 * Makes a directory, to become the system partition, start a Windows: copies the Windows' own boot files, and makes the store or
 * adds to it; all of it, or nothing.
 *
 * @param windows as `openWindows`
 * @param directory made if it is missing
 * @throws AdkError `BCDBOOT_NO_WINDOWS`, `BCDBOOT_NO_FILES`, `BCD_NOT_A_STORE` ...
 */
export async function installBoot(
  windows: string,
  directory: string,
  options: InstallBootOptions,
): Promise<InstallBootResult> {
  const source = await openWindows(windows);
  const stores = options.firmware.map((firmware) => STORE_PATHS[firmware]);
  const description = await prepare(source, directory, options).catch(async (error: unknown) => {
    await source.volume.close();
    throw error;
  });
  const edit = async (session: EditSession) => {
    const from = session.addVolume(source.volume);
    for (const firmware of options.firmware) {
      for (const { entry, path } of await bootFiles(source, firmware)) await session.addEntry(from, entry, path);
      const store = await makeStore(session, source, firmware, description, options);
      await session.addFile(STORE_PATHS[firmware], store.toBytes(), session.time);
    }
  };
  const result = await editImage(directory, edit, options);
  return { ...result, windows, description, firmware: [...options.firmware], stores };
}

/** Before the session takes the source over. @returns what the boot menu shows */
async function prepare(source: WindowsSource, directory: string, options: InstallBootOptions): Promise<string> {
  const description = options.description ?? (await describeWindows(source));
  if (options.dryRun) await requireDirectory(directory);
  else await mkdir(directory, { recursive: true });
  return description;
}

async function requireDirectory(directory: string): Promise<void> {
  if (await stat(directory).catch(() => undefined)) return;
  throw new AdkError("FILE_NOT_FOUND", "The directory does not exist.", { file: directory });
}

async function makeStore(
  session: EditSession,
  source: WindowsSource,
  firmware: Firmware,
  description: string,
  options: InstallBootOptions,
): Promise<StoreEditor> {
  const { locale = "en-us", last, clean, windowsDevice, systemDevice } = options;
  const device = (text: string): Device => parseDeviceText(text).device;
  const entry = {
    firmware,
    locale,
    description,
    systemRoot: source.folder.replaceAll("/", "\\"),
    ...(windowsDevice !== undefined && { windowsDevice: device(windowsDevice) }),
  };
  const there = clean ? undefined : await session.volume.lookup(STORE_PATHS[firmware]);
  const { time } = session;
  if (there) {
    const bytes = await session.volume.read(there);
    const editor = await StoreEditor.open(new MemoryAccess(bytes, there.path), { time });
    addWindows(editor, entry, { last: last === true });
    return editor;
  }
  return createWindowsStore({
    ...entry,
    ...(systemDevice !== undefined && { systemDevice: device(systemDevice) }),
    time,
  });
}
