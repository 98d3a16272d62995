import { wildcardMatcher } from "@adk/core";
import { type EtlTrace, type EventKind, NO_ID } from "@adk/etl";
import {
  decodeFields,
  type EventLayout,
  type EventMessage,
  eventMessage,
  type FieldValue,
  formatTraceMessage,
  formatValue,
  type TraceMessage,
} from "@adk/event-schema";
import type { AnalyzeOptions } from "./analysis.ts";
import { eventNameOf } from "./model/event-names.ts";
import type { Collector, EventCursor, EventHandler } from "./model/event-pass.ts";
import { TraceModel } from "./model/trace-model.ts";

/** An event with the values of its fields. */
export interface DecodedEvent {
  /** Milliseconds since the start of the trace. */
  readonly time: number;
  readonly provider: string;
  readonly event: string;
  readonly cpu: number;
  readonly pid: number | null;
  readonly tid: number | null;
  readonly process: string;
  readonly fields: Readonly<Record<string, FieldValue>>;
  /** Undefined where nothing tells what the bytes mean. */
  readonly layout: EventLayout | undefined;
  /** What it says in words: by the text of its manifest, or of a WPP message by the texts that were given. */
  readonly message?: string;
  /** Bytes that no field claims, or all of them where nothing tells what they mean: hexadecimal digits. */
  readonly data?: string;
}

/** The fields as people read them: `name` and value. */
export function fieldTexts({
  layout,
  fields,
}: Pick<DecodedEvent, "layout" | "fields">): [name: string, text: string][] {
  const texts: [string, string][] = [];
  for (const field of layout?.fields ?? []) {
    const value = fields[field.name];
    if (value !== undefined) texts.push([field.name, formatValue(field, value)]);
  }
  return texts;
}

export interface EventLineOptions extends AnalyzeOptions {
  /** Names of events with `*` and `?`: `Windows Kernel/DiskIO/*`. Default: all. */
  readonly names?: readonly string[] | undefined;
  /** Name of a process, or its identifier. */
  readonly process?: string | undefined;
}

/**
 * Decodes the events of a trace in the order of their times.
 *
 * @param take gets each, and is waited for after some of them
 */
export async function decodeEvents(
  trace: EtlTrace,
  options: EventLineOptions,
  take: (event: DecodedEvent) => void,
  afterBatch: () => Promise<void>,
): Promise<void> {
  const { range, schemas, signal, onProgress } = options;
  const model = new TraceModel(trace, schemas, { stacks: false });
  const decoder = new EventDecoder(model, options, take);
  // Who is who is told before the range too.
  await model.read([decoder], { signal, onProgress, to: range?.to, afterBatch });
}

class EventDecoder implements Collector {
  readonly #model: TraceModel;
  readonly #options: EventLineOptions;
  readonly #take: (event: DecodedEvent) => void;
  readonly #matchers: readonly ((name: string) => boolean)[];

  constructor(model: TraceModel, options: EventLineOptions, take: (event: DecodedEvent) => void) {
    this.#model = model;
    this.#options = options;
    this.#take = take;
    this.#matchers = (options.names ?? []).map(wildcardMatcher);
  }

  readonly handlerOf = (kind: EventKind, layout: EventLayout | undefined): EventHandler | undefined => {
    const { provider, event: name } = eventNameOf(kind, layout, this.#model.schemas.providerName);
    const full = `${provider}/${name}`;
    if (this.#matchers.length > 0 && !this.#matchers.some((matches) => matches(full) || matches(name)))
      return undefined;
    const message = this.#model.schemas.messageOf(kind);
    const says = layout && eventMessage(layout);
    return (event) => this.#decode(event, provider, name, layout, message, says);
  };

  #decode(
    event: EventCursor,
    provider: string,
    name: string,
    layout: EventLayout | undefined,
    message: TraceMessage | undefined,
    says: EventMessage | undefined,
  ): void {
    const time = this.#model.clock.toMilliseconds(event.time);
    if (time < (this.#options.range?.from ?? 0)) return;
    const [pid, tid] = [idOf(event.processId), idOf(event.threadId)];
    const process = tid === null ? undefined : this.#model.threads.processOf(tid, event.time);
    const known = pid === null ? process : this.#model.processes.at(pid, event.time);
    if (!isOf(this.#options.process, pid ?? process?.id, known?.name)) return;
    const payload = event.batch.payload(event.row);
    const pointerSize = event.pointerSize === 4 ? 4 : 8;
    const decoded = layout && decodeFields(layout, payload, pointerSize);
    const rest = decoded ? decoded.trailing : payload;
    const fields = decoded?.values ?? {};
    this.#take({
      time,
      provider,
      event: name,
      cpu: event.processor,
      pid: pid ?? process?.id ?? null,
      tid,
      process: known?.name ?? "",
      ...(message ? { message: formatTraceMessage(message, payload, pointerSize) } : {}),
      ...(says ? { message: says(fields) } : {}),
      fields,
      layout,
      ...(rest && rest.length > 0 ? { data: Buffer.from(rest).toString("hex") } : {}),
    });
  }
}

function idOf(id: number): number | null {
  return id === NO_ID ? null : id;
}

function isOf(wanted: string | undefined, pid: number | undefined, name: string | undefined): boolean {
  if (wanted === undefined) return true;
  return String(pid) === wanted || name?.toLowerCase() === wanted.toLowerCase();
}
