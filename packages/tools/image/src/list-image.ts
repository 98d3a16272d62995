import { AdkError, type Volume, type VolumeEntry, walk } from "@adk/core";
import { EntryDescriber } from "./describe-entry.ts";
import type { WimDirEntry } from "./schemas.ts";

/** The entries below a path, the entry itself first, in batches. @throws AdkError `PATH_NOT_FOUND` */
export async function* walkPath(volume: Volume, path = "/"): AsyncGenerator<readonly VolumeEntry[]> {
  const from = await volume.lookup(path.replaceAll("\\", "/"));
  if (!from) {
    throw new AdkError("PATH_NOT_FOUND", "The image has no such path.", { file: volume.name, found: path });
  }
  yield* walk(volume, from);
}

/** The same with everything that the volume keeps about them. */
export async function* listImage(volume: Volume, path?: string): AsyncGenerator<WimDirEntry[]> {
  const describer = new EntryDescriber(volume);
  for await (const batch of walkPath(volume, path)) {
    const described: WimDirEntry[] = [];
    for (const entry of batch) described.push(await describer.describe(entry));
    yield described;
  }
}
