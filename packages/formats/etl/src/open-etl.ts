import { AdkError, check, FileAccess, Findings, type Limits, type RandomAccess, withLimits } from "@adk/core";
import { BUFFER_HEADER_BYTES, BufferFlag, HEADER_BUFFER, isBufferHeader } from "./buffer-header.ts";
import { BufferTable, bufferAt } from "./buffer-table.ts";
import { alignClocks, makeClock } from "./clock.ts";
import { CompressionFormat, decodeUnit, makeMemory } from "./decode-unit.ts";
import { EtlTrace } from "./etl-trace.ts";
import { EventBatch } from "./event-batch.ts";
import { KindSelection } from "./event-filter.ts";
import { KindTable } from "./kind-table.ts";
import type { Log, LogFile, PlacedLog } from "./log.ts";
import { isLogfileHeader, LogFileMode, type LogfileHeader, parseLogfileHeader } from "./logfile-header.ts";
import { unitOf, usableBuffer } from "./plan-units.ts";
import { scanBuffers } from "./scan-buffers.ts";
import { UnitThreads } from "./unit-pool.ts";

export interface OpenEtlOptions {
  readonly limits?: Partial<Limits> | undefined;
  /** Gets what is wrong with the logs. */
  readonly findings?: Findings | undefined;
  /**
   * What pointers in payloads have, in place of what the headers say: for logs of events that were made up on a machine of another
   * width.
   */
  readonly pointerSize?: 4 | 8 | undefined;
  /**
   * How many worker threads may decode compressed logs that are read in the order of the file; they start where a log is large enough
   * to be worth it. Default: 1, which is none but the caller's own.
   */
  readonly threads?: number | undefined;
}

/** Bytes of a file that `isEtl` looks at. */
const HEAD = BUFFER_HEADER_BYTES + 88;
/** The longest record. */
const MOST_RECORD = 0xffff;

/** Whether a file begins as an event trace log: with a buffer whose first record is a logfile header event. */
export function isEtl(head: Uint8Array): boolean {
  if (head.length < HEAD) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  return isBufferHeader(view, 0) && isLogfileHeader(head.subarray(BUFFER_HEADER_BYTES));
}

/**
 * Opens a log, or several as one trace: those of the kernel and of other providers that were recorded together. Times are those of
 * the first. Reads only the headers of buffers.
 *
 * @throws AdkError `ETL_NO_BUFFERS` for a file that is no log, `LIMIT_EXCEEDED`
 */
export async function openEtl(
  accesses: RandomAccess | readonly [RandomAccess, ...RandomAccess[]],
  options: OpenEtlOptions = {},
): Promise<EtlTrace> {
  const limits = withLimits(options.limits);
  const findings = options.findings ?? new Findings();
  const threads = new UnitThreads(options.threads ?? 1);
  const files: LogFile[] = [];
  const logs: Log[] = [];
  try {
    for (const access of "read" in accesses ? [accesses] : accesses) {
      const { file, found } = await openFile(access, threads, limits, findings);
      files.push(file);
      logs.push(...found);
    }
    const [first] = logs as [Log, ...Log[]];
    const placed = logs.map((log) => place(first, log));
    const pointerSize = options.pointerSize ?? 0;
    return new EtlTrace(files, placed, first.clock, { limits, findings, pointerSize, threads });
  } catch (error) {
    await threads[Symbol.asyncDispose]();
    throw error;
  }
}

/** The same by paths; closing the trace closes the files. */
export async function openEtlFiles(
  paths: readonly [string, ...string[]],
  options: OpenEtlOptions = {},
): Promise<EtlTrace> {
  const accesses: FileAccess[] = [];
  try {
    for (const path of paths) accesses.push(await FileAccess.open(path));
    return await openEtl(accesses as [FileAccess, ...FileAccess[]], options);
  } catch (error) {
    for (const access of accesses) await access.close();
    throw error;
  }
}

