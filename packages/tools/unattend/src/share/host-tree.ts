import { lstat, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { AdkError, AtomicFile, check, checkExtractionName, fromSystemError, randomGuid } from "@adk/core";

/** A file or directory below another, on this machine. */
export interface HostItem {
  /** Relative, with slashes. */
  readonly path: string;
  readonly isDirectory: boolean;
  readonly size: number;
}

const MOST_ITEMS = 200_000;

/** Everything below a directory, sorted. Symbolic links are refused: they could lead anywhere. */
export async function listTree(root: string): Promise<HostItem[]> {
  const items: HostItem[] = [];
  const pending = [""];
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    for (const name of (await names(join(root, directory))).sort()) {
      const path = directory === "" ? name : `${directory}/${name}`;
      const info = await lstat(join(root, path));
      check(!info.isSymbolicLink(), () => {
        return new AdkError("SHARE_HAS_LINK", "A symbolic link is not copied.", {
          file: join(root, path),
          hint: "Put the file itself in its place.",
        });
      });
      check(items.length < MOST_ITEMS, () => {
        return new AdkError("LIMIT_EXCEEDED", "There are too many files.", {
          file: root,
          expected: `at most ${MOST_ITEMS}`,
        });
      });
      items.push({ path, isDirectory: info.isDirectory(), size: info.isDirectory() ? 0 : info.size });
      if (info.isDirectory()) pending.push(path);
    }
  }
  return items.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function names(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    throw fromSystemError(error, directory);
  }
}

export interface CopyResult {
  readonly files: number;
  readonly bytes: number;
}

/**
 * Copies a file or directory to a place that must be free: complete, or not at all.
 *
 * @throws AdkError `ALREADY_EXISTS`, `SHARE_HAS_LINK`, `FILE_NOT_FOUND` ...
 */
export async function copyTree(source: string, target: string): Promise<CopyResult> {
  const info = await lstat(source).catch((error: unknown) => {
    throw fromSystemError(error, source);
  });
  await makeDirectory(join(target, ".."));
  if (!info.isDirectory()) return await copyFile(source, target);
  const exists = await lstat(target).then(
    () => true,
    () => false,
  );
  check(
    !exists,
    () =>
      new AdkError("ALREADY_EXISTS", "There is something of this name already.", { kind: "environment", file: target }),
  );
  const temporary = `${target}.${randomGuid()}.tmp`;
  let files = 0;
  let bytes = 0;
  try {
    await makeDirectory(temporary);
    for (const item of await listTree(source)) {
      for (const name of item.path.split("/")) checkExtractionName(name);
      if (item.isDirectory) await makeDirectory(join(temporary, item.path));
      else {
        bytes += (await copyFile(join(source, item.path), join(temporary, item.path))).bytes;
        files++;
      }
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw fromSystemError(error, target);
  }
  return { files, bytes };
}

async function copyFile(source: string, target: string): Promise<CopyResult> {
  const content = await readFile(source).catch((error: unknown) => {
    throw fromSystemError(error, source);
  });
  await using file = await AtomicFile.create(target);
  await file.write(content);
  await file.commit();
  return { files: 1, bytes: content.length };
}

export async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw fromSystemError(error, path);
  }
}
