import { createDecoder, type Decoder, decodeLznt1, decodeXpressPlain } from "@adk/compression";
import { AdkError, alignUp, type Limits } from "@adk/core";
import { BUFFER_HEADER_BYTES, MOST_BUFFER_BYTES } from "./buffer-header.ts";
import { type BufferOutcome, type DecodeContext, decodeRecords, type TimeBase } from "./decode-records.ts";
import { copyColumns, type EventColumns, makeColumns } from "./event-columns.ts";
import { RECORD_ALIGNMENT } from "./record-header.ts";

/** Compression formats as RtlDecompressBuffer numbers them. */
export const CompressionFormat = { LZNT1: 2, XPRESS: 3, XPRESS_HUFFMAN: 4 } as const;

/** Buffers that are decoded together: plain data, so that it goes to worker threads. */
export interface DecodeUnit {
  /** Stored bytes from here to there hold all of them. */
  readonly start: number;
  readonly end: number;
  readonly buffers: readonly UnitBuffer[];
  /** Of `CompressionFormat`. */
  readonly compression: number;
  readonly base: TimeBase;
}

export interface UnitBuffer {
  /** In the buffer table. */
  readonly index: number;
  /** In the file. */
  readonly offset: number;
  readonly size: number;
  /** Ends of the records in the uncompressed buffer. */
  readonly saved: number;
  readonly end: number;
  readonly processor: number;
  readonly compressed: boolean;
}

export interface DecodedUnit {
  readonly columns: EventColumns;
  readonly length: number;
  readonly data: Uint8Array<ArrayBuffer>;
  /** For each buffer of the unit; undefined where it could not be decompressed. */
  readonly outcomes: readonly (BufferOutcome | undefined)[];
}

/** Memory that a decoder fills, and takes again. */
export interface UnitMemory {
  readonly columns: EventColumns;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Whether buffers can lie in a batch's data as they lie in the file: nothing is compressed, and all begin at aligned places. */
export function isInPlace({ start, buffers }: DecodeUnit): boolean {
  return buffers.every(({ offset, compressed }) => !compressed && (offset - start) % RECORD_ALIGNMENT === 0);
}

/** Bytes of data that a unit decodes to. */
function dataBytes(unit: DecodeUnit): number {
  if (isInPlace(unit)) return alignUp(unit.end - unit.start, RECORD_ALIGNMENT);
  return unit.buffers.reduce((sum, buffer) => sum + slotBytes(buffer), 0);
}

function slotBytes({ size, end, compressed }: UnitBuffer): number {
  return alignUp(compressed ? end : size, RECORD_ALIGNMENT);
}

/** Whether what a compressed buffer says that it decompresses to can be believed; memory is taken for it. */
export function isBelievable({ size, end, compressed }: UnitBuffer, { ratio }: Limits): boolean {
  return !compressed || (end <= MOST_BUFFER_BYTES && end - BUFFER_HEADER_BYTES <= (size - BUFFER_HEADER_BYTES) * ratio);
}

/** Rows that the records of a buffer can need: the shortest have 8 bytes. */
function mostRows({ size, end, compressed }: UnitBuffer): number {
  return (compressed ? end : Math.min(size, end)) >>> 3;
}

/** Rows that a unit begins with: as many as there are records in real logs, and more than one buffer can need. */
function usualRows({ buffers }: DecodeUnit): number {
  const rows = buffers.map(mostRows);
  const all = rows.reduce((sum, each) => sum + each, 0);
  return Math.min(all, Math.ceil(all / USUAL_RECORD) + rows.reduce((most, each) => Math.max(most, each), 0));
}

/** Records are seldom shorter than so many times 8 bytes. */
const USUAL_RECORD = 4;
/** Memory is taken in steps of these many bytes and rows, so that what served one unit serves the next. */
const DATA_STEP = 1 << 20;
const ROW_STEP = 1 << 15;

/** Memory for a unit: what is there already where it is large enough. */
export function makeMemory(unit: DecodeUnit, reuse?: UnitMemory): UnitMemory {
  const size = dataBytes(unit);
  const rows = usualRows(unit);
  const enough = reuse !== undefined && reuse.data.length >= size;
  return {
    columns: makeColumns(rows < ROW_STEP ? rows : alignUp(rows, ROW_STEP), reuse?.columns),
    data: enough ? reuse.data : new Uint8Array(alignUp(size, size < DATA_STEP ? RECORD_ALIGNMENT : DATA_STEP)),
  };
}

/**
 * Decodes the buffers of a unit.
 *
 * @param stored the bytes of the file from `unit.start` to `unit.end`; where the unit is in place they are in `memory.data`
 */
export function decodeUnit(
  unit: DecodeUnit,
  stored: Uint8Array,
  memory: UnitMemory,
  context: DecodeContext,
): DecodedUnit {
  const { data } = memory;
  let { columns } = memory;
  const words = new Uint32Array(data.buffer, data.byteOffset, data.length >>> 2);
  const inPlace = isInPlace(unit);
  const outcomes: (BufferOutcome | undefined)[] = [];
  let row = 0;
  let slot = 0;
  for (const buffer of unit.buffers) {
    const at = buffer.offset - unit.start;
    const place = inPlace ? at : slot;
    let end = Math.min(buffer.end, buffer.size);
    if (!inPlace) {
      const found = fillSlot(unit.compression, buffer, stored.subarray(at, at + buffer.size), data.subarray(slot));
      slot += slotBytes(buffer);
      if (!found) {
        outcomes.push(undefined);
        continue;
      }
      end = buffer.compressed ? buffer.end : end;
    }
    const cut = buffer.end - end;
    const rows = row + mostRows(buffer);
    if (rows > columns.capacity) columns = copyColumns(columns, row, makeColumns(2 * rows));
    row = decodeRecords(
      words,
      {
        start: place + BUFFER_HEADER_BYTES,
        saved: place + buffer.saved,
        end: place + end,
        processor: buffer.processor,
      },
      unit.base,
      context,
      columns,
      row,
      (outcome) => outcomes.push(cut > 0 ? { ...outcome, lost: outcome.lost + cut } : outcome),
    );
  }
  return { columns, length: row, data, outcomes };
}

/** Puts the records of a buffer where they are aligned, decompressed. */
function fillSlot(format: number, buffer: UnitBuffer, stored: Uint8Array, slot: Uint8Array): boolean {
  if (!buffer.compressed) {
    slot.set(stored);
    return true;
  }
  const output = slot.subarray(BUFFER_HEADER_BYTES, buffer.end);
  try {
    return decompress(format, stored.subarray(BUFFER_HEADER_BYTES), output) === output.length;
  } catch (error) {
    if (error instanceof AdkError && error.kind === "input") return false;
    throw error;
  }
}

let huffman: Decoder | undefined;
/** A chunk of XPRESS Huffman, and so the most that a buffer can have that was compressed so: where a second would begin is not told. */
const HUFFMAN_CHUNK = 0x10000;

/** @returns bytes written */
function decompress(format: number, input: Uint8Array, output: Uint8Array): number {
  if (format === CompressionFormat.LZNT1) return decodeLznt1(input, output);
  if (format !== CompressionFormat.XPRESS_HUFFMAN) return decodeXpressPlain(input, output);
  huffman ??= createDecoder("xpress", HUFFMAN_CHUNK);
  huffman.decode(input, output);
  return output.length;
}