async function openFile(
  access: RandomAccess,
  threads: UnitThreads,
  limits: Limits,
  findings: Findings,
): Promise<{ file: LogFile; found: Log[] }> {
  const { name } = access;
  const table = new BufferTable(limits, name);
  /** Buffers that can begin a log, with the state that tells how it is compressed. */
  const starts: { index: number; state: number }[] = [];
  const unclaimed = await scanBuffers(access, table, ({ type, state, size, flags }, index) => {
    if (flags & BufferFlag.COMPRESSED) threads.expect(size);
    if (type === HEADER_BUFFER || index === 0) starts.push({ index, state });
  });
  check(table.length > 0, () => {
    return new AdkError("ETL_NO_BUFFERS", "There is no buffer of an event trace log in this file.", { file: name });
  });
  const file = { access, table, unclaimed };
  for (const { offset, length, blank } of unclaimed) {
    const message = `${length} bytes were reserved and never written.`;
    if (blank) findings.add({ severity: "info", code: "ETL_BLANK", message, where: { file: name, offset } });
    else findings.warning("ETL_GARBAGE", `${length} bytes are of no buffer.`, { file: name, offset });
  }
  const headers: { index: number; state: number; header: LogfileHeader | undefined }[] = [];
  for (const { index, state } of starts) {
    const header = await readHeader(file, index, findings);
    if (header || index === 0) headers.push({ index, state, header });
  }
  const found: Log[] = [];
  for (const [i, { index, state, header }] of headers.entries()) {
    const to = headers[i + 1]?.index ?? table.length;
    const base = { file, header, from: index, to, compression: compressionOf(header, state) };
    found.push({ ...base, clock: makeClock(header, header ? 0n : await firstTimeStamp(file, index, limits)) });
    reportHeader(header, name, table.columns.offset[index] as number, findings);
  }
  return { file, found };
}

async function readHeader(
  { access, table }: LogFile,
  index: number,
  findings: Findings,
): Promise<LogfileHeader | undefined> {
  const { offset, size } = bufferAt(table.columns, index);
  const length = Math.min(size - BUFFER_HEADER_BYTES, MOST_RECORD);
  const start = offset + BUFFER_HEADER_BYTES;
  const record = await access.read(start, length);
  if (!isLogfileHeader(record)) return undefined;
  const recordSize = (record[4] as number) | ((record[5] as number) << 8);
  return parseLogfileHeader(record.subarray(0, recordSize), findings, { file: access.name, base: start });
}

/** By the low half of the first buffer's state, which means something else in logs that are not compressed. */
function compressionOf(header: LogfileHeader | undefined, state: number): number {
  const format = state & 0xffff;
  const compressed = header !== undefined && (header.logFileMode & LogFileMode.COMPRESSED) !== 0;
  const known = format === CompressionFormat.LZNT1 || format === CompressionFormat.XPRESS_HUFFMAN;
  return compressed && known ? format : CompressionFormat.XPRESS;
}

/** Where the header of a log is lost, its first event is at tick 0. */
async function firstTimeStamp(file: LogFile, index: number, limits: Limits): Promise<bigint> {
  const base = { low: 0, high: 0, scale: 1, offset: 0 };
  const log = { file, header: undefined, from: index, to: index + 1, compression: CompressionFormat.XPRESS };
  const placed = { ...log, clock: makeClock(undefined), base, sameClock: true };
  const buffer = usableBuffer(placed, index, limits);
  if (!buffer) return 0n;
  const unit = unitOf(placed, [buffer]);
  const memory = makeMemory(unit);
  const stored = await file.access.read(unit.start, unit.end - unit.start);
  memory.data.set(stored.subarray(0, memory.data.length));
  const kinds = new KindTable(limits);
  const context = {
    kinds,
    selection: new KindSelection(undefined, kinds),
    from: -Infinity,
    to: Infinity,
    pointerSize: 0,
  };
  const { columns, length, data } = decodeUnit(unit, file.table.columns, stored, memory, context);
  const batch = new EventBatch({ clock: placed.clock, kinds }, columns, length, data);
  for (let row = 0; row < length; row++) {
    const time = batch.timeStamp(row);
    if (time !== undefined) return time;
  }
  return 0n;
}

function reportHeader(header: LogfileHeader | undefined, file: string, offset: number, findings: Findings): void {
  const where = { file, offset };
  if (!header) {
    findings.error(
      "ETL_NO_HEADER",
      "The log does not begin with its header: its times are counted from its first event.",
      where,
    );
    return;
  }
  const { clockType, perfFrequency, cpuSpeedMhz, endTime, buffersWritten } = header;
  const unclocked = clockType === "cpu" ? cpuSpeedMhz === 0 : clockType !== "system" && perfFrequency === 0n;
  if (clockType === "unknown" || unclocked) {
    findings.warning(
      "ETL_CLOCK_UNKNOWN",
      "The header does not tell what time stamps count: 100 ns were assumed.",
      where,
    );
  }
  if (endTime === 0n || buffersWritten === 0) {
    findings.warning(
      "ETL_NOT_FINALISED",
      "The session did not end as it should: the header tells no end or no buffers.",
      where,
    );
  }
}

function place(first: Log, log: Log): PlacedLog {
  const { scale, offset, origin, sameClock } = alignClocks(first, log);
  const base = { low: Number(origin & 0xffff_ffffn), high: Number((origin >> 32n) & 0xffff_ffffn), scale, offset };
  return { ...log, base, sameClock };
}
