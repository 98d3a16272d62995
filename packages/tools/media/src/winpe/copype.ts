import { copyFile, cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { AdkError } from "@adk/core";
import { type AdkFolders, findBelow } from "./adk-folders.ts";
import { makeDirectory } from "./new-directory.ts";

/**
 * Makes the working directory of Windows PE from the user's ADK: `media`, `mount` and `fwfiles`, as copype does; complete or not at all.
 *
 * @param architecture `amd64`, `x86`, `arm`, `arm64`
 * @throws AdkError `COPYPE_NO_ARCHITECTURE`, `COPYPE_NO_FIRMWARE`, `COPYPE_NO_WIM`, `ALREADY_EXISTS`
 */
export async function copyPe(architecture: string, destination: string, folders: AdkFolders): Promise<void> {
  const source = await findBelow(folders.winPe, architecture);
  if (!source) {
    const message = "The following processor architecture was not found:";
    throw new AdkError("COPYPE_NO_ARCHITECTURE", message, { found: architecture });
  }
  const oscdimg = join(folders.oscdimg, "..", "..", architecture, "Oscdimg");
  const firmware = await findBelow(join(folders.oscdimg, "..", ".."), architecture, "Oscdimg");
  if (!firmware) {
    const message = "The following path for firmware files was not found:";
    throw new AdkError("COPYPE_NO_FIRMWARE", message, { found: oscdimg });
  }
  const wim = await findBelow(source, "en-us", "winpe.wim");
  if (!wim) {
    const found = join(source, "en-us", "winpe.wim");
    throw new AdkError("COPYPE_NO_WIM", "WinPE WIM file does not exist:", { found });
  }
  await makeDirectory(destination, async (work) => {
    const media = join(work, "media");
    const own = await findBelow(source, "Media");
    if (own) await cp(own, media, { recursive: true });
    await mkdir(join(media, "sources"), { recursive: true });
    await mkdir(join(work, "mount"));
    await mkdir(join(work, "fwfiles"));
    await copyFile(wim, join(media, "sources", "boot.wim"));
    for (const name of ["efisys.bin", "etfsboot.com"]) {
      const file = await findBelow(firmware, name);
      if (file) await copyFile(file, join(work, "fwfiles", name));
    }
  });
}
