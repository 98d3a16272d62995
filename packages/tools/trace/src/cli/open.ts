import { resolve } from "node:path";
import type { Command, Context } from "@adk/cli-kit";
import { Findings } from "@adk/core";
import { Analysis } from "../analysis.ts";
import type { SchemaSources } from "../model/event-schemas.ts";
import { openTrace } from "../open-trace.ts";
import { readSchemaFiles } from "../schemas/schema-files.ts";
import type { TableDefinition } from "../tables/table.ts";
import { parseTimeRange } from "../time-range.ts";

export interface RangeOption {
  readonly range?: string | undefined;
}

/** For every command that tells of a part of a trace. */
export const RANGE_OPTION = ["--range <from-to>", "only this part: 1500-2000 (milliseconds), 1.5s-2s, 3s-"] as const;

/** What `withTraceOptions` adds. */
export interface TraceOptions {
  readonly manifest?: string[] | undefined;
  readonly windows?: string | undefined;
}

/**
 * For every command that names events or reads their fields: what tells of them beside the trace. `analyzeFiles` heeds them; a
 * command that reads by itself gives `schemaSources` to `Analysis`.
 */
export function withTraceOptions(command: Command): Command {
  return command
    .option(
      "--manifest <files...>",
      "what describes events: manifests (.man), programs, their .mui files, WPP texts (.tmf)",
    )
    .option("--windows <source>", "a Windows whose programs describe events: a directory, install.wim:6");
}

/** What the options of a command tell of events. */
export async function schemaSources(
  context: Context,
  { manifest, windows }: TraceOptions,
  findings: Findings,
): Promise<SchemaSources> {
  const paths = (manifest ?? []).map((file) => resolve(context.cwd, file));
  const given = paths.length > 0 ? await readSchemaFiles(paths, findings) : {};
  return { ...given, windows: windows === undefined ? undefined : resolve(context.cwd, windows), findings };
}

/** Reads the traces that a command names as one, for some tables, or counts their events. */
export async function analyzeFiles(
  context: Context,
  files: readonly string[],
  tables: readonly TableDefinition[] | "counts",
  options: RangeOption & TraceOptions = {},
): Promise<{ readonly analysis: Analysis; readonly findings: Findings }> {
  const findings = new Findings();
  const { signal, onProgress } = context;
  const paths = files.map((file) => resolve(context.cwd, file));
  const range = options.range === undefined ? undefined : parseTimeRange(options.range);
  const schemas = await schemaSources(context, options, findings);
  await using opened = await openTrace(paths, { findings, signal, onProgress });
  const { trace } = opened;
  const analyze = { range, schemas, signal, onProgress };
  const analysis = await (tables === "counts"
    ? Analysis.counting(trace, analyze)
    : Analysis.of(trace, tables, analyze));
  return { analysis, findings };
}
