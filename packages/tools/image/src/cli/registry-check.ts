import { type Command, exitCodes, formatBytes, type Terminal } from "@adk/cli-kit";
import { checkHiveSource } from "../registry/check-hive.ts";
import { type RegistryCheckResult, registryCheckResult } from "../registry/schemas.ts";
import { sourceIn } from "./names.ts";
import { type HiveOptions, IGNORE_LOGS } from "./registry-read.ts";

export function defineCheckCommand(registry: Command): void {
  registry
    .command("check <hive>")
    .description("Check the structure of a hive: every cell, list, name, count and reference. Exit code 1 for errors.")
    .option(...IGNORE_LOGS)
    .run(async (context, name: string, options: HiveOptions) => {
      const result = await checkHiveSource(sourceIn(context, name), options);
      context.output(result, { schema: registryCheckResult, render: renderCheck });
      return result.ok ? exitCodes.done : exitCodes.no;
    });
}

function renderCheck(result: RegistryCheckResult, out: Terminal): void {
  out.findings(result.findings);
  out.facts({
    State: result.ok ? "sound" : "damaged",
    Keys: result.keys,
    Values: result.values,
    Data: formatBytes(result.bytes),
    Used: formatBytes(result.usedBytes),
    Free: formatBytes(result.freeBytes),
  });
}
