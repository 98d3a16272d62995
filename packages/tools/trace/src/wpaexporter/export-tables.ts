import { AdkError, type Findings, type LongOperation } from "@adk/core";
import { Analysis } from "../analysis.ts";
import { exportSource } from "../exports/export-source.ts";
import { sampleTable, type TableSource } from "../exports/sample-table.ts";
import type { OpenedTrace } from "../open-trace.ts";
import type { WantedRegions } from "../regions/wanted-regions.ts";
import { Symbolizer, type SymbolOptions } from "../symbols/symbolizer.ts";
import { cpuTable } from "../tables/cpu.ts";
import { regionsTable } from "../tables/regions.ts";
import type { FunctionNames, Row, TableColumn, TableDefinition } from "../tables/table.ts";
import { TABLES } from "../tables/tables.ts";
import type { TimeRange } from "../time-range.ts";
import { genericEventsTable } from "./generic-event-rows.ts";
import { compareBy, groupRows, ordersOf, type VisibleColumn } from "./group-rows.ts";
import { parseFilter, type RowFilter } from "./row-filter.ts";
import { threadLifetimes } from "./thread-rows.ts";
import { baseOf, findColumn, type WpaColumn } from "./wpa-columns.ts";
import type { PresetColumn, TablePreset } from "./wpa-profile.ts";
import { GENERIC_EVENTS, REGIONS, THREADS, type WpaTable, wpaTableFor, wpaTableOf } from "./wpa-tables.ts";

