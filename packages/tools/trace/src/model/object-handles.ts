import { NO_ID } from "@adk/etl";
import type { CompiledLayout } from "@adk/event-schema";
import { processOf } from "./attribution.ts";
import type { Collector, EventCursor, EventHandler } from "./event-pass.ts";
import { numberOf, textOf } from "./fields.ts";
import { SYSTEM_PROCESS, type TraceProcess } from "./processes.ts";
import { RunningThreads } from "./running-threads.ts";
import type { TraceModel } from "./trace-model.ts";

/** Handles of the kernel itself have it. */
const KERNEL_HANDLE = 0x8000_0000;

/** Handles of a process to objects of one type. */
export interface HandleUse {
  readonly process: TraceProcess | undefined;
  /** Number of the type; its name comes at the end of a trace. */
  readonly type: number;
  /** That were open before the trace, by the rundown at its start. */
  before: number;
  created: number;
  closed: number;
  /** Those that are open now, and the most that were at once. */
  open: number;
  most: number;
}

/** Handles that processes have to objects of the kernel: files, events, keys ... */
export class ObjectHandles implements Collector {
  readonly uses: HandleUse[] = [];
  readonly typeNames = new Map<number, string>();
  readonly #model: TraceModel;
  readonly #running = new RunningThreads();
  readonly #byOwner = new Map<string, HandleUse>();
  /** What is open, by process and handle. */
  readonly #open = new Map<string, HandleUse>();

  readonly handlers = {
    ...this.#running.handlers,
    "Windows Kernel/Object/TypeDCStart": (layout: CompiledLayout) => this.#name(layout),
    "Windows Kernel/Object/TypeDCEnd": (layout: CompiledLayout) => this.#name(layout),
    "Windows Kernel/Object/HandleDCStart": (layout: CompiledLayout) => this.#before(layout),
    "Windows Kernel/Object/CreateHandle": (layout: CompiledLayout) => this.#create(layout),
    "Windows Kernel/Object/DuplicateHandle": (layout: CompiledLayout) => this.#duplicate(layout),
    "Windows Kernel/Object/CloseHandle": (layout: CompiledLayout) => this.#close(layout),
  };

  constructor(model: TraceModel) {
    this.#model = model;
  }

  #name(layout: CompiledLayout): EventHandler {
    const [type, name] = [numberOf(layout, "ObjectType"), textOf(layout, "TypeName")];
    return (event) => {
      this.typeNames.set(type(event), name(event));
    };
  }

  #before(layout: CompiledLayout): EventHandler {
    const [process, handle] = [numberOf(layout, "ProcessId"), numberOf(layout, "Handle")];
    const type = numberOf(layout, "ObjectType");
    return (event) => {
      const use = this.#use(this.#model.processes.at(process(event), event.time), type(event));
      use.before++;
      this.#add(use, handle(event));
    };
  }

  #create(layout: CompiledLayout): EventHandler {
    const [handle, type] = [numberOf(layout, "Handle"), numberOf(layout, "ObjectType")];
    return (event) => {
      const use = this.#use(this.#owner(event, handle(event)), type(event));
      use.created++;
      this.#add(use, handle(event));
    };
  }

  #duplicate(layout: CompiledLayout): EventHandler {
    const [handle, target] = [numberOf(layout, "TargetHandle"), numberOf(layout, "TargetProcessId")];
    const type = numberOf(layout, "ObjectType");
    return (event) => {
      const use = this.#use(this.#model.processes.at(target(event), event.time), type(event));
      use.created++;
      this.#add(use, handle(event));
    };
  }

  #close(layout: CompiledLayout): EventHandler {
    const [handle, type] = [numberOf(layout, "Handle"), numberOf(layout, "ObjectType")];
    return (event) => {
      const owner = this.#owner(event, handle(event));
      const key = `${owner?.index} ${handle(event)}`;
      const use = this.#open.get(key);
      // One that was open before the trace, which no rundown told of.
      (use ?? this.#use(owner, type(event))).closed++;
      if (!use) return;
      this.#open.delete(key);
      use.open--;
    };
  }

  /** The process whose handle it is: that of the event, but for handles of the kernel. */
  #owner(event: EventCursor, handle: number): TraceProcess | undefined {
    const { processes } = this.#model;
    if (handle >= KERNEL_HANDLE) return processes.at(SYSTEM_PROCESS, event.time);
    // A thread may be attached to another process: the header tells that one.
    if (event.processId !== NO_ID) return processes.at(event.processId, event.time);
    return processOf(this.#model, this.#running.threadOf(event), NO_ID, event.time);
  }

  #use(process: TraceProcess | undefined, type: number): HandleUse {
    const key = `${process?.index} ${type}`;
    let use = this.#byOwner.get(key);
    if (!use) {
      use = { process, type, before: 0, created: 0, closed: 0, open: 0, most: 0 };
      this.#byOwner.set(key, use);
      this.uses.push(use);
    }
    return use;
  }

  #add(use: HandleUse, handle: number): void {
    const key = `${use.process?.index} ${handle}`;
    const earlier = this.#open.get(key);
    // Its end was lost.
    if (earlier) earlier.open--;
    this.#open.set(key, use);
    use.open++;
    use.most = Math.max(use.most, use.open);
  }
}
