import { mkdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { createWinPeStore, type Firmware } from "@adk/bcd";
import { finding } from "@adk/cli-kit/schemas";
import { type Finding, fromSystemError, type LongOperation, parseSourceName } from "@adk/core";
import { editImage, exportWim, putFiles } from "@adk/image";
import { openSource } from "@adk/sources";
import * as z from "zod";
import { STORE_PATHS } from "../bcdboot/boot-files.ts";
import { customize, type WinPeChanges } from "./customize.ts";
import { firmwaresOf, putBootManager, putMediaFiles, putOwnFiles } from "./media-files.ts";
import { makeDirectory } from "./new-directory.ts";
import { planComponents, plannedComponent } from "./optional-components.ts";

/** `adk media winpe` */
export const createWinPeResult = z.object({
  directory: z.string(),
  /** The image that is started. */
  bootWim: z.string(),
  firmware: z.array(z.enum(["uefi", "bios"])),
  /** What was changed in the image. */
  changes: z.array(
    z.object({ change: z.enum(["add", "replace", "remove"]), path: z.string(), size: z.number().optional() }),
  ),
  /** What is still to be added with Windows' own servicing, in this order. */
  components: z.array(plannedComponent),
  findings: z.array(finding),
});
export type CreateWinPeResult = z.output<typeof createWinPeResult>;

export interface CreateWinPeOptions extends WinPeChanges, LongOperation {
  /** Where the boot files come from: an ISO, or the ADK's `Media` folder. Default: the image of Windows PE itself. */
  readonly media?: string | undefined;
  /** Of the boot menu. Default `en-US`. */
  readonly locale?: string | undefined;
  /** An answer file of Windows PE, for the root of the medium. */
  readonly unattend?: string | undefined;
  /** A `bootmgfw.efi` that UEFI starts in place of the one that the boot files bring along. */
  readonly bootManager?: string | undefined;
  /** Files of the host, by their places on the medium: boot images for discs of it. */
  readonly mediumFiles?: ReadonlyMap<string, string> | undefined;
  /** Directories of drivers for the medium, in `$WinPEDriver$`, from which Windows Setup takes them. */
  readonly mediumDrivers?: readonly string[] | undefined;
  /** Optional components, and the folder `WinPE_OCs` that has them. */
  readonly components?: { readonly folder: string; readonly names: readonly string[] } | undefined;
  readonly threads?: number | undefined;
}

/**
 * Makes the directory of a medium that starts Windows PE, of the user's own files: complete under its name, or not at all.
 *
 * @param bootWim `boot.wim`, `winpe.wim:1`, `setup.iso!/sources/boot.wim:1`; without a number the image 1
 * @throws AdkError `ALREADY_EXISTS`, `IMAGE_NOT_WINPE`, `WINPE_NO_BOOT_FILES` ...
 */
export async function createWinPe(
  bootWim: string,
  directory: string,
  options: CreateWinPeOptions,
): Promise<CreateWinPeResult> {
  const components = options.components
    ? await planComponents(options.components.folder, options.components.names, options.locale?.toLowerCase())
    : [];
  const image = parseSourceName(bootWim).selector === undefined ? `${bootWim}:1` : bootWim;
  return makeDirectory(directory, async (work) => {
    const wim = join(work, "sources", "boot.wim");
    await mkdir(dirname(wim));
    const { signal, onProgress, threads } = options;
    await exportWim(image, wim, { boot: true, signal, onProgress, threads });
    const operation = { signal, onProgress, threads };
    const edited = await editImage(
      `${wim}:1`,
      async (session) => void (await customize(session, options, image)),
      operation,
    );
    const findings: Finding[] = [...edited.findings];
    const firmware = await layOut(work, `${wim}:1`, options, findings);
    if (components.length > 0) findings.push(notAdded(components.length));
    if (components.length > 0 && !components.some(({ language }) => language !== undefined)) {
      findings.push(notLocalized(options.locale ?? "en-us"));
    }
    return { directory, bootWim, firmware, changes: edited.changes, components, findings };
  });
}

/** Boot files, stores and the answer file. */
async function layOut(
  work: string,
  image: string,
  options: CreateWinPeOptions,
  findings: Finding[],
): Promise<Firmware[]> {
  let firmware: Firmware[] = [];
  const { signal, onProgress, locale } = options;
  const { unattend, bootManager, mediumFiles = new Map(), mediumDrivers = [] } = options;
  const result = await editImage(
    work,
    async (session) => {
      if (options.media !== undefined) await putMediaFiles(session, session.addVolume(await openSource(options.media)));
      else await putOwnFiles(session, session.addVolume(await openSource(image)));
      if (bootManager !== undefined) await putBootManager(session, await readHostFile(bootManager), bootManager);
      firmware = await firmwaresOf(session.volume);
      for (const each of firmware) {
        const store = createWinPeStore({ firmware: each, time: session.time, ...(locale !== undefined && { locale }) });
        await session.addFile(STORE_PATHS[each], store.toBytes(), session.time);
      }
      for (const [path, host] of mediumFiles) await session.addFile(path, await readHostFile(host), session.time);
      for (const host of mediumDrivers) await putFiles(session, host, `/$WinPEDriver$/${basename(host)}`);
      if (unattend !== undefined) await session.addFile("/Unattend.xml", await readHostFile(unattend), session.time);
    },
    { signal, onProgress },
  );
  findings.push(...result.findings);
  return firmware;
}

async function readHostFile(host: string): Promise<Uint8Array> {
  try {
    return await readFile(host);
  } catch (error) {
    throw fromSystemError(error, host);
  }
}

function notAdded(count: number): Finding {
  const message = `${count} cabinets of optional components are planned, not added: that needs Windows' own servicing (DISM /Add-Package).`;
  return { severity: "warning", code: "WINPE_COMPONENTS_PLANNED", message };
}

function notLocalized(language: string): Finding {
  const message = `The folder has no parts of the components for the language ${language}.`;
  return { severity: "warning", code: "WINPE_COMPONENTS_LANGUAGE", message };
}
