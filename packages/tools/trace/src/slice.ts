import { finding } from "@adk/cli-kit/schemas";
import type { Findings, LongOperation } from "@adk/core";
import { copyTrace, type EtlTrace, EtlWriter, type EventBatch } from "@adk/etl";
import * as z from "zod";
import { tellLosses } from "./completeness.ts";
import { eventNameOf } from "./model/event-names.ts";
import { EventSchemas, type SchemaSources } from "./model/event-schemas.ts";
import type { TimeRange } from "./time-range.ts";

/** `adk trace slice` */
export const traceSliceResult = z.object({
  file: z.string(),
  /** Events that were copied, those of them that lie outside the range, and all there were. */
  events: z.number(),
  outside: z.number(),
  total: z.number(),
  findings: z.array(finding),
});
export type TraceSlice = z.output<typeof traceSliceResult>;

export interface SliceOptions extends LongOperation {
  readonly range: TimeRange;
  /** What tells of events beside the trace. */
  readonly schemas?: SchemaSources | undefined;
  readonly compress?: boolean | undefined;
  readonly overwrite?: boolean | undefined;
  readonly findings: Findings;
}

/** Names, or what names begin with, of events that tell who is who: they are kept wherever they lie. */
const CONTEXT = [
  "Windows Kernel/EventTrace/",
  "Windows Kernel/Process/",
  "Windows Kernel/Thread/Start",
  "Windows Kernel/Thread/Stop",
  "Windows Kernel/Thread/DC",
  "Windows Kernel/Thread/SetName",
  "Windows Kernel/Image/",
  "MSNT_SystemTrace/Image/",
  "KernelTraceControl/",
  "Windows Kernel/SysConfig/",
  "Windows Kernel/SystemConfig/",
  "MSNT_SystemTrace/SystemConfig/",
  "Windows Kernel/FileIO/Name",
  "Windows Kernel/FileIO/FileCreate",
  "Windows Kernel/FileIO/FileDelete",
  "Windows Kernel/FileIO/FileRundown",
  "Windows Kernel/StackWalk/Key",
  "Windows Kernel/Registry/KCB",
  "Windows Kernel/PerfInfo/Collection",
  "Windows Kernel/PerfInfo/SetInterval",
  "Microsoft-Windows-DotNETRuntimeRundown/",
  "Microsoft-Windows-DotNETRuntime/Method/Load",
  "Microsoft-Windows-DotNETRuntime/Method/Unload",
];
/** The end of the name of an event with a provider's manifest. */
const MANIFEST = "/ManifestData";

/**
 * Writes a part of a trace as a trace of its own: the events of a range of time, and from all of the trace what tells of processes,
 * threads, images, files and schemas. Records are copied as they are.
 *
 * @throws AdkError `ALREADY_EXISTS`, `DISK_FULL` ...; nothing is left of a file that was not finished
 */
export async function sliceTrace(trace: EtlTrace, file: string, options: SliceOptions): Promise<TraceSlice> {
  const { range, compress, overwrite, findings, signal, onProgress } = options;
  const schemas = new EventSchemas(options.schemas);
  await schemas.learn(trace, { signal });
  const context = new ContextKinds(schemas);
  const [from, to] = [trace.clock.fromMilliseconds(range.from), trace.clock.fromMilliseconds(range.to)];
  let [total, outside] = [0, 0];
  await using writer = await EtlWriter.create(file, {
    header: trace.header ?? {},
    compress,
    overwrite: overwrite ?? false,
  });
  const keep = (batch: EventBatch, row: number): boolean => {
    total++;
    const time = batch.columns.time[row] as number;
    if (time >= from && time <= to) return true;
    if (!context.has(batch, row)) return false;
    outside++;
    return true;
  };
  const events = await copyTrace(trace, writer, { keep, signal, onProgress });
  await writer.finish();
  tellLosses(trace, findings);
  return { file, events, outside, total, findings: [...findings.list] };
}

/** Which kinds of events tell who is who. */
class ContextKinds {
  readonly #schemas: EventSchemas;
  /** By number of the kind. */
  readonly #answers: (boolean | undefined)[] = [];

  constructor(schemas: EventSchemas) {
    this.#schemas = schemas;
  }

  has(batch: EventBatch, row: number): boolean {
    const kind = batch.columns.kind[row] as number;
    this.#answers[kind] ??= this.#ask(batch, row);
    return this.#answers[kind];
  }

  #ask(batch: EventBatch, row: number): boolean {
    const { provider, event } = eventNameOf(batch.kindOf(row), this.#schemas.layoutOf(batch, row));
    const name = `${provider}/${event}`;
    return name.endsWith(MANIFEST) || CONTEXT.some((each) => name.startsWith(each));
  }
}
