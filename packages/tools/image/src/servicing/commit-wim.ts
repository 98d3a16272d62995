import { AdkError, type Findings, isWithin, type LayeredVolume, type LongOperation } from "@adk/core";
import { applyUpdate, planUpdate, type UpdateCommand, WimWriter } from "@adk/wim";
import { oneImage, openWim } from "../open-wim.ts";

/** SHA-1 of the metadata of an image, which has the SHA-1 of all its data. */
export async function imageIdentity(name: string): Promise<string> {
  await using opened = await openWim(name);
  return opened.file.metadataBlob(oneImage(opened)).sha1;
}

/**
 * Writes what differs from the image into its WIM file, in one update: the file is whole at any moment, with the image as it
 * was or as it is to be.
 *
 * @param name `FILE:IMAGE`
 * @param identity what the metadata was when the edits began
 * @throws AdkError `SESSION_BASE_CHANGED` where the image was changed meanwhile
 */
export async function commitToWim(
  name: string,
  identity: string,
  volume: LayeredVolume,
  options: LongOperation & { threads?: number | undefined; time: bigint; findings: Findings },
): Promise<void> {
  await using opened = await openWim(name);
  const { file } = opened;
  const index = oneImage(opened);
  if (file.metadataBlob(index).sha1 !== identity) {
    throw new AdkError("SESSION_BASE_CHANGED", "The image was changed since the session was opened.", {
      kind: "environment",
      file: name,
      hint: "Discard the session and make the edits anew.",
    });
  }
  const plan = await planUpdate(file, index, await commandsOf(volume), options);
  if (plan.changes.length === 0) return;
  await using writer = await WimWriter.append(file, { threads: options.threads });
  await applyUpdate(writer, plan, options);
  await writer.finish(options);
}

/** A directory that is new is added with all that is below it. */
async function commandsOf(volume: LayeredVolume): Promise<UpdateCommand[]> {
  const commands: UpdateCommand[] = [];
  let added: string | undefined;
  for await (const each of volume.differences()) {
    if (each.change === "remove") commands.push({ kind: "delete", path: each.path, recursive: true });
    else if (added === undefined || !isWithin(each.entry.path, added)) {
      added = each.entry.path;
      commands.push({ kind: "add", volume, entry: each.entry, target: added });
    }
  }
  return commands;
}
