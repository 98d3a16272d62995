import { type Command, type Terminal, wholeNumber } from "@adk/cli-kit";
import { tellLosses } from "../completeness.ts";
import { functionReport, type TraceStack, traceStackResult } from "../stacks/function-report.ts";
import { cpuProfile } from "../stacks/stack-profile.ts";
import { cpuTable } from "../tables/cpu.ts";
import { analyzeFiles, RANGE_OPTION, type RangeOption } from "./open.ts";
import { profileOptions, type SymbolFlags, withSymbolOptions } from "./symbol-options.ts";

interface StackOptions extends RangeOption, SymbolFlags {
  readonly top: number;
  readonly function?: string;
  readonly lines?: boolean;
}

/** `adk trace stack`: what functions take, and who calls them. */
export function defineStackCommand(trace: Command): void {
  const command = trace
    .command("stack <file...>")
    .description("List the functions that the profiler's samples are in, or one with its callers and callees.")
    .option("--top <n>", "how many functions, or callers and callees", wholeNumber(1, 1_000_000), 30)
    .option("--function <name>", "only this one, with its callers and callees: module.dll!Function, or Function")
    .option("--lines", "each line of source files by itself, where symbols tell it")
    .option(...RANGE_OPTION);
  withSymbolOptions(command).run(async (context, files: string[], options: StackOptions) => {
    const { analysis, findings } = await analyzeFiles(context, files, [cpuTable], options);
    tellLosses(analysis.model.trace, findings);
    const { signal, onProgress } = context;
    const { lines } = options;
    const profile = await cpuProfile(analysis, { ...profileOptions(options), lines, findings, signal, onProgress });
    const report = functionReport(profile, { top: options.top, name: options.function }, findings);
    context.output(report, { schema: traceStackResult, render: renderStack });
  });
}

/** Digits behind the point, of milliseconds and of percents. */
const DIGITS = 2;

function renderStack({ functions, findings, unit, total, samples }: TraceStack, out: Terminal): void {
  const short = unit === "milliseconds" ? "ms" : unit;
  const weight = (value: number) => (unit === "milliseconds" ? value.toFixed(DIGITS) : value);
  out.line(`${weight(total)} ${short} in ${samples} samples`);
  out.table(
    [
      { title: `Exclusive (${short})`, align: "right" },
      { title: "%", align: "right" },
      { title: `Inclusive (${short})`, align: "right" },
      { title: "%", align: "right" },
      { title: "Function", truncate: "middle" },
    ],
    functions.map(({ name, file, line, exclusive, exclusivePercent, inclusive, inclusivePercent }) => [
      weight(exclusive),
      exclusivePercent.toFixed(DIGITS),
      weight(inclusive),
      inclusivePercent.toFixed(DIGITS),
      line === undefined ? name : `${name} (${file}:${line})`,
    ]),
  );
  for (const { name, callers, callees } of functions) {
    for (const [title, list] of Object.entries({ Callers: callers, Callees: callees })) {
      if (!list) continue;
      out.line();
      out.table(
        [
          { title: `Weight (${short})`, align: "right" },
          { title: "%", align: "right" },
          { title: `${title} of ${name}`, truncate: "middle" },
        ],
        list.map((each) => [weight(each.weight), each.percent.toFixed(DIGITS), each.name]),
      );
    }
  }
  out.findings(findings);
}
