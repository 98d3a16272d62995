import { mkdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { AdkError, fromSystemError, randomGuid } from "@adk/core";

/**
 * Makes a directory that appears under its name when it is complete, or not at all.
 *
 * @param fill gets the directory beside its place in which it is made
 * @throws AdkError `ALREADY_EXISTS`
 */
export async function makeDirectory<T>(directory: string, fill: (work: string) => Promise<T>): Promise<T> {
  if (await stat(directory).catch(() => undefined)) {
    throw new AdkError("ALREADY_EXISTS", "Destination directory exists.", { kind: "environment", file: directory });
  }
  const work = join(dirname(directory), `.${basename(directory).slice(0, 32)}.${randomGuid()}`);
  try {
    await mkdir(work);
    const result = await fill(work);
    await rename(work, directory);
    return result;
  } catch (error) {
    await rm(work, { recursive: true, force: true });
    throw fromSystemError(error, directory);
  }
}
