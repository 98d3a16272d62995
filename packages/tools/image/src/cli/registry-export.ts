import { resolve } from "node:path";
import type { Command, Context, Terminal } from "@adk/cli-kit";
import type { Hive } from "@adk/registry";
import { type ExportHiveOptions, exportHive, writeWhole } from "../registry/export-hive.ts";
import type { RegistryExportResult } from "../registry/schemas.ts";
import { type HiveOptions, IGNORE_LOGS, openNamedHive } from "./registry-read.ts";
import { registryResults } from "./results.ts";

interface ExportOptions extends HiveOptions, ExportHiveOptions {
  force?: boolean;
}

export function defineExportCommand(registry: Command): void {
  registry
    .command("export <hive> <file>")
    .description("Write a hive as a .reg file (- for standard output) as regedit writes it.")
    .option("--key <key>", "this key and what is below it alone")
    .option("--root <key>", "what the .reg file calls the root of the hive (default: where Windows shows such a hive)")
    .option(...IGNORE_LOGS)
    .withForce("replace a file that is there")
    .addHelpText(
      "after",
      `
  adk registry export SYSTEM system.reg
  adk registry export NTUSER.DAT - --key Environment --root 'HKEY_USERS\\OFFLINE'`,
    )
    .run(async (context, name: string, file: string, options: ExportOptions) => {
      await using opened = await openNamedHive(context, name, options);
      const result = await exportTo(context, opened.hive, file, options);
      const { findings } = opened.hive;
      if (file === "-") context.stderr.findings(findings.list);
      else {
        const shown = { file, ...result, findings: findings.list };
        context.output(shown, { schema: registryResults.registryExportResult, render: renderExport });
      }
    });
}

function exportTo(context: Context, hive: Hive, file: string, { force, key, root }: ExportOptions) {
  if (file === "-") return exportHive(hive, { key, root }, (piece) => context.stdout.write(piece));
  return writeWhole(resolve(context.cwd, file), { overwrite: force }, (write) =>
    exportHive(hive, { key, root }, write),
  );
}

function renderExport({ file, root, keys, values, findings }: RegistryExportResult, out: Terminal): void {
  out.facts({ File: file, Root: root, Keys: keys, Values: values });
  out.findings(findings);
}
