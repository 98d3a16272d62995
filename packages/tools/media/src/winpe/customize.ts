import { readFile } from "node:fs/promises";
import { AdkError, fromSystemError } from "@adk/core";
import {
  type AddedDriver,
  addDrivers,
  applySettings,
  type EditSession,
  editRegistry,
  type ImageSettings,
  putFiles,
} from "@adk/image";

/** What is changed in the image of Windows PE. Paths are those of the host. */
export interface WinPeChanges {
  /** INF files, or directories with drivers, which are looked through with all below. */
  readonly drivers?: readonly string[] | undefined;
  readonly forceUnsigned?: boolean | undefined;
  /** What `startnet.cmd` becomes. */
  readonly startnet?: string | undefined;
  readonly winpeshl?: string | undefined;
  /** A JPEG. */
  readonly wallpaper?: string | undefined;
  /** Files and directories, with their places in the image: `/Tools/x.exe`. */
  readonly files?: readonly { readonly from: string; readonly to: string }[] | undefined;
  readonly scratchSpace?: ImageSettings["scratchSpace"];
  readonly targetPath?: ImageSettings["targetPath"];
}

const SYSTEM32 = "/Windows/System32";

/**
 * Makes the changes in an image that is open; all are seen at once, and count when it is committed.
 *
 * @param name of the image, for errors
 */
export async function customize(session: EditSession, changes: WinPeChanges, name: string): Promise<AddedDriver[]> {
  const { drivers = [], files = [], scratchSpace, targetPath, forceUnsigned } = changes;
  const { time, findings } = session;
  if (!(await session.volume.lookup(`${SYSTEM32}/config/SYSTEM`))) {
    throw new AdkError("IMAGE_NOT_WINPE", "The image holds no Windows PE.", { file: name });
  }
  const texts = { "startnet.cmd": changes.startnet, "winpeshl.ini": changes.winpeshl, "winpe.jpg": changes.wallpaper };
  for (const [name, host] of Object.entries(texts)) {
    if (host !== undefined) await session.addFile(`${SYSTEM32}/${name}`, await readWhole(host), time);
  }
  for (const { from, to } of files) await putFiles(session, from, to);
  if (scratchSpace !== undefined || targetPath !== undefined) {
    await editRegistry(session, (edits) => applySettings(edits, { scratchSpace, targetPath }));
  }
  return drivers.length === 0 ? [] : addDrivers(session, drivers, { time, findings, recurse: true, forceUnsigned });
}

async function readWhole(host: string): Promise<Uint8Array> {
  try {
    return await readFile(host);
  } catch (error) {
    throw fromSystemError(error, host);
  }
}
