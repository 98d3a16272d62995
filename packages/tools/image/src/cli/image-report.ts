import { resolve } from "node:path";
import { type Cell, type Command, type Context, formatBytes, type Terminal } from "@adk/cli-kit";
import { AtomicFile } from "@adk/core";
import { partTables, reportFacts } from "../windows/part-tables.ts";
import { WINDOWS_PARTS, type WindowsPart, type WindowsReport, windowsReport } from "../windows/report.ts";
import { windowsPage } from "../windows/report-page.ts";
import { reportSource } from "../windows/report-source.ts";
import { sourceIn } from "./names.ts";

/** One command a part, by its name on the command line. */
const COMMANDS: readonly (readonly [name: string, description: string, parts: readonly WindowsPart[]])[] = [
  [
    "info",
    "What Windows it is: edition, update level, languages, pending operations.",
    ["edition", "languages", "health"],
  ],
  ["packages", "Servicing packages with their state; --json has those that are parts of others too.", ["packages"]],
  ["hotfixes", "Updates: packages of a KB article, and cumulative ones.", ["hotfixes"]],
  ["features", "Windows features and whether they are enabled.", ["features"]],
  ["capabilities", "Capabilities (features on demand) and whether they are installed.", ["capabilities"]],
  ["appx", "Apps that are provisioned for new users.", ["appx"]],
  ["programs", "Installed programs of all users; --json has hidden ones and updates too.", ["programs"]],
  ["services", "Services and drivers with their start type.", ["services"]],
  ["disk-use", "What the areas of the installation take.", ["diskUse"]],
];

/** What can be told of an offline Windows: one command a part, and `report` for all of them. */
export function defineReportCommands(image: Command): void {
  for (const [name, description, parts] of COMMANDS) {
    image
      .command(`${name} <image>`)
      .description(description)
      .run(async (context, source: string) => {
        showReport(context, await reportSource(sourceIn(context, source), parts, context));
      });
  }
  image
    .command("report <image>")
    .description("Everything that can be told of an offline Windows, as one HTML page.")
    .requiredOption("-o, --html <file>", "the page to write")
    .withForce("replace a page that is there")
    .run(async (context, source: string, options: { html: string; force?: boolean }) => {
      await using file = await AtomicFile.create(resolve(context.cwd, options.html), { overwrite: options.force });
      const report = await reportSource(sourceIn(context, source), WINDOWS_PARTS, context);
      await file.write(new TextEncoder().encode(windowsPage({ ...report, source })));
      await file.commit();
      context.output(report, {
        schema: windowsReport,
        render: ({ findings }, out) => {
          out.findings(findings);
          out.line(`The report is in ${options.html}.`);
        },
      });
    });
}

/** Prints the parts of a report that were asked for. */
export function showReport(context: Context, report: WindowsReport): void {
  context.output(report, { schema: windowsReport, render });
}

function render(report: WindowsReport, out: Terminal): void {
  out.facts(reportFacts(report) as Record<string, Cell>);
  for (const { title, columns, rows } of partTables(report)) {
    if (rows.length === 0) {
      out.line(`${title}: none.`);
      continue;
    }
    out.table(
      columns.map(({ label, type }) => ({ title: label, align: type ? "right" : "left", truncate: "middle" })),
      rows.map((row) => columns.map(({ key, type }) => cellOf(row[key], type))),
    );
  }
  out.findings(report.findings);
}

function cellOf(value: string | number | undefined, type: string | undefined): Cell {
  return typeof value === "number" && type === "bytes" ? formatBytes(value) : value;
}
