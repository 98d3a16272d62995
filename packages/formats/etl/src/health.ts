import { BufferFlag } from "./buffer-header.ts";
import { BufferState } from "./buffer-table.ts";
import type { LogFile, PlacedLog } from "./log.ts";

/** How whole a trace is. What depends on the records counts those buffers that were decoded so far. */
export interface TraceHealth {
  readonly buffers: number;
  /** What the headers say that there are. */
  readonly buffersWritten: number;
  /** A session that did not end: its header was not brought up to date. */
  readonly notFinalised: boolean;
  /** Lost while the trace was recorded, as the headers tell. */
  readonly eventsLost: number;
  readonly buffersLost: number;
  /** Buffers that say that events, or a buffer, were lost before them. */
  readonly eventsLostBuffers: number;
  readonly bufferLostBuffers: number;
  /** Places where sequence numbers are left out, and how many are. */
  readonly sequenceGaps: number;
  readonly sequenceMissing: number;
  /** Buffers of which the file has only a part. */
  readonly truncatedBuffers: number;
  /** Bytes of the files that no buffer claims, and those of them that were never written. */
  readonly unclaimedBytes: number;
  readonly blankBytes: number;
  /** Buffers that were decoded. */
  readonly decodedBuffers: number;
  /** Of these: given up at some record. */
  readonly partlyReadBuffers: number;
  /** Could not be decompressed. */
  readonly undecodableBuffers: number;
  /** Bytes of records that were given up. */
  readonly lostBytes: number;
  readonly records: number;
  /** Records whose headers have no known meaning. */
  readonly opaqueRecords: number;
  /** Records without a time stamp. */
  readonly untimedRecords: number;
  /** Records behind the saved offset of their buffers, which some readers leave out. */
  readonly unsavedRecords: number;
  /** Events before the one ahead of them, in one processor's buffers in the order of their sequence numbers. */
  readonly timeInversions: number;
  /** Logs whose clocks differ from that of the first: their events were put in their place by the times in the headers. */
  readonly alignedLogs: number;
}

type Counts = { -readonly [K in keyof TraceHealth]: TraceHealth[K] };

/** @param inOrder the buffers of each processor of a log in their order */
export function assessHealth(
  files: readonly LogFile[],
  logs: readonly PlacedLog[],
  inOrder: (log: PlacedLog) => Iterable<Uint32Array>,
): TraceHealth {
  const counts = noCounts();
  for (const { table, unclaimed } of files) {
    counts.buffers += table.length;
    for (const { length, blank } of unclaimed) {
      if (blank) counts.blankBytes += length;
      else counts.unclaimedBytes += length;
    }
  }
  for (const log of logs) {
    const { header } = log;
    counts.buffersWritten += header?.buffersWritten ?? 0;
    counts.eventsLost += header?.eventsLost ?? 0;
    counts.buffersLost += header?.buffersLost ?? 0;
    if (!header || header.endTime === 0n || header.buffersWritten === 0) counts.notFinalised = true;
    if (!log.sameClock) counts.alignedLogs++;
    countBuffers(log, counts);
    countGaps(log, counts);
    for (const buffers of inOrder(log)) countInversions(log, buffers, counts);
  }
  return counts;
}

function noCounts(): Counts {
  return {
    buffers: 0,
    buffersWritten: 0,
    notFinalised: false,
    eventsLost: 0,
    buffersLost: 0,
    eventsLostBuffers: 0,
    bufferLostBuffers: 0,
    sequenceGaps: 0,
    sequenceMissing: 0,
    truncatedBuffers: 0,
    unclaimedBytes: 0,
    blankBytes: 0,
    decodedBuffers: 0,
    partlyReadBuffers: 0,
    undecodableBuffers: 0,
    lostBytes: 0,
    records: 0,
    opaqueRecords: 0,
    untimedRecords: 0,
    unsavedRecords: 0,
    timeInversions: 0,
    alignedLogs: 0,
  };
}

function countBuffers({ file, from, to }: PlacedLog, counts: Counts): void {
  const { columns: table } = file.table;
  for (let i = from; i < to; i++) {
    const flags = table.flags[i] as number;
    if (flags & BufferFlag.EVENTS_LOST) counts.eventsLostBuffers++;
    if (flags & BufferFlag.BUFFER_LOST) counts.bufferLostBuffers++;
    if (table.truncated[i]) counts.truncatedBuffers++;
    const state = table.state[i];
    if (state === BufferState.UNREAD) continue;
    counts.decodedBuffers++;
    if (state === BufferState.PARTLY) counts.partlyReadBuffers++;
    if (state === BufferState.UNDECODABLE) counts.undecodableBuffers++;
    counts.lostBytes += table.lost[i] as number;
    counts.records += table.records[i] as number;
    counts.opaqueRecords += table.opaque[i] as number;
    counts.untimedRecords += table.untimed[i] as number;
    counts.unsavedRecords += table.unsaved[i] as number;
  }
}

/** The header buffer has the number 0; the others count up from any. */
function countGaps({ file, from, to, header }: PlacedLog, counts: Counts): void {
  const { columns: table } = file.table;
  const numbers = table.sequence.slice(header ? from + 1 : from, to).sort();
  for (let i = 1; i < numbers.length; i++) {
    const missing = (numbers[i] as number) - (numbers[i - 1] as number) - 1;
    if (missing <= 0) continue;
    counts.sequenceGaps++;
    counts.sequenceMissing += missing;
  }
}

function countInversions({ file }: PlacedLog, buffers: Uint32Array, counts: Counts): void {
  const { columns: table } = file.table;
  let last = Number.NEGATIVE_INFINITY;
  for (const i of buffers) {
    counts.timeInversions += table.inversions[i] as number;
    const first = table.firstTime[i] as number;
    if (Number.isNaN(first)) continue;
    if (table.state[i] !== BufferState.UNREAD) {
      if (first < last) counts.timeInversions++;
      last = table.lastTime[i] as number;
    }
  }
}
