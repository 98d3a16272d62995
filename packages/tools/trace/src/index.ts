/** Performance traces of Windows: what was slow and why. */

// A trace, read once for some tables.

export { Analysis, type AnalyzeOptions } from "./analysis.ts";
export { assessCompleteness, type Completeness, type TableTrust } from "./completeness.ts";
export type { SchemaSources } from "./model/event-schemas.ts";
export { type OpenedTrace, type OpenTraceOptions, openTrace } from "./open-trace.ts";
export { type GivenSchemas, readSchemaFiles } from "./schemas/schema-files.ts";
export type { ColumnType, Row, TableColumn, TableDefinition } from "./tables/table.ts";
export { TABLES } from "./tables/tables.ts";
export { parseTimeRange, type TimeRange } from "./time-range.ts";
export { traceInfo } from "./trace-info.ts";

// Regions of interest.

export { parseRegions, type RegionsFile } from "./regions/parse-regions.ts";
export { regionRange } from "./regions/region-range.ts";
export { WantedRegions } from "./regions/wanted-regions.ts";
export { regionsTable } from "./tables/regions.ts";

// What it is exported as.

export { PROFILE_FORMATS } from "./exports/export-formats.ts";
export { EXPORT_TABLES, exportSource } from "./exports/export-source.ts";
export type { Piece } from "./exports/pieces.ts";
export type { ProfileFormat, ProfileSource } from "./exports/profile-source.ts";
export { sampleTable, type TableSource } from "./exports/sample-table.ts";
export { TABLE_FORMATS, type TableFormat } from "./exports/table-formats.ts";
export { type ExportTarget, traceExportResult, writeExport } from "./exports/write-export.ts";

// What functions take, and what symbols tell.

export { type TraceStack, traceStackResult } from "./stacks/function-report.ts";
export { type TracePdb, tracePdbResult } from "./symbols/pdb-report.ts";

// Reports: what was slow and why.

export { traceReportPage } from "./report/report-page.ts";
export { type Evidence, type Sentence, sentence } from "./report/story/sentence.ts";
export { type MadeReport, makeTraceReport, type TraceReport, traceReportResult } from "./report/trace-report.ts";

// What commands print with --json.

export { compareRuns, type Difference, measureRun, type Run } from "./compare/compare.ts";
export {
  type ExportPacketsOptions,
  exportPackets,
  type TracePackets,
  tracePacketsResult,
} from "./packets/export-packets.ts";
export {
  type TraceCompare,
  type TraceCounts,
  type TraceInfo,
  type TraceTable,
  traceCompareResult,
  traceCountsResult,
  traceInfoResult,
  traceTableResult,
} from "./results.ts";
export { type SliceOptions, sliceTrace, type TraceSlice, traceSliceResult } from "./slice.ts";

// Stack tags, and profiles of the recorder.

export { StackTags } from "./stack-tags/stack-tags.ts";
export { type TaggedStacks, type TraceTags, tagStacks, traceTagsResult } from "./stack-tags/tag-stacks.ts";
export { explainProfiles, type WprpExplanation, wprpExplanation } from "./wprp/explain.ts";
export { lintProfile, type WprpFinding, type WprpLint, wprpLintResult } from "./wprp/lint.ts";
export { type NewProfileOptions, newProfile, wprpNewResult } from "./wprp/new-profile.ts";
export { RecordingProfiles } from "./wprp/recording-profile.ts";
