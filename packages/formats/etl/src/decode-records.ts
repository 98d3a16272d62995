import { type BufferColumns, noteOutcome } from "./buffer-table.ts";
import type { EventColumns } from "./event-columns.ts";
import type { KindSelection } from "./event-filter.ts";
import { ANOTHER_ITEM, EXTENDED_ITEM_BYTES } from "./extended-data.ts";
import { CLASSIC, EVENT, type KindTable, OPAQUE, WPP } from "./kind-table.ts";
import {
  COMPACT_BYTES,
  EVENT_BYTES,
  EVENT_TRACE,
  EventFlag,
  FULL_BYTES,
  HeaderType,
  INSTANCE_BYTES,
  NO_ID,
  OPAQUE_BYTES,
  PERFINFO_BYTES,
  PERFINFO_COUNTERS_MASK,
  PERFINFO_COUNTERS_SHIFT,
  PERFINFO_PEBS,
  SYSTEM_BYTES,
  TRACE_HEADER,
  WPP_BYTES,
  WPP_MESSAGE,
  WppOption,
} from "./record-header.ts";

/** Two markers that no record has: what buffers are filled with behind their records. */
const ZEROS = 0;
const ONES = 0xffff_ffff;
const HIGH = 2 ** 32;

/** How the time stamps of a buffer become ticks of the trace. */
export interface TimeBase {
  /** The time stamp that is tick 0, as two words. */
  readonly low: number;
  readonly high: number;
  /** Ticks of the trace's clock for one of this log's. */
  readonly scale: number;
  /** Added after that. */
  readonly offset: number;
}

export interface DecodeContext {
  readonly kinds: KindTable;
  readonly selection: KindSelection;
  /** Ticks; rows outside are left out. */
  readonly from: number;
  readonly to: number;
  /** In place of what the headers say; 0 for that. */
  readonly pointerSize: number;
}

/** Bytes of a buffer within the data of a batch. */
export interface BufferPlace {
  /** In the buffer table. */
  readonly index: number;
  /** Where its records begin: a multiple of 8. */
  readonly start: number;
  /** Where they end as the logger saved it, and where what was written ends. */
  readonly saved: number;
  readonly end: number;
  /** Bytes behind the end that the file does not have. */
  readonly cut: number;
  readonly processor: number;
}

/**
 * Turns the records of a buffer into rows. One call decodes one buffer: no object is made for a record.
 *
 * @param words the data of the batch
 * @param row the first free row; there must be one for every 8 bytes of the buffer
 * @param table gets what the records told
 * @returns the row behind the last that was written
 */
