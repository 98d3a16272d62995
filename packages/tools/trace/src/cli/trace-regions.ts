import { type Command, usageError } from "@adk/cli-kit";
import { Findings } from "@adk/core";
import { regionsTable } from "../tables/regions.ts";
import {
  analyzeFiles,
  RANGE_OPTION,
  type RangeOption,
  readRegions,
  type TraceOptions,
  withTraceOptions,
} from "./open.ts";
import { outputTable } from "./trace-tables.ts";

interface RegionOptions extends RangeOption, TraceOptions {
  readonly csv?: boolean;
}

/** `adk trace regions`: the parts of a trace that a file of regions of interest names. */
export function defineRegionsCommand(trace: Command): void {
  const command = trace.command("regions <file...>");
  withTraceOptions(command)
    .description("List the regions of interest of a .xml file: when each began and ended, and in which process.")
    .option(...RANGE_OPTION)
    .option("--csv", "as comma-separated values, with the column names of Windows Performance Analyzer")
    .run(async (context, files: string[], options: RegionOptions) => {
      if (!options.regions) {
        throw usageError("TRACE_NO_REGIONS", "The file that defines regions must be named: --regions.", command.path);
      }
      const own = new Findings();
      const regions = await readRegions(context, options.regions, own);
      const table = regionsTable(regions);
      const { analysis, findings } = await analyzeFiles(context, files, [table], options);
      // With --region the file was read, and its errors told, before.
      if (options.region === undefined) for (const finding of own.list) findings.add(finding);
      regions.tell(analysis, findings);
      await outputTable(context, table, analysis, findings, options.csv);
    });
}
