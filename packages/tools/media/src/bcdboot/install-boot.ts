import { mkdir, stat } from "node:fs/promises";
import {
  addWindows,
  createWindowsStore,
  type Device,
  deviceData,
  type Firmware,
  objectNamed,
  parseDeviceText,
  StoreEditor,
  type WindowsEntry,
} from "@adk/bcd";
import { AdkError, type LongOperation, MemoryAccess } from "@adk/core";
import { type EditSession, editImage, editResult } from "@adk/image";
import * as z from "zod";
import { bootFiles, firmwaresOf, STORE_PATHS } from "./boot-files.ts";
import { describeWindows, findRecovery, openTemplate, openWindows, type WindowsSource } from "./windows-source.ts";

/** What `adk media bcd install` prints. */
export const installBootResult = editResult.extend({
  windows: z.string(),
  description: z.string(),
  firmware: z.array(z.enum(["uefi", "bios"])),
  stores: z.array(z.string()),
});
export type InstallBootResult = z.output<typeof installBootResult>;

export interface InstallBootOptions extends LongOperation {
  /** Default: those that the Windows has boot files for. */
  readonly firmware?: readonly Firmware[] | undefined;
  /** Default `en-us`. */
  readonly locale?: string | undefined;
  /** Default: as the Windows calls itself. */
  readonly description?: string | undefined;
  /** The partitions as `parseDeviceText` reads them. Default: the one to be located, and the one that was started from. */
  readonly windowsDevice?: string | undefined;
  readonly systemDevice?: string | undefined;
  /** Last in the boot menu, and not the default. */
  readonly last?: boolean | undefined;
  /** The default of a store that is there stays. */
  readonly keepDefault?: boolean | undefined;
  /** A loader of the store that is there, by GUID or name, whose settings the entry has too. */
  readonly merge?: string | undefined;
  /** The boot files of UEFI that are signed by the authority of 2023. */
  readonly ex?: boolean | undefined;
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
  const { description, firmware } = await prepare(source, directory, options).catch(async (error: unknown) => {
    await source.volume.close();
    throw error;
  });
  const edit = async (session: EditSession) => {
    const from = session.addVolume(source.volume);
    const entry = await entryOf(source, description, session, options);
    for (const each of firmware) {
      for (const { entry, path } of await bootFiles(source, each, options.ex))
        await session.addEntry(from, entry, path);
      const store = await makeStore(session, { ...entry, firmware: each }, options);
      await session.addFile(STORE_PATHS[each], store.toBytes(), session.time);
    }
  };
  const result = await editImage(directory, edit, options);
  return { ...result, windows, description, firmware, stores: firmware.map((each) => STORE_PATHS[each]) };
}

/** Before the session takes the source over. */
async function prepare(
  source: WindowsSource,
  directory: string,
  options: InstallBootOptions,
): Promise<{ description: string; firmware: Firmware[] }> {
  const description = options.description ?? (await describeWindows(source));
  const firmware = options.firmware ? [...options.firmware] : await firmwaresOf(source);
  if (options.dryRun) await requireDirectory(directory);
  else await mkdir(directory, { recursive: true });
  return { description, firmware };
}

async function requireDirectory(directory: string): Promise<void> {
  if (await stat(directory).catch(() => undefined)) return;
  throw new AdkError("FILE_NOT_FOUND", "The directory does not exist.", { file: directory });
}

async function entryOf(
  source: WindowsSource,
  description: string,
  { findings }: EditSession,
  { locale = "en-us", windowsDevice: text }: InstallBootOptions,
): Promise<Omit<WindowsEntry, "firmware">> {
  const windowsDevice = text === undefined ? undefined : deviceOf(text);
  const template = await openTemplate(source, findings);
  // A ramdisk of a partition that is to be looked for is nothing that Windows makes.
  const recovery = windowsDevice && (await findRecovery(source, windowsDevice, findings));
  return {
    locale,
    description,
    systemRoot: source.folder.replaceAll("/", "\\"),
    ...(windowsDevice && { windowsDevice }),
    ...(template && { template }),
    ...(recovery && { recovery }),
  };
}

function deviceOf(text: string): Device {
  return parseDeviceText(text).device;
}

async function makeStore(
  session: EditSession,
  entry: WindowsEntry,
  { last = false, keepDefault = false, merge, clean, systemDevice }: InstallBootOptions,
): Promise<StoreEditor> {
  const { time } = session;
  const there = clean ? undefined : await session.volume.lookup(STORE_PATHS[entry.firmware]);
  if (there) {
    const bytes = await session.volume.read(there);
    const editor = await StoreEditor.open(new MemoryAccess(bytes, there.path), { time });
    const other = merge === undefined ? {} : { merge: objectNamed(editor.store, merge) };
    addWindows(editor, entry, { last, keepDefault, ...other });
    if (systemDevice !== undefined) setSystemDevice(editor, deviceOf(systemDevice));
    return editor;
  }
  if (merge !== undefined) {
    throw new AdkError("BCD_NO_OBJECT", "There is no store yet, and so no entry to merge with.", {
      kind: "usage",
      found: merge,
    });
  }
  return createWindowsStore({
    ...entry,
    ...(systemDevice !== undefined && { systemDevice: deviceOf(systemDevice) }),
    time,
  });
}

/** Of a store that is there: the boot manager and the memory test start from the partition that is named now. */
function setSystemDevice(editor: StoreEditor, device: Device): void {
  for (const name of ["{bootmgr}", "{memdiag}"]) {
    const id = objectNamed(editor.store, name);
    if (editor.store.byId.has(id)) editor.set(id, DEVICE, { format: "device", device: deviceData(device) });
  }
}

const DEVICE = 0x1100_0001;
