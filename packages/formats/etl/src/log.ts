import type { RandomAccess } from "@adk/core";
import type { BufferTable } from "./buffer-table.ts";
import type { TraceClock } from "./clock.ts";
import type { TimeBase } from "./decode-records.ts";
import type { LogfileHeader } from "./logfile-header.ts";
import type { UnclaimedRange } from "./scan-buffers.ts";

/** A file and its buffers. */
export interface LogFile {
  readonly access: RandomAccess;
  readonly table: BufferTable;
  readonly unclaimed: readonly UnclaimedRange[];
}

/** What one session wrote: a file, or a part of one that several sessions were appended to. */
export interface Log {
  readonly file: LogFile;
  /** Missing where the start of the log is. */
  readonly header: LogfileHeader | undefined;
  readonly clock: TraceClock;
  /** Its buffers in the table of the file: from this one up to the one before `to`. */
  readonly from: number;
  readonly to: number;
  /** Of `CompressionFormat`. */
  readonly compression: number;
}

/** A log and how its time stamps become ticks of the trace. */
export interface PlacedLog extends Log {
  readonly base: TimeBase;
  /** It counts time as the first log of the trace does; otherwise it was put in its place by the times of the headers. */
  readonly sameClock: boolean;
}
