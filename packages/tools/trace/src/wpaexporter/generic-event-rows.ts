import { type EventKind, NO_ID } from "@adk/etl";
import { type EventLayout, formatValue } from "@adk/event-schema";
import type { Analysis } from "../analysis.ts";
import { processOf } from "../model/attribution.ts";
import { EventColumns } from "../model/event-columns.ts";
import { eventNameOf } from "../model/event-names.ts";
import type { Collector, EventCursor, EventHandler } from "../model/event-pass.ts";
import { TextTable } from "../model/text-table.ts";
import type { TraceModel } from "../model/trace-model.ts";
import type { Row, TableDefinition } from "../tables/table.ts";
import { GENERIC_EVENTS } from "./wpa-tables.ts";

/** Columns that WPA has for fields of events; what an event has beyond is left out there too. */
const MOST_FIELDS = 20;

interface Kind {
  readonly provider: string;
  readonly providerId: string;
  readonly event: string;
  readonly task: string;
  readonly opcode: string;
  readonly opcodeNumber: number;
  readonly id: number | null;
  readonly version: number;
}

const COLUMNS = {
  time: "f64",
  process: "u32",
  thread: "u32",
  processor: "u16",
  kind: "u32",
  fields: "u32",
} as const;

/** Each event of every provider but the kernel, with its fields as text. */
class GenericEventRows implements Collector {
  readonly events: EventColumns<typeof COLUMNS>;
  readonly kinds: Kind[] = [];
  readonly #model: TraceModel;
  readonly #numbers = new Map<EventKind, Map<EventLayout | undefined, number>>();
  readonly #texts = new TextTable();

  constructor(model: TraceModel) {
    this.#model = model;
    this.events = new EventColumns(COLUMNS, model.memory);
  }

  fieldsOf(number: number): readonly string[] {
    return JSON.parse(this.#texts.text(number)) as string[];
  }

  readonly handlerOf = (kind: EventKind, layout: EventLayout | undefined): EventHandler | undefined => {
    if (kind.form !== "event" && kind.form !== "classic") return undefined;
    if (layout?.provider.name === "Windows Kernel" || layout?.provider.name === "KernelTraceControl") return undefined;
    return (event) => this.#add(event, layout);
  };

  #add(event: EventCursor, layout: EventLayout | undefined): void {
    const row = this.events.add();
    const { tail } = this.events;
    tail.time[row] = event.time;
    tail.process[row] = event.processId;
    tail.thread[row] = event.threadId;
    tail.processor[row] = event.processor;
    tail.kind[row] = this.#kind(event.batch.kindOf(event.row), layout);
    const { view, start, end, pointerSize } = event;
    const compiled = layout && this.#model.schemas.compiled(layout, pointerSize);
    const fields = (layout?.fields ?? []).slice(0, MOST_FIELDS).map((field) => {
      const value = compiled?.accessor(field.name)?.value(view, start, end);
      return value === undefined ? "" : formatValue(field, value);
    });
    tail.fields[row] = this.#texts.number(JSON.stringify(fields));
  }

  /** Kinds of self-describing events share a layout, and events of a kind differ in theirs. */
  #kind(kind: EventKind, layout: EventLayout | undefined): number {
    const known = this.#numbers.get(kind) ?? new Map<EventLayout | undefined, number>();
    this.#numbers.set(kind, known);
    const number = known.get(layout);
    if (number !== undefined) return number;
    const { provider, event } = eventNameOf(kind, layout, this.#model.schemas.providerName);
    const isEvent = kind.form === "event";
    const numbers = isEvent || kind.form === "classic" ? kind : undefined;
    const made = this.kinds.push({
      provider,
      providerId: numbers?.provider ?? "",
      event,
      task: layout?.task ?? "",
      opcode: layout?.opcode ?? "",
      opcodeNumber: numbers?.opcode ?? 0,
      id: isEvent ? kind.id : null,
      version: numbers?.version ?? 0,
    });
    known.set(layout, made - 1);
    return made - 1;
  }
}

/** WPA's table of events of all providers: a row each, where ours counts them by kind. */
export const genericEventsTable: TableDefinition = {
  name: GENERIC_EVENTS,
  title: "Generic Events",
  summary: "every event of providers other than the kernel, with its fields",
  needs: [],
  collectors: [GenericEventRows],
  columns: [
    { key: "provider", label: "Provider Name", type: "text" },
    { key: "providerId", label: "Provider Id", type: "text" },
    { key: "event", label: "Event Name", type: "text" },
    { key: "task", label: "Task Name", type: "text" },
    { key: "opcode", label: "Opcode Name", type: "text" },
    { key: "opcodeNumber", label: "Opcode/Type", type: "number" },
    { key: "id", label: "Id", type: "number" },
    { key: "version", label: "Version", type: "number" },
    { key: "process", label: "Process", type: "text" },
    { key: "pid", label: "Process ID", type: "number" },
    { key: "thread", label: "ThreadId", type: "number" },
    { key: "cpu", label: "Cpu", type: "number" },
    { key: "time", label: "Time (ms)", type: "milliseconds" },
    ...Array.from({ length: MOST_FIELDS }, (_, field) => {
      return { key: `field${field + 1}`, label: `Field ${field + 1}`, type: "text" } as const;
    }),
  ],
  *rows(analysis): Iterable<Row> {
    const collected = analysis.get(GenericEventRows);
    for (const rows = collected.events.rows(); rows.next(); ) {
      const { columns, row } = rows;
      const time = columns.time[row] as number;
      if (!analysis.includes(time)) continue;
      const place = placeOf(columns.process[row] as number, columns.thread[row] as number, time, analysis);
      const fields = collected.fieldsOf(columns.fields[row] as number);
      yield {
        ...(collected.kinds[columns.kind[row] as number] as Kind),
        ...place,
        cpu: columns.processor[row] as number,
        time: analysis.milliseconds(time),
        ...Object.fromEntries(fields.map((text, field) => [`field${field + 1}`, text])),
      };
    }
  },
};

function placeOf(processId: number, thread: number, time: number, { model }: Analysis) {
  const process = processOf(model, thread, processId, time);
  return { process: process?.name ?? "", pid: process?.id ?? null, thread: thread === NO_ID ? null : thread };
}
