import type { LongOperation } from "@adk/core";
import type { EtlTrace } from "@adk/etl";
import { EventCounts } from "./event-counts.ts";
import { ColumnMemory } from "./model/column-memory.ts";
import type { Collector } from "./model/event-pass.ts";
import type { SchemaSources } from "./model/event-schemas.ts";
import { TraceModel } from "./model/trace-model.ts";
import type { CollectorClass, TableDefinition } from "./tables/table.ts";
import type { TimeRange } from "./time-range.ts";

export interface AnalyzeOptions extends LongOperation {
  /** What tables tell of. The state of processes and threads is known from all of the trace. */
  readonly range?: TimeRange | undefined;
  /** What tells of events beside the trace itself. */
  readonly schemas?: SchemaSources | undefined;
  /**
   * Bytes that the rows of the tables take in memory (default 512 MiB): what is above goes to temporary files, which are read again
   * when the tables are made. They are gone at the end of the process, or when the analysis is disposed of.
   */
  readonly memory?: number | undefined;
  /** `false`, for what names no code: stacks are counted, not kept, and methods of .NET are not told. They take the most time and memory. */
  readonly stacks?: boolean | undefined;
}

/** A trace that was read: its model, and what was collected for some tables. */
export class Analysis implements Disposable {
  readonly model: TraceModel;
  readonly counts: EventCounts;
  readonly range: TimeRange;
  readonly #collectors: ReadonlyMap<CollectorClass, Collector>;

  private constructor(
    trace: EtlTrace,
    classes: Iterable<CollectorClass>,
    { range, schemas, memory, stacks }: AnalyzeOptions,
  ) {
    this.model = new TraceModel(trace, schemas, { memory: new ColumnMemory(memory), stacks });
    this.counts = new EventCounts(this.model.schemas.providerName);
    this.#collectors = new Map([...classes].map((type) => [type, new type(this.model)]));
    this.range = range ?? { from: 0, to: Infinity };
  }

  /** Reads a trace once, for all of the tables. */
  static async of(
    trace: EtlTrace,
    tables: readonly TableDefinition[],
    options: AnalyzeOptions = {},
  ): Promise<Analysis> {
    return Analysis.with(trace, new Set(tables.flatMap(({ collectors }) => collectors)), options);
  }

  /** The same for what is made of collectors without tables. */
  static async with(
    trace: EtlTrace,
    classes: Iterable<CollectorClass>,
    options: AnalyzeOptions = {},
  ): Promise<Analysis> {
    const analysis = new Analysis(trace, classes, options);
    const { signal, onProgress } = options;
    try {
      await analysis.model.read([analysis.counts, ...analysis.#collectors.values()], { signal, onProgress });
      return analysis;
    } catch (error) {
      analysis[Symbol.dispose]();
      throw error;
    }
  }

  /** Counts the events only, which takes little memory however large a trace is. */
  static async counting(trace: EtlTrace, options: AnalyzeOptions = {}): Promise<Analysis> {
    const analysis = new Analysis(trace, [], options);
    const { signal, onProgress } = options;
    await analysis.model.pass([analysis.counts], { signal, onProgress, order: "file" });
    return analysis;
  }

  /** Closes temporary files: no table can be made afterwards. */
  [Symbol.dispose](): void {
    this.model.memory[Symbol.dispose]();
  }

  /** What was collected. @throws TypeError if no table asked for it */
  get<Type extends CollectorClass>(type: Type): InstanceType<Type> {
    const collector = this.#collectors.get(type);
    if (!collector) throw new TypeError(`no table asked for ${type.name}`);
    return collector as InstanceType<Type>;
  }

  milliseconds(ticks: number): number {
    return this.model.clock.toMilliseconds(ticks);
  }

  /** Whether a time lies in the range that tables tell of. */
  includes(ticks: number): boolean {
    const at = this.milliseconds(ticks);
    return at >= this.range.from && at <= this.range.to;
  }

  /** Milliseconds of the trace that tables tell of. */
  get duration(): number {
    return Math.max(0, Math.min(this.range.to, this.model.duration) - Math.max(0, this.range.from));
  }
}
