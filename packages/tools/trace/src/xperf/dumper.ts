import { basename } from "node:path";
import type { LongOperation } from "@adk/core";
import type { EtlTrace, EventKind } from "@adk/etl";
import { decodeFields, type EventLayout, formatValue } from "@adk/event-schema";
import type { Analysis } from "../analysis.ts";
import { eventNameOf } from "../model/event-names.ts";
import { type Collector, type EventCursor, type EventHandler, passEvents } from "../model/event-pass.ts";
import { EMPTY_STACK } from "../model/stack-trie.ts";
import type { TraceModel } from "../model/trace-model.ts";
import type { Symbolizer } from "../symbols/symbolizer.ts";
import type { TimeRange } from "../time-range.ts";
import { columnsOf, type DumpColumn, headerLine, hexCell, plainCell, recordLine } from "./dump-columns.ts";
import { DUMP_RECORDS } from "./dump-records.ts";
import { type CellsOf, DumpState } from "./dump-state.ts";

export interface DumpOptions extends LongOperation {
  readonly range?: TimeRange | undefined;
  /** GUIDs: only events of these providers. */
  readonly providers?: readonly string[] | undefined;
  /** The bytes of each event at the end of its line. */
  readonly rawData?: boolean | undefined;
  /** Only records of these names; their columns are all of the head then. */
  readonly records?: ReadonlySet<string> | undefined;
  readonly withoutStacks?: boolean | undefined;
  readonly fileName: string;
}

const KERNEL = "Windows Kernel/";
const STACK_COLUMNS = columnsOf(["ThreadID", "No.", "Address", "Image!Function"]);
const GENERIC_TITLES = ["Process Name ( PID)", "ThreadID", "CPU"];
const CLASSIC_COLUMNS = columnsOf([
  ...GENERIC_TITLES,
  "etw:ProviderId",
  "etw:Opcode",
  "etw:Level",
  "etw:Version",
  "etw:UserDataSize",
]);
/** Stacks are printed behind their events. */
const WITHOUT_LINES = /^Windows Kernel\/(StackWalk\/|EventTrace\/$)/;

/** Which kinds of records a trace has, and their columns. */
export class DumpKinds implements Collector {
  readonly columns = new Map<string, readonly DumpColumn[]>();
  readonly #model: TraceModel;

  constructor(model: TraceModel) {
    this.#model = model;
  }