export interface ExportTablesOptions extends LongOperation {
  readonly range?: TimeRange | undefined;
  readonly regions?: WantedRegions | undefined;
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

/** Columns that a table must have of those of a profile, to be meant by it where nothing else tells. */
const LEAST_SHARE = 0.6;

interface Wanted {
  readonly preset: TablePreset;
  readonly kind: WpaTable;
  readonly table: TableDefinition;
  /** Where the profile has columns with stacks or functions. */
  readonly names: FunctionNames | undefined;
}

/** The tables of a profile that we can make; the others, and columns that we do not have, are told. */
export async function exportTables(
  { trace }: OpenedTrace,
  presets: readonly TablePreset[],
  options: ExportTablesOptions,
): Promise<ExportedTable[]> {
  const { findings, range, regions, signal, onProgress } = options;
  const own = regions && regionsTable(regions);
  const wanted = presets.flatMap((preset): Wanted[] => {
    const found = tableOf(preset, own);
    if (found) return [{ preset, ...found, names: namesOf(preset, found.kind, found.table) }];
    const kind = wpaTableOf(preset.kind);
    const what = kind?.name === REGIONS ? "Regions of interest take -regionsxml" : `There is no table (${preset.kind})`;
    findings.warning("WPA_NO_TABLE", `${what}: ${preset.name || "a preset"} is left out.`);
    return [];
  });
  const analysis = await Analysis.of(
    trace,
    wanted.map(({ table, names }) => ({ ...table, collectors: [...table.collectors, ...(names?.collectors ?? [])] })),
    { range, signal, onProgress },
  );
  if (wanted.some(({ table }) => table === own)) regions?.tell(analysis, findings);
  const exported: ExportedTable[] = [];
  for (const { preset, kind, table, names } of wanted) {
    const source =
      table === cpuTable ? await samples(analysis, options) : await tableSource(analysis, table, names, options);
    exported.push({
      fileName: fileNameOf(options.prefix, kind.title, preset.name),
      lines: lines(source, kind, preset, options),
    });
  }
  return exported;
}

/** All of the regions, where a profile has no table of them. */
export const ALL_REGIONS: TablePreset = {
  kind: wpaTableFor(REGIONS, "").guid ?? "",
  name: "",
  columns: [],
  filter: "",
  filterKeeps: true,
};

function tableOf(
  { kind, columns }: TablePreset,
  regions: TableDefinition | undefined,
): { kind: WpaTable; table: TableDefinition } | undefined {
  const known = wpaTableOf(kind);
  if (known) {
    const special: Readonly<Record<string, TableDefinition | undefined>> = {
      [GENERIC_EVENTS]: genericEventsTable,
      [THREADS]: threadLifetimes,
      [REGIONS]: regions,
    };
    const table = known.name in special ? special[known.name] : TABLES.find(({ name }) => name === known.name);
    return table && { kind: known, table };
  }
  const visible = columns.filter((column) => column.visible);
  const all = TABLES.map((table) => {
    const likely = wpaTableFor(table.name, table.title);
    const found = visible.filter((column) => findColumn(table.columns, column, likely));
    return { kind: likely, table, share: found.length / visible.length };
  });
  const [best] = all.sort((a, b) => b.share - a.share);
  return visible.length > 0 && best && best.share >= LEAST_SHARE ? best : undefined;
}

function namesOf(preset: TablePreset, kind: WpaTable, { columns, functions }: TableDefinition) {
  const isNamed = (wanted: PresetColumn) =>
    wanted.visible && !findColumn(columns, wanted, kind) && findColumn(functions?.columns ?? [], wanted, kind);
  return preset.columns.some(isNamed) ? functions : undefined;
}

async function tableSource(
  analysis: Analysis,
  { columns, rows }: TableDefinition,
  names: FunctionNames | undefined,
  { symbols, findings, signal, onProgress }: ExportTablesOptions,
): Promise<TableSource> {
  if (!names) return { columns, rows: () => rows(analysis) };
  const operation = { ...symbols, findings, signal, onProgress };
  const symbolizer = await Symbolizer.load(analysis.model, names.images(analysis), operation);
  return { columns: names.columns, rows: () => rows(analysis, symbolizer) };
}

/** WPA has a row for each sample; frames of stacks are parted by `/`. */
async function samples(
  analysis: Analysis,
  { symbols, findings, signal, onProgress }: ExportTablesOptions,
): Promise<TableSource> {
  const source = sampleTable(await exportSource(analysis, "", { ...symbols, findings, signal, onProgress }));
  const whole = analysis.duration * (analysis.model.trace.header?.processors ?? 1);
  return {
    columns: [...source.columns, { key: "percent", label: "% Weight", type: "percent" }],
    *rows() {
      for (const row of source.rows()) {
        const { weight, stack } = row as { weight: number; stack: string };
        const percent = whole > 0 ? (100 * weight) / whole : 0;
        yield { ...row, stack: stack === "" ? "n/a" : stack.replaceAll(";", "/"), percent };
      }
    },
  };
}

/** As WPA names them: spaces, and what a name of a file cannot have, are underscores. */
function fileNameOf(prefix: string, title: string, preset: string): string {
  const name = [title, preset].filter((part) => part !== "").join("_");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters of a profile must not be in names
  return `${prefix}${name.replaceAll(/[\s\\/:*?"<>|\u0000-\u001f]/g, "_")}.csv`;
}

function* lines(
  source: TableSource,
  kind: WpaTable,
  preset: TablePreset,
  { delimiter, findings }: ExportTablesOptions,
): Generator<string> {
  const columns = visibleColumns(source.columns, kind, preset, findings);
  const line = (cells: readonly string[]) => `${cells.map((cell) => quoted(cell, delimiter)).join(delimiter)}\n`;
  yield line(columns.map(({ column }) => column.heading));
  const filter = filterOf(preset, (name) => findColumn(source.columns, { name }, kind), findings);
  const rows = filtered(source.rows(), filter, preset.filterKeeps);
  if (columns.some(({ wanted }) => wanted.key)) {
    for (const cells of groupRows(rows, columns)) yield line(cells);
    return;
  }
  for (const row of sorted(rows, columns)) yield line(columns.map(({ column }) => column.text(row)));
}

/** A profile without columns means all of them. */
function visibleColumns(
  own: readonly TableColumn[],
  kind: WpaTable,
  preset: TablePreset,
  findings: Findings,
): VisibleColumn[] {
  const all = own.map(({ label }): PresetColumn => {
    const name = label.slice(0, baseOf(label).length);
    return { name, visible: true, key: false, aggregation: "None", format: "", order: undefined, sortPriority: 0 };
  });
  return (preset.columns.length > 0 ? preset.columns.filter(({ visible }) => visible) : all).flatMap((wanted) => {
    const column = findColumn(own, wanted, kind);
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
function sorted(rows: Iterable<Row>, columns: readonly VisibleColumn[]): Iterable<Row> {
  const orders = ordersOf(columns);
  if (orders.length === 0) return rows;
  const sortValue = (row: Row, index: number) => columns[index]?.column.value(row) ?? null;
  return [...rows].sort((a, b) => compareBy(orders, (index) => [sortValue(a, index), sortValue(b, index)]));
}

function quoted(text: string, delimiter: string): string {
  const needed = text.includes(delimiter) || /["\r\n]/.test(text);
  return needed ? `"${text.replaceAll('"', '""')}"` : text;
}
