import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Command, type Context, exitCodes, type Terminal, usageError } from "@adk/cli-kit";
import { AdkError, check, Findings, fromSystemError } from "@adk/core";
import { Analysis } from "../analysis.ts";
import { compareRuns, type Difference, measureRun, type Run } from "../compare/compare.ts";
import { checkGate, type Gate, parseGate } from "../compare/gate.ts";
import { METRICS } from "../compare/metrics.ts";
import { tellLosses } from "../completeness.ts";
import { openTrace } from "../open-trace.ts";
import { type TraceCompare, traceCompareResult } from "../results.ts";
import { RANGE_OPTION, type RangeOption, rangeOf, schemaSources, type TraceOptions, withTraceOptions } from "./open.ts";

interface CompareOptions extends RangeOption, TraceOptions {
  readonly failOn?: string[];
  readonly confidence: number;
}

const HELP = `
A and B are traces, or directories with a trace for each run. With several runs each, a difference is called certain by Welch's test;
with one each, processor time is, by the number of its samples.

A condition names what is measured (${METRICS.map(({ name }) => name).join(", ")}), a process or *, and a bound:
  cpu(MsMpEng.exe)>+20%     more than a fifth more than in A
  disk(*)>500ms             more than that in B
Exit code 1 if one is met.`;

/** `adk trace compare`: what changed between two traces, or two sets of runs. */
export function defineCompareCommand(trace: Command): void {
  withTraceOptions(trace.command("compare <a> <b>"))
    .description("Compare two traces, or two sets of runs: processor, waits, disk, by process.")
    .option("--fail-on <conditions...>", "conditions under which the exit code is 1: cpu(MsMpEng.exe)>+20%")
    .option("--confidence <share>", "how sure a difference must be to be called certain", parseConfidence, 0.99)
    .option(...RANGE_OPTION)
    .addHelpText("after", HELP)
    .run(async (context, a: string, b: string, options: CompareOptions) => {
      const gates = (options.failOn ?? []).map(parseGate);
      const findings = new Findings();
      const [first, second] = [
        await runsOf(context, a, options, findings),
        await runsOf(context, b, options, findings),
      ];
      const { confidence } = options;
      tellUnrecorded(first, second, gates, findings);
      const differences = compareRuns(first, second, confidence);
      const conditions = gates.map((gate) => checkGate(gate, differences));
      const runs = { a: first.length, b: second.length };
      const result = { runs, confidence, differences, conditions, findings: [...findings.list] };
      context.output<TraceCompare>(result, { schema: traceCompareResult, render });
      return conditions.some(({ met }) => met) ? exitCodes.no : exitCodes.done;
    });
}

/** What only one side recorded is no difference; a condition on it cannot be checked. @throws AdkError `TRACE_NOT_RECORDED` */
function tellUnrecorded(a: readonly Run[], b: readonly Run[], gates: readonly Gate[], findings: Findings): void {
  for (const { name, title } of METRICS) {
    const [inA, inB] = [a, b].map((runs) => runs.some(({ values }) => values.has(name)));
    if (inA && inB) continue;
    const condition = gates.find(({ metric }) => metric === name);
    const message = `${title} was not recorded in ${inA ? "B" : inB ? "A" : "these traces"}.`;
    if (condition) throw new AdkError("TRACE_NOT_RECORDED", message, { found: condition.text });
    if (inA || inB) findings.warning("TRACE_NOT_RECORDED", message);
  }
}

function parseConfidence(text: string): number {
  const share = Number(text);
  if (!(share > 0 && share < 1)) {
    throw usageError(
      "TRACE_BAD_CONFIDENCE",
      "The confidence is a share between 0 and 1, such as 0.99.",
      "adk trace compare",
    );
  }
  return share;
}

async function runsOf(
  context: Context,
  name: string,
  options: RangeOption & TraceOptions,
  findings: Findings,
): Promise<Run[]> {
  const runs: Run[] = [];
  const { signal, onProgress } = context;
  const schemas = await schemaSources(context, options, findings);
  const collectors = [...new Set(METRICS.flatMap((metric) => metric.collectors))];
  for (const path of await tracesIn(resolve(context.cwd, name))) {
    await using opened = await openTrace([path], { findings, signal, onProgress });
    const range = await rangeOf(context, options, opened.trace, schemas, findings);
    const analyze = { range, schemas, stacks: false, signal, onProgress };
    using analysis = await Analysis.with(opened.trace, collectors, analyze);
    tellLosses(opened.trace, findings, path);
    runs.push(measureRun(analysis));
  }
  return runs;
}

/** The file itself, or all traces in a directory. */
async function tracesIn(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = (await readdir(path)).filter((name) =>
      /\.(etl|etlgz|etl\.(gz|zip|zst)|zip|cab|diagsession)$/i.test(name),
    );
    check(names.length > 0, () => {
      return new AdkError("TRACE_NO_TRACES", "The directory has no trace.", {
        file: path,
        expected: "*.etl, *.etl.zip ...",
      });
    });
    return names.sort().map((name) => join(path, name));
  } catch (error) {
    throw fromSystemError(error, path);
  }
}

/** Of each metric; all of them are in the JSON. */
const MOST_SHOWN = 12;

function render({ differences, conditions, runs, findings }: TraceCompare, out: Terminal): void {
  for (const { name, title } of METRICS) {
    const own = differences.filter((each) => each.metric === name && each.difference !== 0).slice(0, MOST_SHOWN);
    if (own.length === 0) continue;
    out.line(`${title} (${name})`);
    out.table(
      [
        { title: "Process", truncate: "middle" },
        ...["A", "B", "Difference", "%"].map((heading) => ({ title: heading, align: "right" }) as const),
        { title: "Certain" },
      ],
      own.map((each) => [each.process || "?", ...figuresOf(each), certainty(each)]),
    );
    out.line();
  }
  if (runs.a === 1 && runs.b === 1) out.line("One run each: what is not counted in samples may differ by chance.");
  for (const { condition, met, why } of conditions) out.line(`${met ? "failed" : "passed"}: ${condition} (${why})`);
  out.findings(findings);
}

function figuresOf({ a, b, difference: delta, percent, unit }: Difference): string[] {
  const digits = unit === "ms" ? 1 : 0;
  const signed = `${delta > 0 ? "+" : ""}${delta.toFixed(digits)}`;
  return [
    a.toFixed(digits),
    b.toFixed(digits),
    `${signed}${unit && ` ${unit}`}`,
    percent === null ? "new" : `${percent.toFixed(1)}`,
  ];
}

function certainty({ certain }: Difference): string {
  return certain === null ? "" : certain ? "yes" : "no";
}
