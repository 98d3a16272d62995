import type { Analysis } from "../analysis.ts";
import { cpuProfile, type StackProfileOptions } from "../stacks/stack-profile.ts";
import { cpuTable } from "../tables/cpu.ts";
import { cswitchTable } from "../tables/cswitch.ts";
import type { TableDefinition } from "../tables/table.ts";
import type { ProfileSource } from "./profile-source.ts";
import { threadRuns } from "./thread-runs.ts";

/** Tables that a trace is read for when its profile is exported. */
export const EXPORT_TABLES: readonly TableDefinition[] = [cpuTable, cswitchTable];

/** The profiler's samples of a trace, ready to be exported. @param name of the trace */
export async function exportSource(
  analysis: Analysis,
  name: string,
  options: StackProfileOptions = {},
): Promise<ProfileSource> {
  const { clock, threads } = analysis.model;
  return {
    profile: await cpuProfile(analysis, options),
    name,
    startTime: clock.startTime,
    threadName: (thread, time) => threads.at(thread, clock.fromMilliseconds(time))?.name ?? "",
    runs: () => threadRuns(analysis, options.process),
  };
}
