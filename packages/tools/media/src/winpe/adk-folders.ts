import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { AdkError } from "@adk/core";

/** Where the user's own ADK is, as its prompt sets it up: `WinPERoot`, `OSCDImgRoot`. */
export interface AdkFolders {
  readonly winPe: string;
  /** The folder `<architecture>/Oscdimg` of any architecture. */
  readonly oscdimg: string;
}

/** @throws AdkError `COPYPE_NO_ADK` */
export function adkFolders(env: NodeJS.ProcessEnv): AdkFolders {
  const { WinPERoot: winPe, OSCDImgRoot: oscdimg } = env;
  if (winPe && oscdimg) return { winPe, oscdimg };
  throw new AdkError("COPYPE_NO_ADK", "The ADK's folders are not known.", {
    kind: "usage",
    hint: 'Set WinPERoot to ".../Windows Preinstallation Environment", and OSCDImgRoot to ".../Deployment Tools/amd64/Oscdimg".',
  });
}

/** The path of names below a directory, in any case, as Windows finds them; undefined where there is none. */
export async function findBelow(directory: string, ...names: readonly string[]): Promise<string | undefined> {
  let path = directory;
  for (const name of names) {
    const there = await readdir(path).catch(() => []);
    const found = there.find((each) => each.toLowerCase() === name.toLowerCase());
    if (found === undefined) return undefined;
    path = join(path, found);
  }
  return (await stat(path).catch(() => undefined)) && path;
}

/** What a folder of the ADK has for Windows PE of one architecture; paths of the host. */
export interface AdkWinPe {
  readonly bootWim: string;
  /** The folder `Media`. */
  readonly media: string;
  /** The folder `WinPE_OCs`. */
  readonly components: string | undefined;
  /** `etfsboot.com`, `efisys.bin`, `efisys_noprompt.bin`: those that are there, by their names. */
  readonly bootImages: ReadonlyMap<string, string>;
}

const BOOT_IMAGES = ["etfsboot.com", "efisys.bin", "efisys_noprompt.bin"];

/**
 * Looks for Windows PE in an ADK that is installed or copied.
 *
 * @param adk the folder `Assessment and Deployment Kit`, or `Windows Preinstallation Environment` in it
 * @param architecture `amd64`, `x86`, `arm`, `arm64`
 * @throws AdkError `COPYPE_NO_ARCHITECTURE`, `COPYPE_NO_WIM`
 */
export async function findAdkWinPe(adk: string, architecture: string): Promise<AdkWinPe> {
  const winPe = (await findBelow(adk, "Windows Preinstallation Environment")) ?? adk;
  const folder = await findBelow(winPe, architecture);
  if (!folder) {
    throw new AdkError("COPYPE_NO_ARCHITECTURE", "The ADK's folder has no Windows PE of this architecture.", {
      kind: "usage",
      file: adk,
      found: architecture,
      hint: 'Name the folder "Assessment and Deployment Kit", and install its add-on for Windows PE.',
    });
  }
  const bootWim = await findBelow(folder, "en-us", "winpe.wim");
  const media = await findBelow(folder, "Media");
  if (!bootWim || !media) {
    const expected = join(folder, bootWim ? "Media" : "en-us/winpe.wim");
    throw new AdkError("COPYPE_NO_WIM", "The ADK's Windows PE is not complete.", { file: folder, expected });
  }
  const bootImages = new Map<string, string>();
  for (const name of BOOT_IMAGES) {
    const file = await findBelow(join(winPe, ".."), "Deployment Tools", architecture, "Oscdimg", name);
    if (file) bootImages.set(name, file);
  }
  return { bootWim, media, components: await findBelow(folder, "WinPE_OCs"), bootImages };
}
