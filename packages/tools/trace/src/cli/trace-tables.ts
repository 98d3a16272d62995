import type { Cell, Command, Context, Terminal } from "@adk/cli-kit";
import type { Analysis } from "../analysis.ts";
import { assessCompleteness } from "../completeness.ts";
import { csvLines } from "../csv.ts";
import { type TraceTable, traceTableResult } from "../results.ts";
import type { Row, TableColumn, TableDefinition } from "../tables/table.ts";
import { TABLES } from "../tables/tables.ts";
import { analyzeFiles, RANGE_OPTION, type RangeOption, type TraceOptions, withTraceOptions } from "./open.ts";

interface TableOptions extends RangeOption, TraceOptions {
  readonly csv?: boolean;
  readonly top?: number;
}

/** One command for each table. */
export function defineTableCommands(trace: Command): void {
  for (const table of TABLES) {
    withTraceOptions(trace.command(`${table.name} <file...>`))
      .description(`${table.title}: ${table.summary}.`)
      .option(...RANGE_OPTION)
      .option("--csv", "as comma-separated values, with the column names of Windows Performance Analyzer")
      .run(async (context, files: string[], options: TableOptions) => {
        const { analysis, findings } = await analyzeFiles(context, files, [table], options);
        if (options.csv) {
          await writeCsv(context, table, analysis);
          return;
        }
        const [trust] = assessCompleteness(analysis, [table]).tables;
        context.output<TraceTable>(
          {
            table: table.name,
            title: table.title,
            trust: trust?.trust ?? "complete",
            reasons: [...(trust?.reasons ?? [])],
            columns: [...table.columns],
            rows: [...table.rows(analysis)],
            findings: [...findings.list],
          },
          { schema: traceTableResult, render: renderTable },
        );
      });
  }
}

async function writeCsv(context: Context, table: TableDefinition, analysis: Analysis): Promise<void> {
  for (const line of csvLines(table.columns, table.rows(analysis))) await context.stdout.text(line);
}

/** Rows that a terminal shows: what is further down is found with `--json` or `--csv`. */
const MOST_SHOWN = 200;

function renderTable({ columns, rows, trust, reasons, findings }: TraceTable, out: Terminal): void {
  out.table(
    columns.map(({ label, type }) => ({ title: label, align: type === "text" ? "left" : "right", truncate: "middle" })),
    rows
      .slice(0, MOST_SHOWN)
      .map((row) => columns.map(({ key, type }) => cellOf(row, key, type as TableColumn["type"]))),
  );
  if (rows.length > MOST_SHOWN) out.line(`${rows.length - MOST_SHOWN} more rows: use --csv or --json.`);
  if (trust !== "complete") for (const reason of reasons) out.line(reason);
  out.findings(findings);
}

/** Behind the point, of columns that people read. */
const DIGITS: Readonly<Partial<Record<TableColumn["type"], number>>> = { milliseconds: 3, microseconds: 1, percent: 2 };

function cellOf(row: Row, key: string, type: TableColumn["type"]): Cell {
  const value = row[key];
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  return type in DIGITS ? value.toFixed(DIGITS[type]) : value;
}