  readonly handlerOf = (kind: EventKind, layout: EventLayout | undefined): undefined => {
    const { name, columns } = describe(kind, layout, this.#model);
    if (name === "") this.columns.set("Stack", STACK_COLUMNS);
    else if (!this.columns.has(name)) this.columns.set(name, columns);
  };
}

/** As the dump calls events of a kind; empty of those without a line of their own. */
export function dumpNameOf(kind: EventKind, layout: EventLayout | undefined, model: TraceModel): string {
  return describe(kind, layout, model).name;
}

interface Description {
  /** Empty for events that have no line of their own. */
  readonly name: string;
  readonly columns: readonly DumpColumn[];
  readonly record: (typeof DUMP_RECORDS)[string] | undefined;
}

function describe(kind: EventKind, layout: EventLayout | undefined, model: TraceModel): Description {
  const { provider, event } = eventNameOf(kind, layout, model.schemas.providerName);
  const full = `${provider}/${event}`;
  if (WITHOUT_LINES.test(full)) return { name: "", columns: [], record: undefined };
  const record = full.startsWith(KERNEL) && layout ? recordOf(event, layout) : undefined;
  if (record) return { name: record.name, columns: record.columns, record };
  if (!layout) return { name: UNKNOWN[kind.form] ?? "UnknownEvent", columns: CLASSIC_COLUMNS, record: undefined };
  const name = full.startsWith(KERNEL) ? event : full;
  return {
    name,
    columns: columnsOf([...GENERIC_TITLES, ...layout.fields.map((field) => field.name)]),
    record: undefined,
  };
}

function recordOf(event: string, { fields }: EventLayout): Description["record"] {
  const record = DUMP_RECORDS[event];
  return record?.field === undefined || fields.some(({ name }) => name === record.field) ? record : undefined;
}

const UNKNOWN: Readonly<Partial<Record<EventKind["form"], string>>> = {
  classic: "UnknownEvent/Classic",
  kernel: "UnknownEvent/Classic",
  event: "UnknownEvent/Crimson",
  wpp: "UnknownEvent/Wpp",
};

/**
 * xperf's dump: the columns of each kind of record, then a line an event in the order of time, its stack behind it. Times are
 * microseconds.
 *
 * @param analysis of the trace, with `DumpKinds`: names of files and images that are told late are known then
 */
export async function dumpTrace(
  trace: EtlTrace,
  analysis: Analysis,
  symbolizer: Symbolizer,
  options: DumpOptions,
  write: (piece: string | Uint8Array) => Promise<void>,
): Promise<void> {
  const { model } = analysis;
  await write(options.records ? columnLines(analysis, options.records) : headOf(analysis, options.fileName));
  const dumper = new Dumper(model, new DumpState(model, symbolizer), options);
  const { signal, onProgress, range } = options;
  await passEvents(trace, [dumper], {
    schemas: model.schemas,
    to: range && Number.isFinite(range.to) ? range.to : undefined,
    signal,
    onProgress,
    afterBatch: () => writeAll(dumper.take()),
  });
  await writeAll(dumper.take());

  async function writeAll(pieces: readonly Uint8Array[]): Promise<void> {
    for (const piece of pieces) await write(piece);
  }
}

function columnLines(analysis: Analysis, wanted?: ReadonlySet<string>): string {
  const kinds = [...analysis.get(DumpKinds).columns].filter(([name]) => wanted?.has(name) ?? true);
  return kinds.map(([name, columns]) => headerLine(name, columns)).join("");
}

function headOf(analysis: Analysis, fileName: string): string {
  const { model } = analysis;
  const { header, health } = model.trace;
  const size = Math.ceil(((header?.bufferSize ?? 0) * health.buffers) / 1024);
  const facts = [
    `OS Version: ${versionOf(header?.osBuild ?? 0)}`,
    `Trace Size: ${size}KB`,
    `Events Lost: ${health.eventsLost}`,
    `Buffers lost: ${health.buffersLost}`,
    `Trace Start: ${model.clock.startTime}`,
    `Trace Length: ${Math.floor(model.duration / 1000)} sec`,
    `PointerSize: ${header?.pointerSize ?? 8}`,
    `Trace Name: ${basename(fileName)}`,
  ];
  return `BeginHeader\n${columnLines(analysis)}EndHeader\n${facts.join(", ")}\nFirstReliableEventTimeStamp, 0\n`;
}

/** Versions of Windows by the builds they began with. */
const VERSIONS: readonly (readonly [build: number, version: string])[] = [
  [10_000, "10.0"],
  [9600, "6.3"],
  [9200, "6.2"],
  [7600, "6.1"],
  [6000, "6.0"],
];

function versionOf(build: number): string {
  const [, version = "5.2"] = VERSIONS.find(([first]) => build >= first) ?? [];
  return `${version}.${build}`;
}

/** Characters that are gathered before they are encoded. */
const GATHERED = 1 << 15;
const ENCODER = new TextEncoder();

class Dumper implements Collector {
  readonly #model: TraceModel;
  readonly #state: DumpState;
  readonly #options: DumpOptions;
  #text = "";
  /** Encoded as it comes, so that it does not live on the heap. */
  #pieces: Uint8Array[] = [];
  /** Event whose stack was printed last: several may have one. */
  #stackTime = Number.NaN;
  #stackThread = -1;

  constructor(model: TraceModel, state: DumpState, options: DumpOptions) {
    this.#model = model;
    this.#state = state;
    this.#options = options;
  }

  /** What was dumped since it was asked last. */
  take(): readonly Uint8Array[] {
    this.#encode();
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }

  #encode(): void {
    if (this.#text !== "") this.#pieces.push(ENCODER.encode(this.#text));
    this.#text = "";
  }

