import type { Analysis } from "../analysis.ts";
import { assessCompleteness, type Completeness, type TableTrust } from "../completeness.ts";
import type { WantedRegions } from "../regions/wanted-regions.ts";
import { type FunctionUsage, weighFunctions } from "../stacks/function-usage.ts";
import { regionsTable } from "../tables/regions.ts";
import type { TableDefinition } from "../tables/table.ts";
import { TABLES } from "../tables/tables.ts";
import { type CpuUse, cpuUse } from "./cpu-use.ts";
import { type DiskUse, diskUse } from "./disk-use.ts";
import { type FaultUse, faultUse } from "./fault-use.ts";
import type { SampledCalls } from "./sampled-calls.ts";
import { type ProcessSwitches, switchUse } from "./switch-use.ts";
import { TimeBins } from "./time-bins.ts";

/** What a report is made of, each counted once. */
export interface ReportFacts {
  readonly analysis: Analysis;
  readonly time: TimeBins;
  readonly tables: readonly TableDefinition[];
  readonly completeness: Completeness;
  /** By name of the table. */
  readonly trust: ReadonlyMap<string, TableTrust>;
  /** Undefined where the trace tells nothing of it, as all of these. */
  readonly cpu: CpuUse | undefined;
  readonly calls: SampledCalls | undefined;
  /** By what they took themselves, the most first. */
  readonly functions: readonly FunctionUsage[];
  readonly switches: readonly ProcessSwitches[];
  readonly disk: DiskUse | undefined;
  readonly faults: FaultUse | undefined;
  /** Those that someone asked for. */
  readonly regions: WantedRegions | undefined;
}

export function reportFacts(
  analysis: Analysis,
  calls: SampledCalls | undefined,
  regions: WantedRegions | undefined,
): ReportFacts {
  const time = new TimeBins(analysis);
  const tables = regions ? [...TABLES, regionsTable(regions)] : TABLES;
  const completeness = assessCompleteness(analysis, tables);
  return {
    analysis,
    time,
    tables,
    completeness,
    trust: new Map(completeness.tables.map((trust) => [trust.table, trust])),
    cpu: cpuUse(analysis, time),
    calls,
    functions: calls ? weighFunctions(calls, calls.weights) : [],
    switches: switchUse(analysis),
    disk: diskUse(analysis, time),
    faults: faultUse(analysis),
    regions,
  };
}
