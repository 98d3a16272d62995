import { finding } from "@adk/cli-kit/schemas";
import * as z from "zod";
import { difference } from "./compare/compare.ts";

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
