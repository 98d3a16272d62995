import { type Command, exitCodes, usageError } from "@adk/cli-kit";
import type { WantedRegions } from "../regions/wanted-regions.ts";
import { regionsTable } from "../tables/regions.ts";
import { analyzeWithRegions, RANGE_OPTION, type RangeOption, type TraceOptions, withTraceOptions } from "./open.ts";
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
      const tablesOf = (wanted: WantedRegions | undefined) => (wanted ? [regionsTable(wanted)] : []);
      const { analysis, findings, regions } = await analyzeWithRegions(context, files, tablesOf, options);
      if (!regions) return exitCodes.done;
      regions.tell(analysis, findings);
      await outputTable(context, regionsTable(regions), analysis, findings, options.csv);
      const wrong = findings.list.filter(({ severity }) => severity === "error");
      if (options.csv) context.stderr.findings(wrong);
      return wrong.length > 0 ? exitCodes.no : exitCodes.done;
    });
}
