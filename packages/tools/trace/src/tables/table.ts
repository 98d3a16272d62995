import type { Analysis } from "../analysis.ts";
import type { Collector } from "../model/event-pass.ts";
import type { TraceImage } from "../model/images.ts";
import type { TraceModel } from "../model/trace-model.ts";
import type { Symbolizer } from "../symbols/symbolizer.ts";

/** What the values of a column are. Times of day are milliseconds since the start of the trace. */
export type ColumnType =
  | "text"
  | "number"
  | "bytes"
  | "milliseconds"
  | "microseconds"
  | "percent"
  | "address"
  | "status";

export interface TableColumn {
  /** In JSON and Parquet: `newProcess`. */
  readonly key: string;
  /** As WPA calls it, where it has it: `New Process`. */
  readonly label: string;
  readonly type: ColumnType;
}

export type Row = Readonly<Record<string, string | number | null>>;

export type CollectorClass = new (model: TraceModel) => Collector;

/** What a table of code is with the names of its functions: those take symbols. */
export interface FunctionNames {
  /** All columns: those of the table and of functions. */
  readonly columns: readonly TableColumn[];
  /** What it takes beside the collectors of the table. */
  readonly collectors?: readonly CollectorClass[];
  /** Images that the table names functions of, those with the most first. */
  readonly images: (analysis: Analysis) => readonly TraceImage[];
}

/** A table that can be made of a trace. */
export interface TableDefinition {
  /** As the command is called: `cswitch`. */
  readonly name: string;
  /** As WPA calls it: `CPU Usage (Precise)`. */
  readonly title: string;
  /** A sentence for the help. */
  readonly summary: string;
  /** Events without which there is nothing to tell, each with the keyword of WPR that records it. */
  readonly needs: readonly { readonly event: string; readonly keyword: string }[];
  readonly collectors: readonly CollectorClass[];
  readonly columns: readonly TableColumn[];
  /** In the order in which people read them: the largest first, or by time. @param symbolizer of tables with `functions` */
  readonly rows: (analysis: Analysis, symbolizer?: Symbolizer) => Iterable<Row>;
  /** Of a table that names code. */
  readonly functions?: FunctionNames;
  /** Column of microseconds that `--longer-than` is about. */
  readonly duration?: string;
}
