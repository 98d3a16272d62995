import { resolve } from "node:path";
import { type Context, type ExitCode, exitCodes, lazySchemas, type Terminal, usageError } from "@adk/cli-kit";
import type { AnswerFile } from "../../document/answer-file.ts";
import { targetIn } from "../../document/target-comment.ts";
import { parseRelease, RELEASES, type Release } from "../../facts/releases.ts";
import { RULES } from "../../validate/families.ts";
import type { Severity } from "../../validate/rule.ts";
import { hasErrors, type ValidateOptions, validate } from "../../validate/validate.ts";
import type { Verdict } from "../../validate/verdict.ts";
import { readDocument, saveEdited, writeFile } from "../documents.ts";
import type { RulesResult, ValidateResult } from "../validate-results.ts";

const results = lazySchemas(() => import("../validate-results.ts"));

export interface ValidateCommandOptions {
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
/** Of the rules, which is what the SARIF output tells of. */
const VERSION = "1.0.0";

export async function validateFiles(
  context: Context,
  names: readonly string[],
  options: ValidateCommandOptions,
): Promise<ExitCode> {
  const how = await readOptions(context, options);
  const verdicts: Verdict[] = [];
  for (const name of names) verdicts.push(await checkOne(context, name, how, options));
  if (options.sarif !== undefined) {
    const { toSarif } = await import("../../validate/sarif.ts");
    const text = `${JSON.stringify(toSarif(verdicts, VERSION), undefined, 2)}\n`;
    await writeFile(context, options.sarif, new TextEncoder().encode(text), options.force);
  }
  context.output({ files: verdicts }, { schema: results.validateResult, render: renderVerdicts });
  return verdicts.some(hasErrors) ? exitCodes.no : exitCodes.done;
}

export async function listRules(context: Context, id: string | undefined): Promise<void> {
  const rules = [...RULES.values()].filter((rule) => id === undefined || rule.id === id);
  if (rules.length === 0) throw usageError("NO_RULE", `There is no rule ${id}.`, "adk unattend rules");
  context.output({ rules }, { schema: results.rulesResult, render: (result, out) => renderRules(result, id, out) });
}

async function readOptions(
  context: Context,
  { target, catalog, template }: ValidateCommandOptions,
): Promise<ValidateOptions> {
  const how = { target: target === undefined ? undefined : parseRelease(target), template };
  if (catalog === undefined) return how;
  const { openCatalog } = await import("../../catalog/open-catalog.ts");
  return { ...how, catalog: (await openCatalog(resolve(context.cwd, catalog))).catalog };
}

async function checkOne(
  context: Context,
  name: string,
  given: ValidateOptions,
  options: ValidateCommandOptions,
): Promise<Verdict> {
  const file = await readDocument(context, name);
  const how = { ...given, target: given.target ?? ownTarget(file) };
  if (!options.fix) return atLeast(validate(file, how), options.least);
  const { fixFile } = await import("../../validate/fix-file.ts");
  const { file: repaired, verdict: left, fixed } = fixFile(file, how);
  const { written } = await saveEdited(context, file, repaired, { dryRun: options.dryRun ?? false });
  if (fixed.length > 0) {
    const verb = written === null ? "would be repaired" : `repaired, ${file.file}.bak is as it was`;
    context.note(`${name}: ${fixed.length} ${fixed.length === 1 ? "finding" : "findings"} ${verb}`);
  }
  return atLeast(left, options.least);
}

/** The Windows that the file itself says it is for. */
function ownTarget({ text }: AnswerFile): Release | undefined {
  const target = targetIn(text);
  return target === undefined ? undefined : RELEASES.find(({ id }) => id === target);
}

function atLeast({ findings, ...rest }: Verdict, least: Severity): Verdict {
  const rank = SEVERITIES.indexOf(least);
  return { ...rest, findings: findings.filter(({ severity }) => SEVERITIES.indexOf(severity) >= rank) };
}

function renderVerdicts({ files }: ValidateResult, out: Terminal): void {
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

function renderRules({ rules }: RulesResult, id: string | undefined, out: Terminal): void {
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
