import { type Command, readInput, type Terminal } from "@adk/cli-kit";
import { tellLosses } from "../completeness.ts";
import { csvLines } from "../csv.ts";
import { StackTags } from "../stack-tags/stack-tags.ts";
import { type TraceTags, tagStacks, traceTagsResult } from "../stack-tags/tag-stacks.ts";
import { cpuProfile } from "../stacks/stack-profile.ts";
import { cpuTable } from "../tables/cpu.ts";
import type { TableColumn } from "../tables/table.ts";
import { analyzeFiles, RANGE_OPTION, type RangeOption } from "./open.ts";
import { profileOptions, type SymbolFlags, withSymbolOptions } from "./symbol-options.ts";

interface TagOptions extends RangeOption, SymbolFlags {
  readonly stacktags: string;
  readonly csv?: boolean;
}

const COLUMNS: readonly TableColumn[] = [
  { key: "tag", label: "Stack Tag", type: "text" },
  { key: "weight", label: "Weight (ms)", type: "milliseconds" },
  { key: "percent", label: "% Weight", type: "percent" },
  { key: "count", label: "Count", type: "number" },
];

/** `adk trace tags`: what the processors were at, in the words of a file of stack tags. */
export function defineTagCommand(trace: Command): void {
  const command = trace
    .command("tags <file...>")
    .description("CPU use by the tags of a .stacktags file: what the samples were at. Tags of functions take symbols.")
    .requiredOption("--stacktags <file>", "the tags, as Windows Performance Analyzer has them")
    .option("--csv", "as comma-separated values")
    .option(...RANGE_OPTION);
  withSymbolOptions(command).run(async (context, files: string[], options: TagOptions) => {
    const tags = StackTags.parse(await readInput(context, options.stacktags), options.stacktags);
    const { analysis, findings } = await analyzeFiles(context, files, [cpuTable], options);
    tellLosses(analysis.model.trace, findings);
    const { signal, onProgress } = context;
    const profile = await cpuProfile(analysis, { ...profileOptions(options), findings, signal, onProgress });
    const rows = tagStacks(profile, tags).usages.map(({ tag, weight, count }) => ({
      tag,
      weight,
      percent: profile.total > 0 ? (100 * weight) / profile.total : 0,
      count,
    }));
    if (options.csv) {
      for (const line of csvLines(COLUMNS, rows)) await context.stdout.text(line);
      return;
    }
    const result = { title: profile.title, total: profile.total, tags: rows, findings: [...findings.list] };
    context.output<TraceTags>(result, { schema: traceTagsResult, render: renderTags });
  });
}

function renderTags({ tags, findings }: TraceTags, out: Terminal): void {
  out.table(
    COLUMNS.map(({ label, type }) => ({ title: label, align: type === "text" ? "left" : "right", truncate: "middle" })),
    tags.map(({ tag, weight, percent, count }) => [tag, weight.toFixed(3), percent.toFixed(2), count]),
  );
  out.findings(findings);
}
