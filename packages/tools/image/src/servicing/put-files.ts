import { lstat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { AdkError, childPath, fromSystemError, walk } from "@adk/core";
import type { EditTarget } from "./edit-target.ts";

/** Puts a file of the host at a path; a directory with all that it holds. @throws AdkError `FILE_NOT_FOUND` */
export async function putFiles(target: EditTarget, host: string, path: string): Promise<void> {
  try {
    await lstat(host);
  } catch (error) {
    throw fromSystemError(error, host);
  }
  const source = await target.openHost(dirname(host));
  const entry = await source.volume.lookup(childPath("/", basename(host)));
  if (!entry) throw new AdkError("FILE_NOT_FOUND", "Windows has no file of such a name.", { file: host });
  for await (const batch of walk(source.volume, entry)) {
    for (const each of batch) await target.addEntry(source, each, path + each.path.slice(entry.path.length));
  }
}

/** @throws AdkError `PATH_NOT_FOUND` unless `force` */
export async function removePaths(target: EditTarget, paths: readonly string[], force = false): Promise<void> {
  for (const path of paths) {
    if ((await target.remove(path)) || force) continue;
    throw new AdkError("PATH_NOT_FOUND", "The image has no such path.", {
      file: target.volume.name,
      found: path,
      hint: "With --force it is no error.",
    });
  }
}
