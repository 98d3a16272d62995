/** Performance traces of Windows: what was slow and why. */

// A trace, read once for some tables.

export { Analysis, type AnalyzeOptions } from "./analysis.ts";
export { assessCompleteness, type Completeness, type TableTrust } from "./completeness.ts";
export { type OpenedTrace, type OpenTraceOptions, openTrace } from "./open-trace.ts";
export type { ColumnType, Row, TableColumn, TableDefinition } from "./tables/table.ts";
export { TABLES } from "./tables/tables.ts";
export { parseTimeRange, type TimeRange } from "./time-range.ts";
export { type TraceInfo, traceInfo, traceInfoResult } from "./trace-info.ts";
