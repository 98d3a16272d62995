import { finding } from "@adk/cli-kit/schemas";
import * as z from "zod";
import { difference } from "./compare/compare.ts";

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

/** `adk trace counts` */
export const traceCountsResult = z.object({
  counts: z.array(z.object({ provider: z.string(), event: z.string(), count: z.number() })),
});
export type TraceCounts = z.output<typeof traceCountsResult>;

/** `adk trace cpu` and the other tables. */
export const traceTableResult = z.object({
  table: z.string(),
  title: z.string(),
  trust: z.enum(["complete", "partial", "absent"]),
  reasons: z.array(z.string()),
  columns: z.array(z.object({ key: z.string(), label: z.string(), type: z.string() })),
  rows: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()]))),
  findings: z.array(finding),
});
export type TraceTable = z.output<typeof traceTableResult>;

/** `adk trace compare` */
export const traceCompareResult = z.object({
  runs: z.object({ a: z.number(), b: z.number() }),
  confidence: z.number(),
  differences: z.array(difference),
  conditions: z.array(z.object({ condition: z.string(), met: z.boolean(), why: z.string() })),
  findings: z.array(finding),
});
export type TraceCompare = z.output<typeof traceCompareResult>;
