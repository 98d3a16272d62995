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
