import { resolve } from "node:path";
import type { Command, Terminal } from "@adk/cli-kit";
import { AtomicFile } from "@adk/core";
import type { WantedRegions } from "../regions/wanted-regions.ts";
import { traceReportPage } from "../report/report-page.ts";
import { makeTraceReport, type TraceReport, traceReportResult } from "../report/trace-report.ts";
import { regionsTable } from "../tables/regions.ts";
import { TABLES } from "../tables/tables.ts";
import { analyzeWithRegions, RANGE_OPTION, type RangeOption } from "./open.ts";
import { profileOptions, type SymbolFlags, withSymbolPath } from "./symbol-options.ts";

interface ReportOptions extends RangeOption, SymbolFlags {
  readonly output: string;
  readonly force?: boolean;
}

/** `adk trace report`: what was slow and why, as one page. */
export function defineReportCommand(trace: Command): void {
  const command = trace
    .command("report <file...>")
    .description("Tell what was slow and why: one HTML page with timeline, flame graph and tables.")
    .requiredOption("-o, --output <file>", "the page to write")
    .option(...RANGE_OPTION)
    .withForce("replace a page that is there");
  withSymbolPath(command).run(async (context, files: string[], options: ReportOptions) => {
    const { output, force } = options;
    await using page = await AtomicFile.create(resolve(context.cwd, output), { overwrite: force });
    const tablesOf = (wanted: WantedRegions | undefined) => (wanted ? [...TABLES, regionsTable(wanted)] : TABLES);
    const { analysis, findings, regions } = await analyzeWithRegions(context, files, tablesOf, options);
    regions?.tell(analysis, findings);
    const { signal } = context;
    const made = await makeTraceReport(analysis, files, findings, { ...profileOptions(options), regions, signal });
    await page.write(new TextEncoder().encode(traceReportPage(made)));
    await page.commit();
    context.output(made.report, {
      schema: traceReportResult,
      render: (report, out) => {
        renderStory(report, out);
        out.line(`The report is in ${output}.`);
      },
    });
  });
}

function renderStory({ story, info }: TraceReport, out: Terminal): void {
  for (const { text } of story) out.line(`- ${text}`);
  out.findings(info.findings);
}
