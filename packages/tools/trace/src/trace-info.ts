import { finding } from "@adk/cli-kit/schemas";
import { type Findings, formatFiletime } from "@adk/core";
import * as z from "zod";
import type { Analysis } from "./analysis.ts";
import { assessCompleteness } from "./completeness.ts";
import { TABLES } from "./tables/tables.ts";

/** `adk trace info` */
export const traceInfoResult = z.object({
  files: z.array(z.string()),
  buffers: z.number(),
  events: z.number(),
  lostEvents: z.number(),
  lostBuffers: z.number(),
  /** ISO 8601, UTC. */
  start: z.string(),
  durationMs: z.number(),
  cpus: z.number(),
  osBuild: z.number(),
  pointerSize: z.number(),
  clock: z.string(),
  session: z.string(),
  completeness: z.object({
    score: z.number(),
    reasons: z.array(z.string()),
    tables: z.array(
      z.object({ table: z.string(), trust: z.enum(["complete", "partial", "absent"]), reasons: z.array(z.string()) }),
    ),
  }),
  /** How the files were read: see `TraceHealth` of @adk/etl. */
  health: z.record(z.string(), z.union([z.number(), z.boolean()])),
  findings: z.array(finding),
});
export type TraceInfo = z.output<typeof traceInfoResult>;

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
