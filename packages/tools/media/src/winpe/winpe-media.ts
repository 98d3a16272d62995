import { rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { AdkError, type Filetime, randomGuid } from "@adk/core";
import * as z from "zod";
import { diskFormatOf } from "../disk-format.ts";
import { EFISYS, EFISYS_NO_PROMPT, ETFSBOOT } from "../media/boot-look-up.ts";
import { createMediaIso, createMediaIsoResult } from "../media/media-iso.ts";
import { createMediaUsb, createMediaUsbResult } from "../media/media-usb.ts";
import { findAdkWinPe } from "./adk-folders.ts";
import { type CreateWinPeOptions, createWinPe, createWinPeResult } from "./create-winpe.ts";
import { createPxe, createPxeResult } from "./pxe.ts";

/** `adk media winpe` */
export const winPeMediaResult = createWinPeResult.extend({
  /** Of the medium, where it was to be kept. */
  directory: z.string().optional(),
  iso: createMediaIsoResult.optional(),
  usb: createMediaUsbResult.optional(),
  pxe: createPxeResult.optional(),
});
export type WinPeMediaResult = z.output<typeof winPeMediaResult>;

/** Where Windows PE and its boot files come from: one of them at least. */
export interface WinPeSource {
  /** `boot.wim`, `winpe.wim:1`. Default: that of the medium, or of the ADK. */
  readonly bootWim?: string | undefined;
  /** A medium of Windows: an ISO, a directory. */
  readonly media?: string | undefined;
  /** A folder of the ADK. */
  readonly adk?: string | undefined;
  /** `amd64`, `x86`, `arm`, `arm64`: which of the ADK. */
  readonly architecture: string;
}

/** What is made; one of them at least. Paths of the host. */
export interface WinPeTargets {
  /** The directory of the medium. */
  readonly directory?: string | undefined;
  readonly iso?: string | undefined;
  readonly usb?: string | undefined;
  /** A folder for a web server. */
  readonly pxe?: string | undefined;
}

export interface WinPeMediaOptions extends Omit<CreateWinPeOptions, "components" | "media" | "mediumFiles"> {
  /** Names of optional components to plan. */
  readonly componentNames?: readonly string[] | undefined;
  /** The folder `WinPE_OCs`. Default: that of the ADK. */
  readonly componentsFolder?: string | undefined;
  readonly label: string;
  /** The disc starts without asking for a key. */
  readonly noPrompt?: boolean | undefined;
  /** Where the folder for the web server will be found. */
  readonly url?: string | undefined;
  /** FILETIME of disc and stick. */
  readonly time: Filetime;
}

/**
 * Makes a medium of Windows PE, and of it a disc, the image of a stick, a folder for network boot.
 *
 * @throws AdkError `WINPE_NO_SOURCE`, `WINPE_NO_TARGET`, `ALREADY_EXISTS` and what each of them throws
 */
export async function createWinPeMedia(
  source: WinPeSource,
  targets: WinPeTargets,
  options: WinPeMediaOptions,
): Promise<WinPeMediaResult> {
  const { iso, usb, pxe } = targets;
  const found = await findSource(source, options);
  const [first] = [targets.directory, iso, usb, pxe].filter((path) => path !== undefined);
  if (first === undefined) {
    throw new AdkError("WINPE_NO_TARGET", "There is nothing to make.", {
      kind: "usage",
      expected: "--out, --iso, --usb or --pxe",
    });
  }
  // Before the work begins, which takes its time.
  for (const path of [iso, usb]) if (path !== undefined) await refuseExisting(path);
  const directory = targets.directory ?? join(dirname(first), `.${basename(first).slice(0, 32)}.${randomGuid()}.media`);
  const { time, label, noPrompt, signal, onProgress } = options;
  try {
    const { bootWim, ...rest } = found;
    const made = await createWinPe(bootWim, directory, { ...options, ...rest });
    const operation = { time, signal, onProgress };
    return {
      ...made,
      directory: targets.directory,
      iso:
        iso === undefined
          ? undefined
          : await createMediaIso(directory, iso, { label, name: label, noPrompt, ...operation }),
      usb:
        usb === undefined
          ? undefined
          : await createMediaUsb(directory, usb, {
              format: diskFormatOf(usb),
              label: label.slice(0, 11),
              ...operation,
            }),
      pxe: pxe === undefined ? undefined : await createPxe(directory, pxe, { url: options.url }),
    };
  } finally {
    if (targets.directory === undefined) await rm(directory, { recursive: true, force: true });
  }
}

/** Everything that `createWinPe` takes from a source. */
async function findSource(
  { bootWim, media, adk, architecture }: WinPeSource,
  { componentNames: names, componentsFolder, bootManager }: WinPeMediaOptions,
): Promise<Pick<CreateWinPeOptions, "media" | "mediumFiles" | "components"> & { bootWim: string }> {
  const kit = adk === undefined ? undefined : await findAdkWinPe(adk, architecture);
  const image = bootWim ?? (media === undefined ? kit?.bootWim : `${media}!/sources/boot.wim:1`);
  if (image === undefined) {
    throw new AdkError("WINPE_NO_SOURCE", "There is no Windows PE to take.", {
      kind: "usage",
      expected: "--boot-wim, --media or --adk",
    });
  }
  const folder = componentsFolder ?? kit?.components;
  if (names && folder === undefined) {
    throw new AdkError("WINPE_NO_COMPONENTS", "There is no folder of optional components.", {
      kind: "usage",
      expected: "--components FOLDER, or --adk with the folder WinPE_OCs",
    });
  }
  const places: Readonly<Record<string, string>> = {
    "etfsboot.com": ETFSBOOT,
    "efisys.bin": EFISYS,
    "efisys_noprompt.bin": EFISYS_NO_PROMPT,
  };
  const mediumFiles = new Map<string, string>();
  for (const [name, host] of kit?.bootImages ?? []) {
    // A boot manager of the user's own would not be started by these.
    if (name === "etfsboot.com" || bootManager === undefined) mediumFiles.set(places[name] as string, host);
  }
  return {
    bootWim: image,
    media: media ?? kit?.media,
    mediumFiles,
    components: names && folder !== undefined ? { folder, names } : undefined,
  };
}

async function refuseExisting(path: string): Promise<void> {
  if (!(await stat(path).catch(() => undefined))) return;
  throw new AdkError("ALREADY_EXISTS", "This exists already.", { kind: "environment", file: path });
}
