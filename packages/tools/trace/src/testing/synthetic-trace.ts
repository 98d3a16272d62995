import { MemoryAccess } from "@adk/core";
import { type EtlTrace, EtlWriter, type LogfileHeader, MemoryLog, type NewRecord, NO_ID, openEtl } from "@adk/etl";
import { type EventLayout, KernelEvents } from "@adk/event-schema";
import { Analysis, type AnalyzeOptions } from "../analysis.ts";
import type { Row, TableDefinition } from "../tables/table.ts";
import { type FieldValues, payloadOf } from "./event-payload.ts";

/** Time stamp of the first record: large, so that a raw time that is not turned into ticks is seen. */
const ORIGIN = 5_000_000_000_000n;
const START_TIME = 133_500_000_000_000_000n;
/** Ticks a millisecond. */
const FREQUENCY = 10_000;

/** Where an event comes from. */
export interface EventSource {
  readonly cpu?: number;
  /** Of the header: an event without both has a header that does not tell them. */
  readonly pid?: number;
  readonly tid?: number;
  /** Default: the last one that is known. */
  readonly version?: number;
}

export interface SyntheticTraceOptions {
  readonly pointerSize?: 4 | 8;
  readonly header?: Partial<LogfileHeader>;
}

/**
 * Makes a small log in memory, of kernel events that are given by name and fields. Times are milliseconds since its start. It is as
 * good as the layouts are: what Windows writes may differ from them.
 */
export class SyntheticTrace {
  readonly #options: SyntheticTraceOptions;
  readonly #records: { readonly cpu: number; readonly record: Exclude<NewRecord, { header: "opaque" }> }[] = [];

  constructor(options: SyntheticTraceOptions = {}) {
    this.#options = options;
  }

  /** A time as fields have it that hold time stamps. */
  timeStamp(time: number): bigint {
    return ORIGIN + BigInt(Math.round(time * FREQUENCY));
  }

  /** A time as fields have it that hold spans. */
  ticks(duration: number): bigint {
    return BigInt(Math.round(duration * FREQUENCY));
  }

  /** @param name `Thread/CSwitch` */
  event(name: string, time: number, fields: FieldValues = {}, source: EventSource = {}): this {
    const { hook, layout } = kernelEvent(name, source.version);
    const { pointerSize = 8 } = this.#options;
    const common = {
      hook,
      version: source.version ?? layout.version,
      timeStamp: this.timeStamp(time),
      payload: payloadOf(layout, fields, pointerSize),
      pointerSize,
    };
    const { pid, tid, cpu = 0 } = source;
    if (pid === undefined && tid === undefined) return this.record({ header: "perfinfo", ...common }, cpu);
    const record = { header: "compact", ...common, processId: pid ?? NO_ID, threadId: tid ?? NO_ID } as const;
    return this.record(record, cpu);
  }

  /** Any record: an event of another provider. */
  record(record: Exclude<NewRecord, { header: "opaque" }>, cpu = 0): this {
    this.#records.push({ cpu, record });
    return this;
  }

  /** A process from `start` to `end`; without them it was there before, or stays. */
  process(pid: number, name: string, more: ProcessOptions = {}): this {
    const { parent = 4, session = 1, commandLine = name, exitCode = 0, start, end } = more;
    const fields = {
      ProcessId: pid,
      ParentId: parent,
      SessionId: session,
      ImageFileName: name,
      CommandLine: commandLine,
    };
    this.event(start === undefined ? "Process/DCStart" : "Process/Start", start ?? 0, fields, { pid: parent, tid: 0 });
    if (end !== undefined) this.event("Process/Stop", end, { ...fields, ExitStatus: exitCode }, { pid, tid: 0 });
    return this;
  }

