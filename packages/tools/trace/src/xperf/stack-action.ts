import { AdkError, suggest } from "@adk/core";
import { type ActionContext, FLAG, LIST, MAYBE_NUMBER, NUMBER, RANGE, type XperfAction } from "./action.ts";
import { expressionsOf, numbersOf, percent } from "./options.ts";
import { type ReportCell, reportLines } from "./report.ts";
import { stackHits } from "./stack-hits.ts";
import { stackPage } from "./stack-page.ts";
import { byHits, type StackUsage, stackUsage } from "./stack-usage.ts";

/** Hits of a function from which on it is shown, where nobody says how many. */
const LEAST_HITS = 10;
const FORMATS = ["html", "text"];

export const stackAction: XperfAction = {
  name: "stack",
  summary:
    "functions of stacks by hits; -butterfly HITS: a page with callers and callees (-export text: as text); -process, -symbol, -event RE, -pid, -tid",
  options: {
    ...RANGE,
    butterfly: MAYBE_NUMBER,
    export: NUMBER,
    summary: FLAG,
    pid: LIST,
    tid: LIST,
    process: LIST,
    symbol: LIST,
    event: LIST,
  },
  // Stacks are known by the model; events are read again for the chosen ones.
  collectors: [],
  async run(context) {
    const { opened, analysis, options, symbols, operation, write } = context;
    const format = formatOf(options);
    const filter = {
      pids: new Set(numbersOf(options, "pid")),
      tids: new Set(numbersOf(options, "tid")),
      processes: expressionsOf(options, "process"),
      symbols: expressionsOf(options, "symbol"),
      events: expressionsOf(options, "event"),
    };
    const usage = stackUsage(await stackHits(opened, analysis, filter, { ...symbols, ...operation }));
    const [least = LEAST_HITS] = numbersOf(options, "butterfly");
    if (format === "html") for (const piece of stackPage(usage, least)) await write(piece);
    else await writeText(context, usage, least);
  },
};

/** A page where butterflies are asked for, as xperf makes; else text. */
function formatOf(options: ActionContext["options"]): string {
  const [given] = options.get("export") ?? [];
  const format = given?.toLowerCase() ?? (options.has("butterfly") ? "html" : "text");
  if (FORMATS.includes(format)) return format;
  const near = suggest(format, FORMATS);
  throw new AdkError("XPERF_BAD_VALUE", "This format is not known.", {
    kind: "usage",
    found: `-export ${given}`,
    hint: `${near ? `Did you mean ${near}? ` : ""}There are html and text; adk trace export has those of other programs.`,
  });
}

async function writeText({ options, target, write }: ActionContext, usage: StackUsage, least: number): Promise<void> {
  const { total, functions } = usage;
  const isButterfly = options.has("butterfly");
  const shown = isButterfly ? functions.filter(({ inclusive }) => inclusive >= least) : functions;
  const sorted = byHits(shown, ({ exclusive, inclusive }) => exclusive + inclusive / (2 * total + 1));
  const rows = sorted.map(({ frame, exclusive, inclusive }): ReportCell[] => [
    exclusive,
    percent(exclusive, total),
    inclusive,
    percent(inclusive, total),
    frame.label,
  ]);
  const titles = ["Exclusive", "Exclusive %", "Inclusive", "Inclusive %", "Module!Function"];
  for (const line of reportLines(titles, rows, target)) await write(line);
  if (!isButterfly || options.has("summary")) return;
  for (const { frame, multiInclusive, callers, callees } of sorted) {
    await write(`\n${frame.label}: ${multiInclusive}\n`);
    const neighbours = [callers, callees].flatMap((each, i) =>
      byHits(each, ([, hits]) => hits).map(([{ label }, hits]): ReportCell[] => [
        i === 0 ? "<--" : "-->",
        hits,
        percent(hits, multiInclusive),
        label,
      ]),
    );
    for (const line of reportLines(["", "Hits", "Parent %", "Module!Function"], neighbours, target)) await write(line);
  }
}
