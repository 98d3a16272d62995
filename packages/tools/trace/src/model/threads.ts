import type { CompiledLayout } from "@adk/event-schema";
import type { Collector, EventHandler } from "./event-pass.ts";
import { addressOf, numberOf, textOf } from "./fields.ts";
import { type Lifetime, Lifetimes } from "./lifetimes.ts";
import type { Processes, TraceProcess } from "./processes.ts";

export interface TraceThread extends Lifetime {
  readonly id: number;
  processId: number;
  name: string;
  /** Where its code begins; 0 if unknown. */
  startAddress: number;
  /** What service it works for: the tag that the services of the trace have too. 0 for none. */
  subProcessTag: number;
}

/** Threads, and which process each is of. */
export class Threads implements Collector {
  readonly #lifetimes = new Lifetimes<number, TraceThread>();
  readonly #processes: Processes;

  readonly handlers = {
    "Windows Kernel/Thread/Start": (layout: CompiledLayout) => this.#begin(layout, false),
    "Windows Kernel/Thread/DCStart": (layout: CompiledLayout) => this.#begin(layout, true),
    "Windows Kernel/Thread/DCStop": (layout: CompiledLayout) => this.#begin(layout, true),
    "Windows Kernel/Thread/Stop": (layout: CompiledLayout) => this.#end(layout),
    "Windows Kernel/Thread/SetName": (layout: CompiledLayout) => this.#name(layout),
  };

  constructor(processes: Processes) {
    this.#processes = processes;
  }

  get all(): readonly TraceThread[] {
    return this.#lifetimes.all;
  }

  /** The thread that an identifier stood for. Idle threads all have the identifier 0, and none is here. */
  at(id: number, time: number): TraceThread | undefined {
    return id === 0 ? undefined : this.#lifetimes.at(id, time);
  }

  /** The process of a thread; undefined where nothing tells it. */
  processOf(id: number, time: number): TraceProcess | undefined {
    if (id === 0) return this.#processes.at(0, time);
    const thread = this.#lifetimes.at(id, time);
    return thread && this.#processes.at(thread.processId, time);
  }

  #begin(layout: CompiledLayout, rundown: boolean): EventHandler {
    // The first version has the two identifiers the other way round, and its layout too.
    const [id, processId] = [numberOf(layout, "TThreadId"), numberOf(layout, "ProcessId")];
    const [start, win32Start] = [addressOf(layout, "StartAddr"), addressOf(layout, "Win32StartAddr")];
    const [tag, name] = [numberOf(layout, "SubProcessTag"), textOf(layout, "ThreadName")];
    return (event) => {
      const own = id(event);
      if (own === 0) return;
      const known = this.#lifetimes.current(own);
      const thread = rundown ? (known ?? this.#add(own, -Infinity)) : this.#add(own, event.time);
      thread.processId = processId(event);
      thread.startAddress = win32Start(event) || start(event) || thread.startAddress;
      thread.subProcessTag = tag(event) || thread.subProcessTag;
      thread.name = name(event) || thread.name;
    };
  }

  #end(layout: CompiledLayout): EventHandler {
    const begin = this.#begin(layout, true);
    const id = numberOf(layout, "TThreadId");
    return (event) => {
      begin(event);
      const thread = this.#lifetimes.current(id(event));
      if (thread) thread.end = event.time;
    };
  }

  #name(layout: CompiledLayout): EventHandler {
    const [id, name] = [numberOf(layout, "ThreadId"), textOf(layout, "ThreadName")];
    return (event) => {
      const thread = this.#lifetimes.current(id(event));
      if (thread) thread.name = name(event);
    };
  }

  #add(id: number, start: number): TraceThread {
    const unknown = { processId: 0, name: "", startAddress: 0, subProcessTag: 0 };
    return this.#lifetimes.add(id, { id, start, end: Infinity, ...unknown });
  }
}
