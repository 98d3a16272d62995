import type { Findings } from "@adk/core";
import * as z from "zod";
import type { Analysis } from "../analysis.ts";
import type { WantedRegions } from "../regions/wanted-regions.ts";
import { traceInfoResult } from "../results.ts";
import type { SymbolOptions } from "../symbols/symbolizer.ts";
import { traceInfo } from "../trace-info.ts";
import { type ReportFacts, reportFacts } from "./report-facts.ts";
import { sampledCalls } from "./sampled-calls.ts";
import { sentence } from "./story/sentence.ts";
import { tellStory } from "./story/story.ts";

/** `adk trace report` */
export const traceReportResult = z.object({
  info: traceInfoResult,
  /** What the trace tells, the most important first. */
  story: z.array(sentence),
});
export type TraceReport = z.output<typeof traceReportResult>;

/** What a trace tells, and what its page is made of. */
export interface MadeReport {
  readonly report: TraceReport;
  readonly facts: ReportFacts;
}

export interface TraceReportOptions extends SymbolOptions {
  readonly regions?: WantedRegions | undefined;
}

/** @param analysis of all `TABLES`, and of the regions */
export async function makeTraceReport(
  analysis: Analysis,
  files: readonly string[],
  findings: Findings,
  { regions, ...options }: TraceReportOptions = {},
): Promise<MadeReport> {
  const facts = reportFacts(analysis, await sampledCalls(analysis, { ...options, findings }), regions);
  return { facts, report: { info: traceInfo(analysis, files, findings), story: tellStory(facts) } };
}