  thread(tid: number, pid: number, more: ThreadOptions = {}): this {
    const { subProcessTag = 0, name = "", startAddress = 0, start, end } = more;
    const fields = {
      ProcessId: pid,
      TThreadId: tid,
      SubProcessTag: subProcessTag,
      Win32StartAddr: startAddress,
      ThreadName: name,
    };
    const version = { version: 4 };
    this.event(start === undefined ? "Thread/DCStart" : "Thread/Start", start ?? 0, fields, {
      pid,
      tid: 0,
      ...version,
    });
    if (end !== undefined) this.event("Thread/Stop", end, fields, { pid, tid, ...version });
    return this;
  }

  /** An image that was there before the trace, or is loaded at `start`. */
  image(pid: number, base: number, size: number, path: string, start?: number): this {
    const fields = { ImageBase: base, ImageSize: size, ProcessId: pid, FileName: path };
    return this.event(start === undefined ? "Image/DCStart" : "Image/Load", start ?? 0, fields, { pid, tid: 0 });
  }

  /** Name of a file by the object that events tell. */
  file(object: number, path: string): this {
    return this.event("FileIO/FileRundown", 0, { FileObject: object, FileName: path });
  }

  /** A processor goes from one thread to another; the old one waits unless it is told otherwise. */
  contextSwitch(time: number, cpu: number, oldThread: number, newThread: number, fields: FieldValues = {}): this {
    const switched = { NewThreadId: newThread, OldThreadId: oldThread, OldThreadState: oldThread === 0 ? 2 : 5 };
    return this.event("Thread/CSwitch", time, { ...switched, ...fields }, { cpu });
  }

  /** The thread that runs on a processor, or a deferred procedure call there, makes another one ready. */
  ready(time: number, cpu: number, thread: number, { inDpc = false } = {}): this {
    return this.event("Thread/ReadyThread", time, { TThreadId: thread, AdjustReason: 1, Flag: inDpc ? 1 : 0 }, { cpu });
  }

  /** A sample of the profiler; the innermost frame of the stack is the address. */
  sample(time: number, cpu: number, tid: number, stack: readonly number[]): this {
    const fields = { InstructionPointer: stack[0] ?? 0, ThreadId: tid, Count: 1 };
    this.event("PerfInfo/Sample", time, fields, { cpu });
    return stack.length > 1 ? this.stack(time, cpu, tid, stack) : this;
  }

  /** The stack of the event of that time and thread, from the innermost frame outwards. */
  stack(time: number, cpu: number, tid: number, addresses: readonly number[], pid = 0): this {
    const fields = { EventTimeStamp: this.timeStamp(time), StackProcess: pid, StackThread: tid, Stack: addresses };
    return this.event("StackWalk/Stack", time, fields, { cpu });
  }

  /** A read of a disk, or another operation, from when it is asked for to when it is done. */
  diskTransfer(start: number, end: number, more: DiskTransferOptions): this {
    const {
      operation = "Read",
      cpu = 0,
      thread,
      size = 4096,
      offset = 0,
      disk = 0,
      file = 0,
      irp = 1,
      flags = 0,
    } = more;
    this.event(`DiskIO/${operation}Init`, start, { Irp: irp, IssuingThreadId: thread }, { cpu, pid: 0, tid: thread });
    const fields = {
      DiskNumber: disk,
      IrpFlags: flags,
      TransferSize: size,
      ByteOffset: offset,
      FileObject: file,
      Irp: irp,
      HighResResponseTime: this.ticks(end - start),
      IssuingThreadId: thread,
    };
    return this.event(`DiskIO/${operation}`, end, fields, { cpu });
  }

  /** A deferred procedure call (`DPC`, `TimerDPC`, `ThreadedDPC`), or an interrupt (`ISR`). */
  interrupt(kind: string, enter: number, exit: number, cpu: number, routine: number): this {
    const fields = { InitialTime: this.timeStamp(enter), Routine: routine };
    return this.event(`PerfInfo/${kind}`, exit, fields, { cpu });
  }