export function decodeRecords(
  words: Uint32Array,
  place: BufferPlace,
  { low, high, scale, offset }: TimeBase,
  { kinds, selection, from, to, pointerSize: pointerOverride }: DecodeContext,
  columns: EventColumns,
  firstRow: number,
  table: BufferColumns,
): number {
  const { index, start, saved, end, cut, processor: bufferProcessor } = place;
  const { time, kind, processId, threadId, record, payload } = columns;
  const { payloadLength, extendedLength, processor, headerType, pointerSize } = columns;
  const everything = selection.all && from === Number.NEGATIVE_INFINITY && to === Number.POSITIVE_INFINITY;
  let row = firstRow;
  let at = start;
  let records = 0;
  let inversions = 0;
  let untimed = 0;
  let opaque = 0;
  let unsaved = 0;
  let firstTime = Number.NaN;
  let last = Number.NaN;
  let lost = cut;

  while (at + 8 <= end) {
    const i = at >>> 2;
    const marker = words[i] as number;
    if (marker === ZEROS || marker === ONES) break;
    const second = words[i + 1] as number;
    let type = (marker >>> 16) & 0xff;
    let size = marker & 0xffff;
    let header = 0;
    /** Index of the word where the time stamp is; 0 for none. */
    let stamp = 0;
    let processWord = 0;
    let extended = 0;
    let wide = 8;
    let number = 0;

    if (marker >>> 24 === (TRACE_HEADER | WPP_MESSAGE)) {
      // A WPP message: its options tell what lies before the arguments.
      type = HeaderType.WPP;
      const options = second >>> 16;
      let next = i + 2;
      if (options & WppOption.SEQUENCE) next++;
      const source = next;
      if (options & WppOption.GUID) next += 4;
      else if (options & WppOption.COMPONENT_ID) next++;
      if (options & WppOption.TIME_STAMP) {
        stamp = next;
        next += 2;
      }
      if (options & WppOption.SYSTEM_INFORMATION) {
        processWord = next;
        next += 2;
      }
      if (options & WppOption.POINTER_32) wide = 4;
      header = (next - i) << 2;
      if (size < WPP_BYTES || header > size || at + size > end) {
        lost += end - at;
        break;
      }
      number =
        options & WppOption.GUID
          ? kinds.kind(
              WPP,
              second & 0xffff,
              words[source] as number,
              words[source + 1] as number,
              words[source + 2] as number,
              words[source + 3] as number,
            )
          : options & WppOption.COMPONENT_ID
            ? kinds.kind(WPP, (second & 0xffff) | 0x10000, words[source] as number, 0, 0, 0)
            : kinds.kind(WPP, second & 0xffff, 0, 0, 0, 0);
    } else {
      // Another marker than that of events: kept as it is, as far as its size can be believed.
      if (marker >>> 24 !== (TRACE_HEADER | EVENT_TRACE)) {
        type = 0;
        if (marker >>> 31 === 0) size = 0;
      }
      switch (type) {
        case HeaderType.PERFINFO32:
        case HeaderType.PERFINFO64: {
          header = PERFINFO_BYTES;
          // A PEBS index and performance counters can lie between the header and the payload.
          const version = marker & 0xffff;
          if (version > 0xff) {
            extended = ((version >>> PERFINFO_COUNTERS_SHIFT) & PERFINFO_COUNTERS_MASK) << 3;
            if (version & PERFINFO_PEBS) extended += 8;
          }
          size = second & 0xffff;
          stamp = i + 2;
          if (type === HeaderType.PERFINFO32) wide = 4;
          break;
        }
        case HeaderType.SYSTEM32:
        case HeaderType.SYSTEM64:
        case HeaderType.COMPACT32:
        case HeaderType.COMPACT64:
          header = type <= HeaderType.SYSTEM64 ? SYSTEM_BYTES : COMPACT_BYTES;
          size = second & 0xffff;
          stamp = i + 4;
          processWord = i + 2;
          wide = type & 1 ? 4 : 8;
          break;
        case HeaderType.EVENT32:
        case HeaderType.EVENT64:
          header = EVENT_BYTES;
          stamp = i + 4;
          processWord = i + 2;
          if (type === HeaderType.EVENT32) wide = 4;
          break;
        case HeaderType.FULL32:
        case HeaderType.FULL64:
        case HeaderType.INSTANCE32:
        case HeaderType.INSTANCE64:
          header = type === HeaderType.FULL32 || type === HeaderType.FULL64 ? FULL_BYTES : INSTANCE_BYTES;
          stamp = i + 4;
          processWord = i + 2;
          if (type < HeaderType.FULL64) wide = 4;
          break;
        default:
          header = OPAQUE_BYTES;
      }
      if (size < header + extended || at + size > end) {
        lost += end - at;
        break;
      }
      if (stamp === 0) {
        number = kinds.kind(OPAQUE, type, 0, 0, 0, 0);
        opaque++;
      } else if (type >= HeaderType.PERFINFO32 ? type <= HeaderType.PERFINFO64 : type <= HeaderType.COMPACT64) {
        number = kinds.kernelKind(second >>> 16, marker & 0xff);
      } else if (header === EVENT_BYTES) {
        if (second & EventFlag.EXTENDED_INFO) extended = measureExtended(words, at + EVENT_BYTES, at + size);
        const version = words[i + 10] as number;
        number = kinds.kind(
          EVENT,
          // id, version; the opcode is the second byte of the next word
          (version & 0xff_ffff) | (((words[i + 11] as number) & 0xff00) << 16),
          words[i + 6] as number,
          words[i + 7] as number,
          words[i + 8] as number,
          words[i + 9] as number,
        );
      } else {
        number = kinds.kind(
          CLASSIC,
          (second & 0xff) | ((second >>> 16) << 8),
          words[i + 6] as number,
          words[i + 7] as number,
          words[i + 8] as number,
          words[i + 9] as number,
        );
      }
    }

    let ticks = last;
    if (stamp === 0) {
      untimed++;
      if (Number.isNaN(ticks)) ticks = 0;
    } else {
      ticks = ((words[stamp + 1] as number) - high) * HIGH + ((words[stamp] as number) - low);
      if (scale !== 1) ticks *= scale;
      ticks += offset;
      if (records === untimed) firstTime = ticks;
      else if (ticks < last) inversions++;
      last = ticks;
    }
    if (at >= saved) unsaved++;
    records++;

    if (everything || (ticks >= from && ticks <= to && selection.wants(number))) {
      time[row] = ticks;
      kind[row] = number;
      record[row] = at;
      const skip = header + extended;
      payload[row] = at + skip;
      payloadLength[row] = size - skip;
      extendedLength[row] = extended;
      processor[row] = bufferProcessor;
      headerType[row] = type;
      pointerSize[row] = pointerOverride === 0 ? wide : pointerOverride;
      if (processWord === 0) {
        threadId[row] = NO_ID;
        processId[row] = NO_ID;
      } else {
        threadId[row] = words[processWord] as number;
        processId[row] = words[processWord + 1] as number;
      }
      row++;
    }
    at += (size + 7) & ~7;
  }
  noteOutcome(table, index, { records, lost, firstTime, lastTime: last, inversions, untimed, opaque, unsaved });
  return row;
}

/** Bytes of the chain of extended data; 0 where it makes no sense, so that all of it counts to the payload. */
function measureExtended(words: Uint32Array, start: number, end: number): number {
  for (let at = start; at + EXTENDED_ITEM_BYTES <= end; ) {
    const i = at >>> 2;
    const size = (words[i] as number) & 0xffff;
    if (size < EXTENDED_ITEM_BYTES || (size & 7) !== 0 || at + size > end) return 0;
    at += size;
    if (((words[i + 1] as number) & ANOTHER_ITEM) === 0) return at - start;
  }
  return 0;
}
