import { resolve } from "node:path";
import type { Context } from "@adk/cli-kit";
import { Findings } from "@adk/core";
import { Analysis } from "../analysis.ts";
import { openTrace } from "../open-trace.ts";
import type { TableDefinition } from "../tables/table.ts";
import { parseTimeRange } from "../time-range.ts";

export interface RangeOption {
  readonly range?: string | undefined;
}

/** For every command that tells of a part of a trace. */
export const RANGE_OPTION = ["--range <from-to>", "only this part: 1500-2000 (milliseconds), 1.5s-2s, 3s-"] as const;

/** Reads the traces that a command names as one, for some tables. */
export async function analyzeFiles(
  context: Context,
  files: readonly string[],
  tables: readonly TableDefinition[],
  { range }: RangeOption = {},
): Promise<{ readonly analysis: Analysis; readonly findings: Findings }> {
  const findings = new Findings();
  const { signal, onProgress } = context;
  const paths = files.map((file) => resolve(context.cwd, file));
  const timeRange = range === undefined ? undefined : parseTimeRange(range);
  await using opened = await openTrace(paths, { findings, signal, onProgress });
  const analysis = await Analysis.of(opened.trace, tables, { range: timeRange, signal, onProgress });
  return { analysis, findings };
}