  /** What file operations are told with: `FileIO/Read`, and its end by the same IRP. */
  fileOperation(name: string, start: number, end: number, fields: FieldValues, source: FileOperationSource): this {
    const { thread, status = 0, information = 0, cpu = 0, pid = 0 } = source;
    const from = { cpu, pid, tid: thread };
    this.event(`FileIO/${name}`, start, { TTID: thread, ...fields }, from);
    const done = { IrpPtr: fields["IrpPtr"], ExtraInfo: information, NtStatus: status };
    return this.event("FileIO/OperationEnd", end, done, from);
  }

  async toBytes(): Promise<Uint8Array> {
    const log = new MemoryLog();
    const { header, pointerSize } = this.#options;
    const writer = EtlWriter.over(log, {
      pointerSize,
      header: {
        startTime: START_TIME,
        timeStamp: ORIGIN,
        perfFrequency: BigInt(FREQUENCY) * 1000n,
        bootTime: START_TIME - ORIGIN,
        osBuild: 26_100,
        sessionName: "synthetic",
        ...header,
      },
    });
    const inOrder = [...this.#records].sort((a, b) => Number(a.record.timeStamp - b.record.timeStamp));
    for (const { cpu, record } of inOrder) writer.add(cpu, record);
    await writer.finish();
    return log.toBytes();
  }

  async open(): Promise<EtlTrace> {
    return openEtl(new MemoryAccess(await this.toBytes()));
  }

  async analyze(tables: readonly TableDefinition[], options: AnalyzeOptions = {}): Promise<Analysis> {
    return Analysis.of(await this.open(), tables, options);
  }

  /** The rows of a table. */
  async rows(table: TableDefinition, options: AnalyzeOptions = {}): Promise<Row[]> {
    return [...table.rows(await this.analyze([table], options))];
  }
}

interface LifetimeOptions {
  readonly start?: number;
  readonly end?: number;
}

export interface ProcessOptions extends LifetimeOptions {
  readonly parent?: number;
  readonly session?: number;
  readonly commandLine?: string;
  readonly exitCode?: number;
}

export interface ThreadOptions extends LifetimeOptions {
  readonly subProcessTag?: number;
  readonly name?: string;
  readonly startAddress?: number;
}

export interface DiskTransferOptions {
  readonly operation?: "Read" | "Write";
  readonly thread: number;
  readonly cpu?: number;
  readonly size?: number;
  readonly offset?: number;
  readonly disk?: number;
  readonly file?: number;
  readonly irp?: number;
  readonly flags?: number;
}

export interface FileOperationSource {
  readonly thread: number;
  readonly pid?: number;
  readonly cpu?: number;
  /** NTSTATUS. */
  readonly status?: number;
  /** Bytes that were read or written. */
  readonly information?: number;
}

interface KernelEvent {
  readonly hook: number;
  readonly layout: EventLayout;
}

const MOST_HOOK = 0x1fff;
const LAST_VERSION = 5;
let byName: Map<string, KernelEvent> | undefined;

/** By `task/opcode`; where two have one name, the one with the smaller hook id. */
function kernelEvent(name: string, version: number | undefined): KernelEvent {
  byName ??= kernelEventsByName();
  const found = byName.get(name);
  if (!found) throw new TypeError(`no kernel event is called ${name}`);
  if (version === undefined) return found;
  // The longest of those that only the length of the payload tells apart.
  const payload = { length: 0xffff, pointerSize: 8 } as const;
  const layout = KernelEvents.load().byHook(found.hook >>> 8, found.hook & 0xff, version, payload);
  return { hook: found.hook, layout: layout as EventLayout };
}

function kernelEventsByName(): Map<string, KernelEvent> {
  const events = new Map<string, KernelEvent>();
  const kernel = KernelEvents.load();
  for (let hook = 0; hook <= MOST_HOOK; hook++) {
    const layout = kernel.byHook(hook >>> 8, hook & 0xff, LAST_VERSION);
    if (!layout) continue;
    const name = `${layout.task}/${layout.opcode}`;
    if (!events.has(name)) events.set(name, { hook, layout });
  }
  return events;
}
