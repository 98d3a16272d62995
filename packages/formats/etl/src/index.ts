/** Reading: one log, or several as one trace. */
export type { TraceClock } from "./clock.ts";
/** Writing. */
export { type CopyOptions, copyTrace } from "./copy-trace.ts";
export { EtlTrace, type ReadOptions, type TraceEvent } from "./etl-trace.ts";
export { EtlWriter, type EtlWriterOptions, type LogOutput, MemoryLog } from "./etl-writer.ts";
export { EventBatch } from "./event-batch.ts";
export type { EventColumns } from "./event-columns.ts";
export type { KindFilter } from "./event-filter.ts";
export { type ExtendedItem, ExtendedType, type StackTrace } from "./extended-data.ts";
export type { TraceHealth } from "./health.ts";
export { type EventKind, KindTable } from "./kind-table.ts";
export type { Log, LogFile } from "./log.ts";
export { type ClockType, LogFileMode, type LogfileHeader, type SystemTime, type TimeZone } from "./logfile-header.ts";
export type {
  EventRecord,
  FullRecord,
  NewRecord,
  OpaqueRecord,
  PerfInfoRecord,
  SystemRecord,
  WppRecord,
} from "./new-record.ts";
export { isEtl, type OpenEtlOptions, openEtl, openEtlFiles } from "./open-etl.ts";
export { EventFlag, HeaderType, NO_ID } from "./record-header.ts";
