import { NO_ID } from "@adk/etl";
import type { CompiledLayout } from "@adk/event-schema";
import { formatAddress } from "../model/address.ts";
import type { EventCursor } from "../model/event-pass.ts";
import { RawTime } from "../model/raw-time.ts";
import type { TraceModel } from "../model/trace-model.ts";
import type { Symbolizer } from "../symbols/symbolizer.ts";
import { columnsOf, type DumpColumn, type DumpTitle, functionCell, hexCell, processCell } from "./dump-columns.ts";

/** Cells of an event behind its time. */
export type CellsOf = (event: EventCursor) => readonly string[];

/** How one kind of the kernel's events is dumped. */
export interface DumpRecord {
  readonly name: string;
  readonly columns: readonly DumpColumn[];
  /** Only of events that have this field: others of the name are something else. */
  readonly field?: string;
  readonly make: (layout: CompiledLayout, state: DumpState) => CellsOf;
  /** Whose stack follows it: default the thread of its header, or the one that runs on its processor. */
  readonly threadOf?: (layout: CompiledLayout) => (event: EventCursor) => number;
}

interface SwitchedThread {
  in: number;
  out: number;
  ready: number;
}

/** An operation on a file that has not ended. */
interface FileOperation {
  /** Name of its record. */
  readonly type: string;
  readonly time: number;
  /** Cell. */
  readonly process: string;
  readonly thread: number;
  readonly fileObject: number;
  readonly fileKey: number;
}

/** What is known of the trace, and of its processors and disks at the event that is dumped. */
export class DumpState {
  readonly model: TraceModel;
  readonly rawTime: RawTime;
  readonly running: number[] = [];
  readonly threads = new Map<number, SwitchedThread>();
  readonly diskEnds: number[] = [];
  /** By request (IRP). */
  readonly operations = new Map<number, FileOperation>();
  readonly #symbolizer: Symbolizer;

  constructor(model: TraceModel, symbolizer: Symbolizer) {
    this.model = model;
    this.rawTime = new RawTime(model.clock);
    this.#symbolizer = symbolizer;
  }

  /** Whole microseconds. */
  micro(ticks: number): number {
    return Math.floor((ticks * 1e6) / this.model.clock.frequency + 1e-6);
  }

  threadOf({ threadId, processor }: EventCursor): number {
    return threadId === NO_ID ? (this.running[processor] ?? NO_ID) : threadId;
  }

  process(event: EventCursor, thread = this.threadOf(event)): string {
    if (event.processId !== NO_ID) return this.processById(event.processId, event.time);
    return this.processOfThread(thread, event.time);
  }

  processById(id: number, time: number): string {
    return processCell(this.model.processes.at(id, time).name, id);
  }

  processOfThread(thread: number, time: number): string {
    const process = thread === NO_ID ? undefined : this.model.threads.processOf(thread, time);
    return processCell(process?.name ?? "", process?.id);
  }

  function(processId: number, address: number, time: number, pointerSize: number): string {
    const { module, function: name } = this.#symbolizer.place(processId, address, time);
    return functionCell(module || "Unknown", name || hexCell(address, pointerSize * 2));
  }

  /** By what the file system calls it, or by its object: one that was opened without a name is unknown. */
  fileName(key: number, object: number, time: number): string {
    const { files } = this.model;
    return files.nameOf(key, time) || files.nameOf(object, time) || `Unknown (${formatAddress(key || object)})`;
  }

  processIdOf(thread: number, time: number): number {
    return this.model.threads.processOf(thread, time)?.id ?? 0;
  }

  switched(thread: number): SwitchedThread {
    let state = this.threads.get(thread);
    if (!state) {
      state = { in: Number.NaN, out: Number.NaN, ready: Number.NaN };
      this.threads.set(thread, state);
    }
    return state;
  }
}

export const cellOfThread = (thread: number) => (thread === NO_ID ? "-1" : String(thread));
export const address = (value: number, { pointerSize }: EventCursor) => hexCell(value, pointerSize * 2);

export function record(
  name: string,
  titles: readonly DumpTitle[],
  make: DumpRecord["make"],
  threadOf?: DumpRecord["threadOf"],
): DumpRecord {
  return { name, columns: columnsOf(titles), make, ...(threadOf ? { threadOf } : {}) };
}

export const PROCESS = "Process Name ( PID)";
