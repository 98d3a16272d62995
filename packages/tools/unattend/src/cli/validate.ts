import { resolve } from "node:path";
import { type Command, type Context, exitCodes, type Terminal, usageError } from "@adk/cli-kit";
import * as z from "zod";
import { openCatalog } from "../catalog/open-catalog.ts";
import { parseRelease, RELEASES } from "../facts/releases.ts";
import { RULES } from "../validate/families.ts";
import { fixFile } from "../validate/fix-file.ts";
import type { Severity } from "../validate/rule.ts";
import { toSarif } from "../validate/sarif.ts";
import { hasErrors, type ValidateOptions, type Verdict, validate, verdict } from "../validate/validate.ts";
import { readAnswerFile, saveEdited, writeFile } from "./documents.ts";

const validateResult = z.object({ files: z.array(verdict) });
const rulesResult = z.object({
  rules: z.array(
    z.object({
      id: z.string(),
      severity: z.enum(["error", "warning", "info"]),
      summary: z.string(),
      explanation: z.string(),
    }),
  ),
});

interface Options {
  target?: string;
  catalog?: string;
  template?: boolean;
  fix?: boolean;
  dryRun?: boolean;
  least: Severity;
  sarif?: string;
  force?: boolean;
}

const SEVERITIES: readonly Severity[] = ["info", "warning", "error"];
const STYLES = { error: "red", warning: "yellow", info: "cyan" } as const;

/** `validate`, `rules`. */
export function addValidateCommands(unattend: Command): void {
  const command = unattend.command("validate <files...>");
  command
    .description("Tell all that is wrong with answer files, by line. Exit code 1 if there are errors.")
    .option("--target <windows>", "the Windows version that they are for: win11-24h2, server2022")
    .option("--catalog <file>", "check against the catalogue of an image (.clg) in place of the built-in one")
    .option("--template", "placeholders, as {{ x }} or %X%, may stand for values")
    .option("--fix", "make the repairs that are safe; a copy stays as FILE.bak")
    .addOption(command.createOption("--least <severity>", "what to tell").choices(SEVERITIES).default("info"))
    .option("--sarif <file>", "write the findings as SARIF as well")
    .withForce("overwrite the SARIF file")
    .withDryRun("with --fix: tell what would be left, and change nothing")
    .addHelpText("after", HELP)
    .run(async (context, names: string[], options: Options) => {
      const how = await readOptions(context, options);
      const verdicts: Verdict[] = [];
      for (const name of names) verdicts.push(await checkOne(context, name, how, options));
      if (options.sarif !== undefined) {
        const text = `${JSON.stringify(toSarif(verdicts, VERSION), undefined, 2)}\n`;
        await writeFile(context, options.sarif, new TextEncoder().encode(text), options.force);
      }
      context.output({ files: verdicts }, { schema: validateResult, render: renderVerdicts });
      return verdicts.some(hasErrors) ? exitCodes.no : exitCodes.done;
    });

  unattend
    .command("rules [rule]")
    .description("List what validate looks for, or explain one rule")
    .run(async (context, id?: string) => {
      const rules = [...RULES.values()].filter((rule) => id === undefined || rule.id === id);
      if (rules.length === 0) throw usageError("NO_RULE", `There is no rule ${id}.`, "adk unattend rules");
      context.output({ rules }, { schema: rulesResult, render: (result, out) => renderRules(result, id, out) });
    });
}

/** Of the SARIF output's driver: the rules, not the package, are what it tells of. */
const VERSION = "1.0.0";

const HELP = `
  adk unattend validate Autounattend.xml --target win11-24h2
  adk unattend validate templates/*.xml --template --json
  adk unattend validate unattend.xml --catalog install.clg --fix

Versions: ${RELEASES.map(({ id }) => id).join(", ")}.
A comment before an element keeps a finding about it from being told: <!-- adk-ignore disk-wiped-other: both disks are empty -->
or, anywhere in <unattend>, for the whole file: <!-- adk-ignore-file plain-password -->`;

async function readOptions(context: Context, { target, catalog, template }: Options): Promise<ValidateOptions> {
  return {
    target: target === undefined ? undefined : parseRelease(target),
    catalog: catalog === undefined ? undefined : (await openCatalog(resolve(context.cwd, catalog))).catalog,
    template,
  };
}

async function checkOne(context: Context, name: string, how: ValidateOptions, options: Options): Promise<Verdict> {
  const file = await readAnswerFile(context, name);
  if (!options.fix) return atLeast(validate(file, how), options.least);
  const { file: repaired, verdict: left, fixed } = fixFile(file, how);
  const { written } = await saveEdited(context, file, repaired, { dryRun: options.dryRun ?? false });
  if (fixed.length > 0) {
    const verb = written === null ? "would be repaired" : `repaired, ${file.file}.bak is as it was`;
    context.note(`${name}: ${fixed.length} ${fixed.length === 1 ? "finding" : "findings"} ${verb}`);
  }
  return atLeast(left, options.least);
}

function atLeast({ findings, ...rest }: Verdict, least: Severity): Verdict {
  const rank = SEVERITIES.indexOf(least);
  return { ...rest, findings: findings.filter(({ severity }) => SEVERITIES.indexOf(severity) >= rank) };
}

function renderVerdicts({ files }: z.infer<typeof validateResult>, out: Terminal): void {
  for (const { file, findings, suppressed } of files) {
    for (const { severity, line, column, message, rule } of findings) {
      out.line(`${file}:${line}:${column}: ${out.style(STYLES[severity], severity)}: ${message} [${rule}]`);
    }
    const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
    const counts = SEVERITIES.toReversed().map(
      (severity) => `${count(severity)} ${severity}${count(severity) === 1 || severity === "info" ? "" : "s"}`,
    );
    const hidden = suppressed > 0 ? `, ${suppressed} suppressed` : "";
    out.line(`${file}: ${findings.length === 0 ? out.style("green", "nothing to tell") : counts.join(", ")}${hidden}`);
  }
}

function renderRules({ rules }: z.infer<typeof rulesResult>, id: string | undefined, out: Terminal): void {
  if (id === undefined) {
    const columns = [{ title: "Rule" }, { title: "Severity" }, { title: "What" }];
    out.table(
      columns,
      rules.map((rule) => [rule.id, rule.severity, rule.summary]),
    );
    return;
  }
  for (const rule of rules) {
    out.line(`${rule.id} (${rule.severity}): ${rule.summary}`);
    out.line(rule.explanation);
  }
}