  readonly handlerOf = (kind: EventKind, layout: EventLayout | undefined): EventHandler | undefined => {
    const { name, columns, record } = describe(kind, layout, this.#model);
    if (name === "") return undefined;
    const wanted = this.#isWanted(name, kind, layout);
    // Events that are not printed still tell which threads run.
    if (!wanted && name !== "CSwitch" && name !== "ReadyThread") return undefined;
    const { range, rawData, withoutStacks } = this.#options;
    const state = this.#state;
    // Compiled for a pointer size, which the first event has.
    const cellsOf: [CellsOf?, CellsOf?] = [];
    const threads: [((event: EventCursor) => number)?, ((event: EventCursor) => number)?] = [];
    return (event) => {
      const index = event.pointerSize === 4 ? 0 : 1;
      if (record && layout && !cellsOf[index]) {
        const compiled = this.#model.schemas.compiled(layout, event.pointerSize);
        cellsOf[index] = record.make(compiled, state);
        if (record.threadOf) threads[index] = record.threadOf(compiled);
      }
      const cells = record ? (cellsOf[index] as CellsOf)(event) : this.#genericCells(event, kind, layout);
      const time = state.micro(event.time);
      if (!wanted || (range && (time < range.from * 1000 || time > range.to * 1000))) return;
      const raw = rawData ? [`0x${Buffer.from(event.batch.payload(event.row)).toString("hex")}`] : [];
      this.#text += recordLine(name, time, columns, [...cells, ...raw]);
      if (!withoutStacks) this.#stack(event, time, threads[index]?.(event) ?? state.threadOf(event));
      if (this.#text.length > GATHERED) this.#encode();
    };
  };

  #isWanted(name: string, kind: EventKind, layout: EventLayout | undefined): boolean {
    const { providers, records } = this.#options;
    if (records && !records.has(name)) return false;
    if (!providers || providers.length === 0) return true;
    const guid = kind.form === "event" || kind.form === "classic" ? kind.provider : layout?.provider.guid;
    return guid !== undefined && providers.includes(guid);
  }

  #genericCells(event: EventCursor, kind: EventKind, layout: EventLayout | undefined): string[] {
    const thread = this.#state.threadOf(event);
    const cells = [
      this.#state.process(event, thread),
      thread === 0xffff_ffff ? "-1" : String(thread),
      String(event.processor),
    ];
    const payload = event.batch.payload(event.row);
    if (!layout) return [...cells, ...unknownCells(kind, payload.length)];
    const { values } = decodeFields(layout, payload, event.pointerSize === 4 ? 4 : 8);
    for (const field of layout.fields) {
      const value = values[field.name];
      cells.push(value === undefined ? "" : plainCell(formatValue(field, value)));
    }
    return cells;
  }

  #stack(event: EventCursor, time: number, thread: number): void {
    if (this.#stackTime === event.time && this.#stackThread === thread) return;
    const { stacks } = this.#model;
    const stack = stacks.at(event.time, thread);
    if (stack === EMPTY_STACK) return;
    [this.#stackTime, this.#stackThread] = [event.time, thread];
    const process = this.#state.processIdOf(thread, event.time);
    let number = 0;
    for (const each of stacks.trie.addresses(stack)) {
      this.#text += recordLine("Stack", time, STACK_COLUMNS, [
        String(thread),
        String(++number),
        hexCell(each, event.pointerSize * 2),
        this.#state.function(process, each, event.time, event.pointerSize),
      ]);
    }
  }
}

function unknownCells(kind: EventKind, size: number): string[] {
  const hex = (value: number, digits: number) => hexCell(value, digits);
  switch (kind.form) {
    case "event":
      return [`{${kind.provider}}`, hex(kind.id, 4), "0x00", hex(kind.version, 4), String(size)];
    case "classic":
      return [`{${kind.provider}}`, hex(kind.opcode, 2), "0x00", hex(kind.version, 4), String(size)];
    case "kernel":
      return [hex(kind.hook, 4), hex(kind.hook & 0xff, 2), "0x00", hex(kind.version, 4), String(size)];
    case "wpp":
      return [`{${kind.message}}`, hex(kind.number, 4), "0x00", "0x0000", String(size)];
    default:
      return ["", "", "", "", String(size)];
  }
}
