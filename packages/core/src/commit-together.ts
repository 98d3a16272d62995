import { link, lstat, rename, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { AtomicFile } from "./atomic-file.ts";
import { fromSystemError } from "./errors.ts";
import { randomGuid } from "./guid.ts";

/** A file that is complete and waits to appear: an `AtomicFile`, or one with the same steps. */
export type PendingFile = Pick<AtomicFile, "path" | "overwrite" | "sync" | "commit" | "discard">;

/**
 * Makes several files appear that are only of use together, and others go that are not any more: all of that or, after an
 * error, nothing, with what was there before back in its place. File systems rename one file at a time: a crash of the machine
 * between two renames leaves some files new, and beside them the old ones under hidden names that end in `.old`.
 *
 * @param obsolete paths of files that are removed
 * @throws AdkError `ALREADY_EXISTS`, `DISK_FULL`, `IO_ERROR` ...
 */
export async function commitTogether(files: readonly PendingFile[], obsolete: readonly string[] = []): Promise<void> {
  const undo: (() => Promise<void>)[] = [];
  const kept: string[] = [];
  const keep = async (path: string, move: (from: string, to: string) => Promise<void>) => {
    const old = join(dirname(path), `.${basename(path).slice(0, 32)}.${randomGuid()}.old`);
    await move(path, old);
    kept.push(old);
    undo.push(async () => {
      await rename(old, path);
      // Two names of one file stay two: `rename` does nothing then.
      await unlink(old).catch(() => {});
    });
  };
  try {
    // What takes room and may fail comes before the first of them appears.
    for (const file of files) await file.sync();
    for (const file of files) {
      const replaces = file.overwrite && (await exists(file.path));
      if (replaces) await keep(file.path, linkOrRename);
      await file.commit();
      if (!replaces) undo.push(() => unlink(file.path));
    }
    for (const path of obsolete) await keep(path, rename);
  } catch (error) {
    await Promise.all(files.map((file) => file.discard()));
    // The first error is told; whatever can be put back is.
    for (const step of undo.reverse()) await step().catch(() => {});
    throw fromSystemError(error);
  }
  await Promise.all(kept.map((old) => unlink(old).catch(() => {})));
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    (info) => !info.isDirectory(),
    () => false,
  );
}

/** Gives a file a second name; without hard links (FAT) its place is free for a moment. */
async function linkOrRename(path: string, other: string): Promise<void> {
  await link(path, other).catch(() => rename(path, other));
}
