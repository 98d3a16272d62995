import type { EventKind } from "@adk/etl";
import type { EventLayout } from "@adk/event-schema";
import { EventColumns } from "./event-columns.ts";
import { eventNameOf } from "./event-names.ts";
import type { Collector, EventHandler } from "./event-pass.ts";
import type { TraceModel } from "./trace-model.ts";

/** A kind of events of a provider. */
export interface GenericEventKind {
  readonly provider: string;
  readonly event: string;
  readonly task: string;
  readonly opcode: string;
  /** Of manifests. */
  readonly id: number | undefined;
  readonly level: string;
}

/** What is put into a trace when it is merged is about its events. */
const NOT_GENERIC: ReadonlySet<string> = new Set(["Windows Kernel", "KernelTraceControl"]);

const EVENT_COLUMNS = { time: "f64", process: "u32", kind: "u32" } as const;

/** Events that no analysis knows: those of all providers but the kernel. */
export class GenericEvents implements Collector {
  readonly events: EventColumns<typeof EVENT_COLUMNS>;
  readonly kinds: GenericEventKind[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #model: TraceModel;

  constructor(model: TraceModel) {
    this.#model = model;
    this.events = new EventColumns(EVENT_COLUMNS, model.memory);
  }

  readonly handlerOf = (kind: EventKind, layout: EventLayout | undefined): EventHandler | undefined => {
    if (kind.form === "kernel" || kind.form === "opaque" || NOT_GENERIC.has(layout?.provider.name ?? ""))
      return undefined;
    const number = this.#kind(kind, layout);
    return (event) => {
      const row = this.events.add();
      const { tail } = this.events;
      tail.time[row] = event.time;
      tail.process[row] = event.processId;
      tail.kind[row] = number;
    };
  };

  #kind(kind: EventKind, layout: EventLayout | undefined): number {
    const { provider, event } = eventNameOf(kind, layout, this.#model.schemas.providerName);
    const id = kind.form === "event" ? kind.id : undefined;
    const key = `${provider}\n${event}\n${id}`;
    let number = this.#numbers.get(key);
    if (number === undefined) {
      const { task = "", opcode = "", level = "" } = layout ?? {};
      number = this.kinds.push({ provider, event, task, opcode, id, level }) - 1;
      this.#numbers.set(key, number);
    }
    return number;
  }
}
