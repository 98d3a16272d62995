import { type Command, formatDuration, type Terminal } from "@adk/cli-kit";
import { tellLosses } from "../completeness.ts";
import type { TraceCounts, TraceInfo } from "../results.ts";
import { traceInfo } from "../trace-info.ts";
import { analyzeFiles, type SchemaOptions, warnOf, withSchemaOptions } from "./open.ts";
import { results } from "./results.ts";

/** What a trace is, and what is in it: `info`, `counts`. */
export function defineInfoCommands(trace: Command): void {
  withSchemaOptions(trace.command("info <file...>"))
    .description("Tell what a trace is: system, time, lost events, and which tables can be made of it.")
    .run(async (context, files: string[], options: SchemaOptions) => {
      const { analysis, findings } = await analyzeFiles(context, files, "counts", options);
      context.output(traceInfo(analysis, files, findings), { schema: results.traceInfoResult, render: renderInfo });
    });

  withSchemaOptions(trace.command("counts <file...>"))
    .description("Count the events of each kind, by the names that PerfView has for them.")
    .run(async (context, files: string[], options: SchemaOptions) => {
      const { analysis, findings } = await analyzeFiles(context, files, "counts", options);
      tellLosses(analysis.model.trace, findings);
      const counts = analysis.counts.list.filter(({ count }) => count > 0);
      context.output<TraceCounts>({ counts }, { schema: results.traceCountsResult, render: renderCounts });
      warnOf(context, findings);
    });
}

function renderInfo(info: TraceInfo, out: Terminal): void {
  const { completeness } = info;
  out.facts({
    Session: info.session,
    Start: info.start,
    Duration: formatDuration(info.durationMs),
    "Windows build": info.osBuild,
    Processors: info.cpus,
    Events: info.events,
    "Lost events": info.lostEvents,
    "Lost buffers": info.lostBuffers,
    Complete: `${completeness.score.toFixed(1)} %`,
  });
  for (const reason of completeness.reasons) out.line(reason);
  out.table(
    [{ title: "Table" }, { title: "Trust" }, { title: "Why", truncate: "end" }],
    completeness.tables.map(({ table, trust, reasons }) => [table, trust, reasons.join(" ")]),
  );
  out.findings(info.findings);
}

function renderCounts({ counts }: TraceCounts, out: Terminal): void {
  out.table(
    [{ title: "Provider" }, { title: "Event", truncate: "middle" }, { title: "Count", align: "right" }],
    counts.map(({ provider, event, count }) => [provider, event, count]),
  );
}
