import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { FileAccess, fromSystemError, type Limits, limitExceeded, type RandomAccess, withLimits } from "@adk/core";
import { BASE_BLOCK_SIZE, isDirty, isHive, LOG_BASE_BLOCK_SIZE, parseBaseBlock } from "./base-block.ts";
import { Cells } from "./cells.ts";
import { Hive } from "./hive.ts";
import { replayLogs } from "./replay.ts";

export interface OpenHiveOptions {
  /** The hive's transaction logs, in any order: `.LOG`, or `.LOG1` and `.LOG2`. Used only where the hive is dirty. */
  readonly logs?: readonly RandomAccess[];
  /** Reads a dirty hive as it is, without its logs; a finding says so. */
  readonly ignoreLogs?: boolean;
  readonly limits?: Partial<Limits>;
}

/**
 * Opens a hive. A dirty one (its last write was not completed) is never read as if it were clean: its logs are applied in
 * memory, or it is refused, or read as it is where `ignoreLogs` says so. Of a large file of the host only what is looked
 * at is read, so `access` must stay open.
 *
 * @throws AdkError `REG_BAD_SIGNATURE`, `REG_BAD_BASE_BLOCK`, `REG_DIRTY`, `LIMIT_EXCEEDED`
 */
export async function openHive(access: RandomAccess, options: OpenHiveOptions = {}): Promise<Hive> {
  const { logs = [], ignoreLogs = false } = options;
  const limits = withLimits(options.limits);
  checkMemory(access, limits);
  const cells = await Cells.read(access);
  if (!isDirtyHive(cells)) return new Hive(cells);
  if (ignoreLogs) {
    const hive = new Hive(cells, { dirty: true });
    const message = "The hive is dirty: its last write was not completed. It was read as it is, without its logs.";
    hive.findings.warning("REG_DIRTY", message, { file: access.name, offset: 4 });
    return hive;
  }
  const files = [];
  for (const log of logs) {
    checkMemory(log, limits);
    files.push({ name: log.name, bytes: await log.read(0, log.size) });
  }
  const fileHead = cells.bytes.slice(0, LOG_BASE_BLOCK_SIZE);
  const { bytes, entries } = replayLogs(cells.loadAll().bytes, access.name, files, limits);
  return new Hive(new Cells(bytes, access.name), { dirty: true, logsApplied: entries, fileHead });
}

/**
 * Opens a hive file of the host, with the logs that lie beside it (`SYSTEM.LOG1`, in any case). Close it when done.
 *
 * @throws AdkError as `openHive`, and `FILE_NOT_FOUND`, `ACCESS_DENIED` ...
 */
export async function openHiveFile(path: string, options: Omit<OpenHiveOptions, "logs"> = {}): Promise<Hive> {
  const access = await FileAccess.open(path);
  const logs: FileAccess[] = [];
  try {
    for (const log of options.ignoreLogs ? [] : await logsBeside(path)) logs.push(await FileAccess.open(log));
    const hive = await openHive(access, { ...options, logs });
    hive.onClose(() => access.close());
    return hive;
  } catch (error) {
    await access.close();
    throw error;
  } finally {
    for (const log of logs) await log.close();
  }
}

/** Paths of the transaction logs that lie beside a hive file. */
async function logsBeside(path: string): Promise<string[]> {
  const wanted = ["", "1", "2"].map((number) => `${basename(path)}.LOG${number}`.toUpperCase());
  try {
    const names = await readdir(dirname(path));
    return names.filter((name) => wanted.includes(name.toUpperCase())).map((name) => join(dirname(path), name));
  } catch (error) {
    throw fromSystemError(error, dirname(path));
  }
}

/** A file that does not begin as a hive may be one whose base block is lost: its logs would tell. */
function isDirtyHive(cells: Cells): boolean {
  const size = Math.min(BASE_BLOCK_SIZE, cells.bytes.length);
  cells.load(0, size);
  const head = cells.bytes.subarray(0, size);
  const zeros = head.length > 0 && head.subarray(0, 4).every((byte) => byte === 0);
  return (zeros && !isHive(head)) || isDirty(parseBaseBlock(head, cells.name));
}

function checkMemory(access: RandomAccess, limits: Limits): void {
  if (access.size > limits.memoryBytes) throw limitExceeded("memoryBytes", access.size, limits, { file: access.name });
}
