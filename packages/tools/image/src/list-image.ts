import { AdkError, type Volume, walk } from "@adk/core";
import { EntryDescriber } from "./describe-entry.ts";
import type { WimDirEntry } from "./schemas.ts";

/** Everything that a volume keeps about the entries below a path, the entry itself first, in batches. */
export async function* listImage(volume: Volume, path = "/"): AsyncGenerator<WimDirEntry[]> {
  const from = await volume.lookup(path.replaceAll("\\", "/"));
  if (!from) {
    throw new AdkError("PATH_NOT_FOUND", "The image has no such path.", { file: volume.name, found: path });
  }
  const describer = new EntryDescriber(volume);
  for await (const batch of walk(volume, from)) {
    const described: WimDirEntry[] = [];
    for (const entry of batch) described.push(await describer.describe(entry));
    yield described;
  }
}
