import { AdkError, type Findings, type LongOperation } from "@adk/core";
import { Analysis } from "../analysis.ts";
import { exportSource } from "../exports/export-source.ts";
import { sampleTable, type TableSource } from "../exports/sample-table.ts";
import type { OpenedTrace } from "../open-trace.ts";
import type { SymbolOptions } from "../symbols/symbolizer.ts";
import { cpuTable } from "../tables/cpu.ts";
import type { Row, TableColumn, TableDefinition } from "../tables/table.ts";
import { TABLES } from "../tables/tables.ts";
import type { TimeRange } from "../time-range.ts";
import { groupRows } from "./group-rows.ts";
import { parseFilter, type RowFilter } from "./row-filter.ts";
import { findColumn, type WpaColumn } from "./wpa-columns.ts";
import type { PresetColumn, TablePreset } from "./wpa-profile.ts";

export interface ExportTablesOptions extends LongOperation {
  readonly range?: TimeRange | undefined;
  readonly delimiter: string;
  readonly prefix: string;
  readonly symbols?: SymbolOptions | undefined;
  readonly findings: Findings;
}

/** A file that is to be written. */
export interface ExportedTable {
  /** `Disk_Usage_Utilization_by_Disk.csv` */
  readonly fileName: string;
  readonly lines: Iterable<string>;
}

/** By the names of WPA's classes, and the GUIDs of its tables, in small letters: those that profiles were seen with. */
const TABLE_NAMES: Readonly<Record<string, string>> = {
  cpusampling: "cpu",
  "b855361e-7be0-4bc8-a754-3e8507715ca5": "cpu",
  cpuscheduling: "cswitch",
  contextswitch: "cswitch",
  "c58f5fea-0319-4046-932d-e695ebe20b47": "cswitch",
  diskio: "disk",
  fileio: "fileio",
  "e2a7d340-0dbd-4f24-8b26-e5388eeaf562": "fileio",
  hardfault: "hardfault",
  dpcisr: "dpc",
  registry: "registry",
};
/** Columns that a table must have of those of a profile, to be meant by it where nothing else tells. */
const LEAST_SHARE = 0.6;

interface Wanted {
  readonly preset: TablePreset;
  readonly table: TableDefinition;
}

/** The tables of a profile that we can make; the others, and columns that we do not have, are told. */
export async function exportTables(
  { trace }: OpenedTrace,
  presets: readonly TablePreset[],
  options: ExportTablesOptions,
): Promise<ExportedTable[]> {
  const { findings, range, signal, onProgress } = options;
  const wanted = presets.flatMap((preset): Wanted[] => {
    const table = tableOf(preset);
    if (table) return [{ preset, table }];
    findings.warning("WPA_NO_TABLE", `There is no table for ${preset.name || "a preset"} (${preset.kind}).`);
    return [];
  });
  const tables = wanted.map(({ table }) => table);
  const analysis = await Analysis.of(trace, tables, { range, signal, onProgress });
  const exported: ExportedTable[] = [];
  for (const { preset, table } of wanted) {
    const source = table === cpuTable ? await samples(analysis, options) : tableSource(analysis, table);
    exported.push({
      fileName: fileNameOf(options.prefix, table.title, preset.name),
      lines: lines(source, preset, options),
    });
  }
  return exported;
}

function tableOf({ kind, columns }: TablePreset): TableDefinition | undefined {
  const name = TABLE_NAMES[kind];
  const known = TABLES.find((table) => table.name === name);
  if (known) return known;
  const visible = columns.filter((column) => column.visible);
  const shareOf = (table: TableDefinition) =>
    visible.filter((column) => findColumn(table.columns, column.name)).length / visible.length;
  const [best] = [...TABLES].sort((a, b) => shareOf(b) - shareOf(a));
  return visible.length > 0 && best && shareOf(best) >= LEAST_SHARE ? best : undefined;
}

function tableSource(analysis: Analysis, { columns, rows }: TableDefinition): TableSource {
  return { columns, rows: () => rows(analysis) };
}

/** WPA has a row for each sample. */
async function samples(analysis: Analysis, { symbols, findings, signal, onProgress }: ExportTablesOptions) {
  return sampleTable(await exportSource(analysis, "", { ...symbols, findings, signal, onProgress }));
}

