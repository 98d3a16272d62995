import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import { AdkError, AtomicFile, check, FileAccess, fromSystemError } from "@adk/core";
import { isHive, LOG_BASE_BLOCK_SIZE } from "./base-block.ts";

/** A hive that was written. */
export interface SavedHive {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Where the file is that it replaced. */
  readonly backup?: string;
}

/** A file as it was when it was opened. */
export interface OpenedFile {
  readonly path: string;
  /** Its first 512 bytes, which any write changes. */
  readonly head: Uint8Array;
}

/**
 * Writes a hive: complete under its name, or not at all. What it replaces is kept as `PATH.bak` first, complete before the
 * hive is touched.
 *
 * @throws AdkError `ALREADY_EXISTS`, `REG_CHANGED`, `REG_BACKUP_IN_THE_WAY`, `DISK_FULL` ...
 */
export async function saveHive(
  path: string,
  bytes: Uint8Array,
  { overwrite = false, opened }: { overwrite?: boolean | undefined; opened?: OpenedFile | undefined },
): Promise<SavedHive> {
  const place = await realPlace(path);
  const existing = await openExisting(place);
  let backup: string | undefined;
  try {
    const isOpened = existing !== undefined && opened !== undefined && (await realPlace(opened.path)) === place;
    if (existing && isOpened) await checkUnchanged(existing, opened);
    if (existing && (isOpened || overwrite)) backup = await keep(existing, `${place}.bak`);
    await using file = await AtomicFile.create(place, { overwrite: isOpened || overwrite });
    await file.write(bytes);
    await file.commit();
  } finally {
    await existing?.close();
  }
  return { path, size: bytes.length, ...(backup !== undefined && { backup }) };
}

/** Where a path leads: a symbolic link stays, and what it points to is replaced. */
async function realPlace(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path));
}

async function openExisting(path: string): Promise<FileAccess | undefined> {
  try {
    return await FileAccess.open(path);
  } catch (error) {
    if (error instanceof AdkError && error.code === "FILE_NOT_FOUND") return undefined;
    throw fromSystemError(error, path);
  }
}

async function checkUnchanged(file: FileAccess, opened: OpenedFile): Promise<void> {
  const head = await file.read(0, Math.min(file.size, LOG_BASE_BLOCK_SIZE));
  check(Buffer.compare(head, opened.head) === 0, () => {
    return new AdkError("REG_CHANGED", "The hive was changed by someone else since it was opened.", {
      kind: "environment",
      file: opened.path,
      hint: "Nothing was written. Open it again.",
    });
  });
}

/** Copies a file to its back-up; an older back-up gives way, anything else does not. */
async function keep(file: FileAccess, backup: string): Promise<string> {
  const there = await openExisting(backup);
  const inTheWay = there !== undefined && !isHive(await there.read(0, Math.min(4, there.size)));
  await there?.close();
  check(!inTheWay, () => {
    return new AdkError("REG_BACKUP_IN_THE_WAY", "The place of the back-up is taken by a file that is no hive.", {
      kind: "environment",
      file: backup,
    });
  });
  await using copy = await AtomicFile.create(backup, { overwrite: true });
  for (let at = 0; at < file.size; at += 1 << 20)
    await copy.write(await file.read(at, Math.min(1 << 20, file.size - at)));
  await copy.commit();
  return backup;
}
