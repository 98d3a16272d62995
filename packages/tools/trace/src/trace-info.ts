import { type Findings, formatFiletime } from "@adk/core";
import type { Analysis } from "./analysis.ts";
import { assessCompleteness } from "./completeness.ts";
import type { TraceInfo } from "./results.ts";
import { TABLES } from "./tables/tables.ts";

export function traceInfo(analysis: Analysis, files: readonly string[], findings: Findings): TraceInfo {
  const { model } = analysis;
  const { header, health } = model.trace;
  return {
    files: [...files],
    buffers: health.buffers,
    events: health.records,
    lostEvents: health.eventsLost,
    lostBuffers: health.buffersLost,
    start: formatFiletime(model.clock.startTime),
    durationMs: model.duration,
    cpus: header?.processors ?? 0,
    osBuild: header?.osBuild ?? 0,
    pointerSize: header?.pointerSize ?? 0,
    clock: model.clock.type,
    session: header?.sessionName ?? "",
    completeness: mutable(assessCompleteness(analysis, TABLES)),
    health: { ...health },
    findings: [...findings.list],
  };
}

/** What the schema's type has without `readonly`. */
function mutable({ score, reasons, tables }: ReturnType<typeof assessCompleteness>): TraceInfo["completeness"] {
  return { score, reasons: [...reasons], tables: tables.map((each) => ({ ...each, reasons: [...each.reasons] })) };
}
