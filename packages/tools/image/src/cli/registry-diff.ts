import { resolve } from "node:path";
import { type Command, type Context, exitCodes, type Terminal, usageError } from "@adk/cli-kit";
import { diffAsRegFile, diffHiveKeys } from "../registry/diff-hive.ts";
import { writeWhole } from "../registry/export-hive.ts";
import type { OpenedHive } from "../registry/open-hive.ts";
import type { RegistryDifference, RegistryDiffResult } from "../registry/schemas.ts";
import { counted } from "./names.ts";
import { type HiveOptions, IGNORE_LOGS, nameText, openNamedHive } from "./registry-read.ts";
import { registryResults } from "./results.ts";

interface DiffOptions extends HiveOptions {
  key?: string;
  reg?: string;
  root?: string;
  security: boolean;
  force?: boolean;
}

export function defineDiffCommand(registry: Command): void {
  registry
    .command("diff <before> <after>")
    .description("Compare two hives: keys, values, class names, security; not times. Exit code 1 if they differ.")
    .option("--key <key>", "this key and what is below it alone")
    .option("--no-security", "do not compare security")
    .option("--reg <file>", "write the .reg file that makes of the first the second (- for standard output)")
    .option("--root <key>", "what that file calls the root of the hives (default: where Windows shows such a hive)")
    .option(...IGNORE_LOGS)
    .withForce("replace a .reg file that is there")
    .addHelpText(
      "after",
      `
  adk registry diff SOFTWARE.before SOFTWARE
  adk registry diff 'install.wim:1!/Windows/System32/config/SYSTEM' SYSTEM --reg changes.reg`,
    )
    .run(async (context, before: string, after: string, options: DiffOptions) => {
      const { reg, key, security } = options;
      if (reg === "-" && context.json) {
        throw usageError("CONTRADICTING_OPTIONS", "--reg - and --json both want standard output.", "adk registry diff");
      }
      await using one = await openNamedHive(context, before, options);
      await using other = await openNamedHive(context, after, options);
      const result = diffHiveKeys(one, other, { key, security });
      if (reg !== undefined) await writeRegFile(context, one, other, reg, options);
      if (reg === "-") context.stderr.findings(result.findings);
      else context.output(result, { schema: registryResults.registryDiffResult, render });
      return result.equal ? exitCodes.done : exitCodes.no;
    });
}

async function writeRegFile(
  context: Context,
  before: OpenedHive,
  after: OpenedHive,
  file: string,
  { key, root, force }: DiffOptions,
): Promise<void> {
  const bytes = diffAsRegFile(before, after, { key, root });
  if (file === "-") await context.stdout.write(bytes);
  else await writeWhole(resolve(context.cwd, file), { overwrite: force }, (write) => write(bytes));
}

function render({ equal, differences, findings }: RegistryDiffResult, out: Terminal): void {
  for (const each of differences) for (const line of linesOf(each)) out.line(line);
  out.line(equal ? "The hives hold the same." : counted(differences.length, "difference"));
  out.findings(findings);
}

function linesOf({ kind, key, name, before, after }: RegistryDifference): string[] {
  const place = key === "" ? "(root)" : key;
  switch (kind) {
    case "key-added":
      return [`+ ${place}`];
    case "key-removed":
      return [`- ${place}`];
    case "value-added":
      return [`+ ${place} : ${nameText(name ?? "")} = ${sideText(after)}`];
    case "value-removed":
      return [`- ${place} : ${nameText(name ?? "")} = ${sideText(before)}`];
    default: {
      const what = name === undefined ? kind.replace("-changed", "") : nameText(name);
      return [`~ ${place} : ${what}`, `    - ${sideText(before)}`, `    + ${sideText(after)}`];
    }
  }
}

function sideText(side: RegistryDifference["before"]): string {
  if (side === undefined) return "(none)";
  if (typeof side === "string") return side;
  const { type, data } = side;
  if (data === undefined) return `${type} (not shown)`;
  return `${type} ${Array.isArray(data) ? data.join(" | ") : data}`;
}
