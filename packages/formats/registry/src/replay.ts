import { AdkError, type Limits, limitExceeded } from "@adk/core";
import {
  BASE_BLOCK_SIZE,
  type BaseBlock,
  changeBaseBlock,
  FILE_TYPE_PRIMARY,
  isHive,
  LOG_BASE_BLOCK_SIZE,
  parseBaseBlock,
} from "./base-block.ts";
import { type DirtyVectorLog, parseDirtyVectorLog } from "./dirty-vector-log.ts";
import { type LogPage, parseTransactionLog, type TransactionLog } from "./transaction-log.ts";

/** A hive with the changes of its logs. */
export interface ReplayedHive {
  readonly bytes: Uint8Array;
  /** Entries that were applied, at least 1. */
  readonly entries: number;
}

/** A log as it lies in its file. */
export interface LogFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A replay that grows the file by more than this many times what hive and logs hold is not believed. */
const GROWTH = 16;

/**
 * Applies the logs of a dirty hive, as Windows does when it loads it: all entries in sequence, of both logs, or of the later
 * one alone where the hive's base block is lost. The logs of a format that do not fit the hive are refused.
 *
 * @throws AdkError `REG_DIRTY` if no log can be applied
 */
export function replayLogs(hive: Uint8Array, name: string, files: readonly LogFile[], limits: Limits): ReplayedHive {
  const baseBlock = readableBaseBlock(hive, name);
  const logs = files.flatMap(({ name, bytes }) => parseTransactionLog(bytes, name) ?? []);
  const old = files.flatMap(({ name, bytes }) => parseDirtyVectorLog(bytes, name) ?? []);
  const plan = planEntries(baseBlock, logs) ?? planPages(baseBlock, old);
  if (!plan) throw notApplicable(name, files);
  const size = BASE_BLOCK_SIZE + plan.hiveBinsSize;
  const known = files.reduce((sum, { bytes }) => sum + bytes.length, hive.length);
  if (size > Math.max(limits.memoryBytes, 0) || size > known * GROWTH) {
    throw limitExceeded("memoryBytes", size, limits, { file: name });
  }
  const bytes = new Uint8Array(Math.max(size, hive.length));
  bytes.set(hive);
  if (plan.baseBlock) bytes.set(plan.baseBlock);
  for (const page of plan.pages) bytes.set(page.bytes, BASE_BLOCK_SIZE + page.offset);
  const flags = parseBaseBlock(bytes, name).flags;
  changeBaseBlock(bytes, {
    // Windows counts up once more when it has written the hive.
    sequence: (plan.sequence + 1) >>> 0,
    hiveBinsSize: plan.hiveBinsSize,
    fileType: FILE_TYPE_PRIMARY,
    flags: plan.flags === undefined ? flags : ((flags & ~1) | (plan.flags & 1)) >>> 0,
  });
  return { bytes, entries: plan.entries };
}

interface Plan {
  readonly entries: number;
  readonly pages: readonly LogPage[];
  readonly hiveBinsSize: number;
  /** Of the last entry. */
  readonly sequence: number;
  readonly flags?: number;
  /** Takes the place of a lost one. */
  readonly baseBlock?: Uint8Array;
}

/** Undefined where the base block is lost. Sequence numbers that differ alone are no loss. */
function readableBaseBlock(hive: Uint8Array, name: string): BaseBlock | undefined {
  if (hive.length < LOG_BASE_BLOCK_SIZE || !isHive(hive)) return undefined;
  const block = parseBaseBlock(hive.subarray(0, LOG_BASE_BLOCK_SIZE), name);
  return block.checksumRight ? block : undefined;
}

function planEntries(baseBlock: BaseBlock | undefined, logs: readonly TransactionLog[]): Plan | undefined {
  const ordered = logs
    .filter(({ entries }) => entries.length > 0)
    .sort((a, b) => distance(b.baseBlock.primarySequence, a.baseBlock.primarySequence));
  const last = ordered.at(-1);
  if (!last) return undefined;
  if (!baseBlock) return planOf([last], last.bytes.subarray(0, LOG_BASE_BLOCK_SIZE));
  const applied: TransactionLog[] = [];
  let next: number | undefined;
  for (const log of ordered) {
    const first = log.baseBlock.primarySequence;
    if (next === undefined ? distance(baseBlock.secondarySequence, first) < 0 : first !== next) continue;
    applied.push(log);
    next = (first + log.entries.length) >>> 0;
  }
  return applied.length > 0 ? planOf(applied) : undefined;
}

function planOf(logs: readonly TransactionLog[], baseBlock?: Uint8Array): Plan {
  const entries = logs.flatMap((log) => log.entries);
  const { hiveBinsSize, sequence, flags } = entries.at(-1) as (typeof entries)[number];
  // Pages beyond the end that a later entry sets are gone again.
  const pages = entries
    .flatMap((entry) => entry.pages)
    .filter((page) => page.offset + page.bytes.length <= hiveBinsSize);
  return { entries: entries.length, pages, hiveBinsSize, sequence, flags, ...(baseBlock && { baseBlock }) };
}

/** From one sequence number to another; they wrap around. */
function distance(from: number, to: number): number {
  return (to - from) | 0;
}

/** The log of the old format that was written last, if it is not older than the hive. */
function planPages(baseBlock: BaseBlock | undefined, logs: readonly DirtyVectorLog[]): Plan | undefined {
  const [log] = logs.toSorted((a, b) => Number(b.baseBlock.lastWritten - a.baseBlock.lastWritten));
  if (!log || (baseBlock && log.baseBlock.lastWritten < baseBlock.lastWritten)) return undefined;
  const { hiveBinsSize, primarySequence } = log.baseBlock;
  const restored = baseBlock ? undefined : log.bytes.subarray(0, LOG_BASE_BLOCK_SIZE);
  return {
    entries: 1,
    pages: log.pages,
    hiveBinsSize,
    sequence: primarySequence,
    ...(restored && { baseBlock: restored }),
  };
}

function notApplicable(name: string, files: readonly LogFile[]): AdkError {
  const logs = files.filter(({ bytes }) => bytes.length > 0);
  const message =
    logs.length === 0
      ? "The hive is dirty: its last write was not completed, and it has no transaction log."
      : "The hive is dirty: its last write was not completed, and its transaction logs do not fit it.";
  return new AdkError("REG_DIRTY", message, {
    file: name,
    offset: 4,
    ...(logs.length > 0 && { found: logs.map((log) => log.name).join(", ") }),
    hint: "Fetch the hive again with its .LOG1 and .LOG2, or read it as it is with --ignore-logs.",
  });
}
