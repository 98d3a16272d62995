import { chmod, lstat, mkdir, rename, rmdir, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  AdkError,
  type Findings,
  filetimeToUnixNanoseconds,
  fromSystemError,
  type LayeredVolume,
  type LongOperation,
  SESSION_NAME,
  splitPath,
  syncDirectory,
} from "@adk/core";
import {
  dataLost,
  isRunning,
  type SessionChange,
  SessionFolder,
  type SessionState,
  thisProcess,
} from "./session-folder.ts";

/**
 * Makes what differs true in a directory of the host: all of it, or nothing where that fails. The data is prepared in a
 * session inside the directory; then that is marked as committing, and every step is a rename. After a crash `finishCommit`
 * brings the work to its end.
 *
 * @throws AdkError `SESSION_BUSY`, `SESSION_HALF_DONE`, and those of the host
 */
export async function commitToDirectory(
  directory: string,
  state: SessionState,
  volume: LayeredVolume,
  operation: LongOperation,
): Promise<void> {
  const inside = new SessionFolder(join(directory, SESSION_NAME));
  const opened = { ...state, owner: thisProcess(), changes: [] };
  await inside.create(opened);
  try {
    const prepared = await inside.save(opened, volume, operation);
    if (prepared.changes.length > 0) {
      await inside.writeState({ ...prepared, committing: true });
      await carryOutAll(directory, inside, prepared.changes);
    }
  } catch (error) {
    if (!(error instanceof AdkError && error.code === "SESSION_HALF_DONE")) await inside.remove();
    throw error;
  }
  await inside.remove();
}

/**
 * What an earlier commit left in a directory when its process ended: one that was carrying out its changes is brought to its
 * end, one that was still preparing them has changed nothing and is cleared away.
 *
 * @throws AdkError `SESSION_BUSY` while another process edits the directory
 */
export async function finishCommit(directory: string, findings: Findings): Promise<void> {
  const inside = new SessionFolder(join(directory, SESSION_NAME));
  if (await inside.exists()) {
    const { owner, committing, changes } = await inside.readState();
    if (owner && isRunning(owner)) {
      throw new AdkError("SESSION_BUSY", `Process ${owner.pid} on ${owner.host} is changing this directory.`, {
        kind: "environment",
        file: directory,
        hint: `Wait for it; if it is known to be gone, remove "owner" from ${SESSION_NAME}/session.json.`,
      });
    }
    if (committing) {
      await carryOutAll(directory, inside, changes);
      findings.add({
        severity: "info",
        code: "SESSION_FINISHED",
        message: "An interrupted change of the directory was brought to its end.",
        where: { file: directory },
      });
    }
  }
  await inside.remove();
}

async function carryOutAll(directory: string, folder: SessionFolder, changes: readonly SessionChange[]): Promise<void> {
  const touched = new Set<string>();
  try {
    for (const [number, change] of changes.entries()) {
      const target = join(directory, change.path);
      await checkParents(directory, change.path);
      touched.add(dirname(target));
      await carryOut(change, number, target, folder);
    }
  } catch (error) {
    await takeBack(directory, folder, changes).catch((cause: unknown) => {
      throw new AdkError("SESSION_HALF_DONE", "The changes were neither finished nor all taken back.", {
        kind: "environment",
        file: directory,
        found: String(cause),
        hint: "Nothing is lost: remove the cause and repeat the command, which first brings this to its end.",
      });
    });
    throw fromSystemError(error, directory);
  }
  for (const each of touched) await syncDirectory(each);
}

/** One step; done before, it does nothing. */
export async function carryOut(
  change: SessionChange,
  number: number,
  target: string,
  folder: SessionFolder,
): Promise<void> {
  const old = folder.oldPath(number);
  if (change.change === "remove") {
    // What has the name after that is new: a later change put it there.
    if (!(await exists(old)) && (await exists(target))) await rename(target, old);
    return;
  }
  if (change.change === "directory") {
    if (!(await exists(target))) await mkdir(target);
    return;
  }
  const data = folder.dataPath(change.data);
  const replaced = await lstat(target).catch(() => undefined);
  if (!(await exists(data))) {
    if (replaced) return;
    throw dataLost(data);
  }
  if (replaced?.isFile()) await chmod(data, replaced.mode);
  if (replaced) await rename(target, old);
  const time = Number(filetimeToUnixNanoseconds(BigInt(change.time)) / 1000n) / 1e6;
  await utimes(data, time, time);
  await rename(data, target);
}

/** Undoes what was done, the last step first. */
async function takeBack(directory: string, folder: SessionFolder, changes: readonly SessionChange[]): Promise<void> {
  for (const [number, change] of [...changes.entries()].reverse()) {
    const target = join(directory, change.path);
    // A directory that holds something was there before, or gets its content from outside: it stays.
    if (change.change === "directory") await rmdir(target).catch(() => {});
    else if (change.change === "file" && !(await exists(folder.dataPath(change.data))) && (await exists(target))) {
      await rename(target, folder.dataPath(change.data));
    }
    const old = folder.oldPath(number);
    if (await exists(old)) await rename(old, target);
  }
}

/** A link in the directory must not lead the changes out of it. */
async function checkParents(directory: string, path: string): Promise<void> {
  let host = directory;
  for (const name of splitPath(path).slice(0, -1)) {
    host = join(host, name);
    if ((await lstat(host)).isDirectory()) continue;
    throw new AdkError("PATH_THROUGH_LINK", "The path leads through something that is no directory.", { file: host });
  }
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}
