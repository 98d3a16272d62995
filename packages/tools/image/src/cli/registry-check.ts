import { type Command, exitCodes, formatBytes, type Terminal } from "@adk/cli-kit";
import { checkHiveSource, compactHiveFile, type RewriteHiveOptions, repairHiveFile } from "../registry/check-hive.ts";
import { recoverFromHive } from "../registry/recover-hive.ts";
import type { RegistryCheckResult, RegistryRecoverResult, RegistryRewriteResult } from "../registry/schemas.ts";
import { counted, sourceIn } from "./names.ts";
import { clock, type HiveOptions, IGNORE_LOGS, nameText, openNamedHive, shownData } from "./registry-read.ts";
import { registryResults } from "./results.ts";

interface CheckOptions extends RewriteHiveOptions {
  repair?: boolean;
}

/** `check`, `compact` and `recover`. */
export function defineCheckCommands(registry: Command): void {
  registry
    .command("check <hive>")
    .description("Check the structure of a hive: every cell, list, name, count and reference. Exit code 1 for errors.")
    .option("--repair", "replace it by a sound hive with all that can be read; what was there is kept beside it")
    .option(...IGNORE_LOGS)
    .withDryRun()
    .run(async (context, name: string, { repair, ...options }: CheckOptions) => {
      if (repair) {
        const result = await repairHiveFile(sourceIn(context, name), options);
        context.output(
          { ...result, file: name },
          { schema: registryResults.registryRewriteResult, render: renderRewrite },
        );
        return exitCodes.done;
      }
      const result = await checkHiveSource(sourceIn(context, name), options);
      context.output(result, { schema: registryResults.registryCheckResult, render: renderCheck });
      return result.ok ? exitCodes.done : exitCodes.no;
    });

  registry
    .command("compact <hive>")
    .description("Write a hive anew without its free cells; what was there is kept beside it.")
    .option(...IGNORE_LOGS)
    .withDryRun()
    .run(async (context, name: string, options: RewriteHiveOptions) => {
      const result = await compactHiveFile(sourceIn(context, name), options);
      context.output(
        { ...result, file: name },
        { schema: registryResults.registryRewriteResult, render: renderRewrite },
      );
    });

  registry
    .command("recover <hive>")
    .description("List deleted keys and values whose cells are still there. Exit code 1 if there are none.")
    .option(...IGNORE_LOGS)
    .run(async (context, name: string, options: HiveOptions) => {
      await using opened = await openNamedHive(context, name, options);
      const result = recoverFromHive(opened.hive);
      context.output(result, { schema: registryResults.registryRecoverResult, render: renderRecovered });
      return result.keys.length + result.values.length > 0 ? exitCodes.done : exitCodes.no;
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

function renderRewrite(
  { file, dryRun, sizeBefore, size, backup, findings }: RegistryRewriteResult,
  out: Terminal,
): void {
  out.findings(findings);
  out.facts({
    Hive: file,
    Before: formatBytes(sizeBefore),
    [dryRun ? "Would be" : "Now"]: formatBytes(size),
    "As it was": backup,
  });
}

function renderRecovered({ keys, values, findings }: RegistryRecoverResult, out: Terminal): void {
  for (const { key, lastWritten, values: held } of keys) {
    out.line(`${key}  ${clock(lastWritten) ?? ""}`);
    for (const value of held) out.line(`    ${nameText(value.name)}  ${value.type}  ${shownData(value)}`);
  }
  if (values.length > 0) out.line("Values whose key is not known:");
  for (const value of values) out.line(`    ${nameText(value.name)}  ${value.type}  ${shownData(value)}`);
  out.line(`${counted(keys.length, "key")}, ${counted(values.length, "further value")}`);
  out.findings(findings);
}
