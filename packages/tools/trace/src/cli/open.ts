import { resolve } from "node:path";
import { type Command, type Context, readInput, usageError, wholeNumber } from "@adk/cli-kit";
import { Findings } from "@adk/core";
import type { EtlTrace } from "@adk/etl";
import { Analysis, type AnalyzeOptions } from "../analysis.ts";
import type { SchemaSources } from "../model/event-schemas.ts";
import { openTrace } from "../open-trace.ts";
import { parseRegions, type RegionsFile } from "../regions/parse-regions.ts";
import { regionRange } from "../regions/region-range.ts";
import { WantedRegions } from "../regions/wanted-regions.ts";
import { readSchemaFiles } from "../schemas/schema-files.ts";
import type { TableDefinition } from "../tables/table.ts";
import { parseTimeRange, type TimeRange } from "../time-range.ts";

export interface RangeOption {
  readonly range?: string | undefined;
}

/** For every command that tells of a part of a trace. */
export const RANGE_OPTION = ["--range <from-to>", "only this part: 1500-2000 (milliseconds), 1.5s-2s, 3s-"] as const;

/** What `withSchemaOptions` adds. */
export interface SchemaOptions {
  readonly manifest?: string[] | undefined;
  readonly windows?: string | undefined;
}

/**
 * For every command that names events or reads their fields: what tells of them beside the trace. `analyzeFiles` heeds them; a
 * command that reads by itself gives `schemaSources` to `Analysis`.
 */
export function withSchemaOptions(command: Command): Command {
  return command
    .option(
      "--manifest <files...>",
      "what describes events: manifests (.man), programs, their .mui files, WPP texts (.tmf, .pdb)",
    )
    .option("--windows <source>", "a Windows whose programs describe events: a directory, install.wim:6");
}

/** What `withTraceOptions` adds. */
export interface TraceOptions extends SchemaOptions {
  readonly regions?: string[] | undefined;
  readonly region?: string | undefined;
}

/** For those that tell of a part of a trace too: `analyzeFiles` and `rangeOf` heed them. */
export function withTraceOptions(command: Command): Command {
  return withSchemaOptions(command)
    .option("--regions <files...>", "regions of interest (.xml), as Windows Performance Analyzer has them")
    .option("--region <name>", "only this part: the first region of those files that is called so");
}

/** What `withAnalysisOptions` adds. */
export interface AnalysisOptions extends TraceOptions {
  readonly memory?: number | undefined;
}

/** For every command that makes tables or stacks of events. */
export function withAnalysisOptions(command: Command): Command {
  return withTraceOptions(command).option(
    "--memory <MiB>",
    "for the rows of tables; what is above goes to temporary files (default: 512)",
    wholeNumber(1, MOST_MEMORY),
  );
}

const MEBIBYTE = 2 ** 20;
/** MiB. */
const MOST_MEMORY = 2 ** 20;

/** What the options of a command tell of events. */
export async function schemaSources(
  context: Context,
  { manifest, windows }: SchemaOptions,
  findings: Findings,
): Promise<SchemaSources> {
  const paths = (manifest ?? []).map((file) => resolve(context.cwd, file));
  const given = paths.length > 0 ? await readSchemaFiles(paths, findings) : {};
  return { ...given, windows: windows === undefined ? undefined : resolve(context.cwd, windows), findings };
}

/** What usage errors name. */
const COMMAND = "adk trace";

/** The regions of interest that a command names files of. */
async function readRegions(
  context: Context,
  { regions }: TraceOptions,
  findings: Findings,
): Promise<WantedRegions | undefined> {
  if (!regions) return undefined;
  const files: RegionsFile[] = [];
  for (const file of regions) files.push({ file, bytes: await readInput(context, file) });
  return new WantedRegions(parseRegions(files, findings));
}

/** The part that a command is to tell of: a range of time, or a region of interest, for which the trace is read once more. */
export async function rangeOf(
  context: Context,
  options: RangeOption & TraceOptions,
  trace: EtlTrace,
  schemas: SchemaSources,
  findings: Findings,
): Promise<TimeRange | undefined> {
  return wantedRange(context, options, trace, schemas, findings, await readRegions(context, options, findings));
}

async function wantedRange(
  { signal, onProgress }: Context,
  { range, region }: RangeOption & TraceOptions,
  trace: EtlTrace,
  schemas: SchemaSources,
  findings: Findings,
  regions: WantedRegions | undefined,
): Promise<TimeRange | undefined> {
  if (region === undefined) return range === undefined ? undefined : parseTimeRange(range);
  if (range !== undefined) throw usageError("TRACE_TWO_RANGES", "--range and --region exclude each other.", COMMAND);
  if (!regions)
    throw usageError("TRACE_NO_REGIONS", "--region takes --regions, with the file that defines it.", COMMAND);
  const analysis = await Analysis.with(trace, [regions.collector], { schemas, stacks: false, signal, onProgress });
  return regionRange(regions, analysis, region, findings);
}

/** For commands whose output is rows only. */
export function warnOf(context: Context, findings: Findings): void {
  for (const { code, message } of findings.list) context.warn(`${code}: ${message}`);
}

/** Reads the traces that a command names as one, for some tables, or counts their events. */
export async function analyzeFiles(
  context: Context,
  files: readonly string[],
  tables: readonly TableDefinition[] | "counts",
  options: RangeOption & AnalysisOptions & Pick<AnalyzeOptions, "stacks"> = {},
): Promise<{ readonly analysis: Analysis; readonly findings: Findings }> {
  return analyzeWithRegions(context, files, () => tables, options);
}

/** The same for what is made of regions of interest too. */
export async function analyzeWithRegions(
  context: Context,
  files: readonly string[],
  tablesOf: (regions: WantedRegions | undefined) => readonly TableDefinition[] | "counts",
  options: RangeOption & AnalysisOptions & Pick<AnalyzeOptions, "stacks">,
): Promise<{
  readonly analysis: Analysis;
  readonly findings: Findings;
  readonly regions: WantedRegions | undefined;
}> {
  const findings = new Findings();
  const { signal, onProgress } = context;
  const paths = files.map((file) => resolve(context.cwd, file));
  const schemas = await schemaSources(context, options, findings);
  const regions = await readRegions(context, options, findings);
  await using opened = await openTrace(paths, { findings, signal, onProgress });
  const { trace } = opened;
  const range = await wantedRange(context, options, trace, schemas, findings, regions);
  const memory = options.memory === undefined ? undefined : options.memory * MEBIBYTE;
  const analyze = { range, schemas, memory, stacks: options.stacks, signal, onProgress };
  const tables = tablesOf(regions);
  const analysis = await (tables === "counts"
    ? Analysis.counting(trace, analyze)
    : Analysis.of(trace, tables, analyze));
  return { analysis, findings, regions };
}