/** As WPA names them: spaces, and what a name of a file cannot have, are underscores. */
function fileNameOf(prefix: string, title: string, preset: string): string {
  const name = [title, preset].filter((part) => part !== "").join("_");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters of a profile must not be in names
  return `${prefix}${name.replaceAll(/[\s\\/:*?"<>|\u0000-\u001f]/g, "_")}.csv`;
}

function* lines(
  source: TableSource,
  preset: TablePreset,
  { delimiter, findings }: ExportTablesOptions,
): Generator<string> {
  const columnOf = (name: string) => findColumn(source.columns, name);
  const columns = visibleColumns(source.columns, preset, findings);
  const line = (cells: readonly string[]) => `${cells.map((cell) => quoted(cell, delimiter)).join(delimiter)}\n`;
  yield line(columns.map(({ column }) => column.heading));
  const filter = filterOf(preset, columnOf, findings);
  const rows = sorted(filtered(source.rows(), filter, preset.filterKeeps), preset, columnOf);
  if (columns.some(({ wanted }) => wanted.key)) {
    for (const cells of groupRows(rows, columns)) yield line(cells);
  } else for (const row of rows) yield line(columns.map(({ column }) => column.text(row)));
}

export interface VisibleColumn {
  readonly wanted: PresetColumn;
  readonly column: WpaColumn;
}

/** A profile without columns means all of them. */
function visibleColumns(own: readonly TableColumn[], preset: TablePreset, findings: Findings): VisibleColumn[] {
  const all = own.map(({ label }): PresetColumn => {
    const name = label.replace(/ \((ms|µs|s|B)\)$/, "");
    return { name, visible: true, key: false, aggregation: "None", order: undefined, sortPriority: 0 };
  });
  return (preset.columns.length > 0 ? preset.columns.filter(({ visible }) => visible) : all).flatMap((wanted) => {
    const column = findColumn(own, wanted.name);
    if (column) return [{ wanted, column }];
    findings.warning(
      "WPA_NO_COLUMN",
      `The column ${wanted.name} of ${preset.name} is left out: there is none like it.`,
    );
    return [];
  });
}

function filterOf(
  { filter, name }: TablePreset,
  columnOf: (name: string) => WpaColumn | undefined,
  findings: Findings,
): RowFilter | undefined {
  if (filter.trim() === "") return undefined;
  try {
    return parseFilter(filter, columnOf);
  } catch (error) {
    if (!(error instanceof AdkError)) throw error;
    findings.warning(error.code, `The filter of ${name} is not applied: ${error.message} (${error.found})`);
    return undefined;
  }
}

function* filtered(rows: Iterable<Row>, filter: RowFilter | undefined, keeps: boolean): Generator<Row> {
  for (const row of rows) if (!filter || filter(row) === keeps) yield row;
}

/** Rows come in the order of the table, unless the profile sorts them by a column that we have. */
function sorted(
  rows: Iterable<Row>,
  { columns }: TablePreset,
  columnOf: (name: string) => WpaColumn | undefined,
): Iterable<Row> {
  const orders = columns
    .filter(({ order, visible }) => order !== undefined && visible)
    .sort((a, b) => a.sortPriority - b.sortPriority)
    .flatMap(({ name, order }) => {
      const column = columnOf(name);
      return column ? [{ value: column.value, sign: order === "Descending" ? -1 : 1 }] : [];
    });
  if (orders.length === 0) return rows;
  return [...rows].sort((a, b) => {
    for (const { value, sign } of orders) {
      const difference = compareValues(value(a), value(b));
      if (difference !== 0) return sign * difference;
    }
    return 0;
  });
}

function compareValues(a: string | number | null, b: string | number | null): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  const [left, right] = [String(a ?? ""), String(b ?? "")];
  return left < right ? -1 : left > right ? 1 : 0;
}

function quoted(text: string, delimiter: string): string {
  const needed = text.includes(delimiter) || /["\r\n]/.test(text);
  return needed ? `"${text.replaceAll('"', '""')}"` : text;
}
