import { type EventBatch, type EventKind, ExtendedType } from "@adk/etl";
import { type CompiledLayout, compileLayout, type EventLayout, KernelEvents, TraceLogging } from "@adk/event-schema";

/** What the events of a trace mean, by whatever tells it: the tables of the kernel, or the trace itself. */
export class EventSchemas {
  readonly #kernel = KernelEvents.load();
  readonly #traceLogging = new TraceLogging();
  readonly #compiled = new Map<EventLayout, [CompiledLayout?, CompiledLayout?]>();

  /** The layout of an event; undefined where nothing tells it. */
  layoutOf(batch: EventBatch, row: number): EventLayout | undefined {
    const kind = batch.kindOf(row);
    const pointerSize = batch.columns.pointerSize[row] === 4 ? 4 : 8;
    const payload = { length: batch.columns.payloadLength[row] as number, pointerSize } as const;
    if (kind.form === "kernel") return this.#kernel.byHook(kind.hook >>> 8, kind.hook & 0xff, kind.version, payload);
    if (kind.form === "classic") return this.#kernel.byClass(kind.provider, kind.opcode, kind.version, payload);
    return kind.form === "event" ? this.#selfDescribing(kind, batch, row) : undefined;
  }

  #selfDescribing(
    { provider, version }: Extract<EventKind, { form: "event" }>,
    batch: EventBatch,
    row: number,
  ): EventLayout | undefined {
    if (batch.columns.extendedLength[row] === 0) return undefined;
    const items = batch.extended(row);
    const schema = items.find(({ type }) => type === ExtendedType.EVENT_SCHEMA_TL)?.data;
    const traits = items.find(({ type }) => type === ExtendedType.PROVIDER_TRAITS)?.data;
    return schema && this.#traceLogging.layout({ provider, version, schema, traits });
  }

  /** A layout made ready to be read with. */
  compiled(layout: EventLayout, pointerSize: number): CompiledLayout {
    let pair = this.#compiled.get(layout);
    if (pair === undefined) {
      pair = [];
      this.#compiled.set(layout, pair);
    }
    const index = pointerSize === 4 ? 0 : 1;
    pair[index] ??= compileLayout(layout, pointerSize === 4 ? 4 : 8);
    return pair[index];
  }
}
