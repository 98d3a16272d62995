import { type Cell, type Command, type Context, type Terminal, wholeNumber } from "@adk/cli-kit";
import { AdkError, type Findings } from "@adk/core";
import type { Analysis } from "../analysis.ts";
import { assessCompleteness, tellLosses } from "../completeness.ts";
import { csvLines } from "../csv.ts";
import { gather } from "../exports/pieces.ts";
import type { TraceTable } from "../results.ts";
import { Symbolizer } from "../symbols/symbolizer.ts";
import type { FunctionNames, Row, TableColumn, TableDefinition } from "../tables/table.ts";
import { TABLE_GROUPS, TABLES } from "../tables/tables.ts";
import { analyzeFiles, RANGE_OPTION, type RangeOption, warnOf, withAnalysisOptions } from "./open.ts";
import { results } from "./results.ts";
import { functionOptions, type SymbolFlags, withFunctionOptions, withoutFunctionOptions } from "./symbol-options.ts";

interface TableOptions extends RangeOption, SymbolFlags {
  readonly csv?: boolean;
  readonly longerThan?: number;
}

/** Microseconds: a day. */
const LONGEST = 86_400_000_000;

/** One command for each table, below the subject of its group. */
export function defineTableCommands(trace: Command): void {
  for (const { title, tables } of TABLE_GROUPS) {
    trace.commandsGroup(`Tables: ${title}`);
    for (const table of tables) defineTableCommand(trace, table);
  }
  trace.commandsGroup("Commands:");
}

function defineTableCommand(trace: Command, table: TableDefinition): void {
  const command = withAnalysisOptions(trace.command(`${table.name} <file...>`))
    .description(`${table.title}: ${table.summary}.`)
    .option(...RANGE_OPTION)
    .option("--csv", "as comma-separated values, with the column names of Windows Performance Analyzer");
  if (table.duration !== undefined) {
    command.option("--longer-than <µs>", "only what took longer, in microseconds", wholeNumber(0, LONGEST));
  }
  (table.functions ? withFunctionOptions : withoutFunctionOptions)(command).run(
    async (context, files: string[], options: TableOptions) => showTable(context, table, files, options),
  );
}

async function showTable(
  context: Context,
  table: TableDefinition,
  files: readonly string[],
  options: TableOptions,
): Promise<void> {
  const naming = functionNames(context, table, options);
  const collectors = [...table.collectors, ...(naming?.names.collectors ?? [])];
  const { analysis, findings } = await analyzeFiles(context, files, [{ ...table, collectors }], {
    ...options,
    // Columns that name stacks are there with symbols only.
    stacks: naming !== undefined,
  });
  const symbolizer = naming && (await loadSymbols(context, analysis, naming, findings));
  const columns = naming ? naming.names.columns : table.columns;
  const rows = longerThan(table.rows(analysis, symbolizer), table.duration, options.longerThan);
  await outputTable(context, { ...table, columns, rows: () => rows }, analysis, findings, options.csv);
}

/** Prints a table as every command does that has one. */
export async function outputTable(
  context: Context,
  table: TableDefinition,
  analysis: Analysis,
  findings: Findings,
  csv: boolean | undefined,
): Promise<void> {
  const { name, title, columns } = table;
  if (csv) {
    for (const block of gather(csvLines(columns, table.rows(analysis)))) await context.stdout.write(block);
    tellLosses(analysis.model.trace, findings);
    warnOf(context, findings);
    return;
  }
  const [trust] = assessCompleteness(analysis, [table]).tables;
  context.output<TraceTable>(
    {
      table: name,
      title,
      trust: trust?.trust ?? "complete",
      reasons: [...(trust?.reasons ?? [])],
      columns: [...columns],
      rows: [...table.rows(analysis)],
      findings: [...findings.list],
    },
    { schema: results.traceTableResult, render: renderTable },
  );
}

interface Naming {
  readonly names: FunctionNames;
  readonly options: NonNullable<ReturnType<typeof functionOptions>>;
}

/** @throws AdkError `TRACE_NO_CODE` where functions are asked for of a table that names none */
function functionNames(context: Context, table: TableDefinition, flags: TableOptions): Naming | undefined {
  const options = functionOptions(context, flags);
  if (!options) return undefined;
  const { functions: names } = table;
  if (names) return { names, options };
  const others = TABLES.filter(({ functions }) => functions).map(({ name }) => name);
  throw new AdkError("TRACE_NO_CODE", "This table names no code: there is nothing that symbols could tell.", {
    kind: "usage",
    found: table.name,
    hint: `Functions are named by adk trace stack, and by the tables ${others.join(", ")}.`,
  });
}

async function loadSymbols(
  { signal, onProgress }: Context,
  analysis: Analysis,
  { names, options }: Naming,
  findings: Findings,
): Promise<Symbolizer> {
  return Symbolizer.load(analysis.model, names.images(analysis), { ...options, findings, signal, onProgress });
}

function* longerThan(rows: Iterable<Row>, key: string | undefined, least: number | undefined): Generator<Row> {
  if (key === undefined || least === undefined) yield* rows;
  else for (const row of rows) if (Number(row[key] ?? 0) > least) yield row;
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
