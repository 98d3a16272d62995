import { createDecoder, type Decoder, decodeLznt1, decodeXpressPlain } from "@adk/compression";
import { AdkError, alignUp } from "@adk/core";
import { BUFFER_HEADER_BYTES } from "./buffer-header.ts";
import { type BufferColumns, BufferState, bufferAt, noteUndecodable, type StoredBuffer } from "./buffer-table.ts";
import { type DecodeContext, decodeRecords, type TimeBase } from "./decode-records.ts";
import { copyColumns, type EventColumns, makeColumns } from "./event-columns.ts";
import { RECORD_ALIGNMENT } from "./record-header.ts";

/** Compression formats as RtlDecompressBuffer numbers them. */
export const CompressionFormat = { LZNT1: 2, XPRESS: 3, XPRESS_HUFFMAN: 4 } as const;

/** Buffers that are decoded together: plain data, so that it goes to worker threads. */
export interface DecodeUnit {
  /** In the buffer table, from this one up to the one before `to`; those that are undecodable are left out. */
  readonly from: number;
  readonly to: number;
  /** Stored bytes from here to there hold all of them. */
  readonly start: number;
  readonly end: number;
  /** Whether they can lie in a batch's data as they lie in the file: nothing is compressed, and all begin at aligned places. */
  readonly inPlace: boolean;
  /** Bytes of data that they decode to, at most. */
  readonly bytes: number;
  /** Rows to begin with. */
  readonly rows: number;
  /** Of `CompressionFormat`. */
  readonly compression: number;
  readonly base: TimeBase;
}

/** Memory that a decoder fills, and takes again: all threads share it, so that no unit is copied or moved from one to another. */
export interface UnitMemory {
  readonly columns: EventColumns;
  readonly data: Uint8Array<SharedArrayBuffer>;
}

export interface DecodedUnit extends UnitMemory {
  readonly length: number;
}

/** Bytes of data that a buffer takes which does not lie there as in the file. */
export function slotBytes({ size, end, compressed }: StoredBuffer): number {
  return alignUp(compressed ? end : size, RECORD_ALIGNMENT);
}

/** Rows that the records of a buffer can need: the shortest have 8 bytes. */
export function mostRows({ size, end, compressed }: StoredBuffer): number {
  return (compressed ? end : Math.min(size, end)) >>> 3;
}

/** Memory is taken in steps of these many bytes and rows, so that what served one unit serves the next. */
const DATA_STEP = 1 << 20;
const ROW_STEP = 1 << 15;

/** Memory for a unit: what is there already where it is large enough. */
export function makeMemory(unit: DecodeUnit, reuse?: UnitMemory): UnitMemory {
  const { bytes, rows } = unit;
  const enough = reuse !== undefined && reuse.data.length >= bytes;
  const size = alignUp(bytes, bytes < DATA_STEP ? RECORD_ALIGNMENT : DATA_STEP);
  return {
    columns: makeColumns(rows < ROW_STEP ? rows : alignUp(rows, ROW_STEP), reuse?.columns),
    data: enough ? reuse.data : new Uint8Array(new SharedArrayBuffer(size)),
  };
}

/**
 * Decodes the buffers of a unit, and notes in their table what came of it.
 *
 * @param stored the bytes of the file from `unit.start` to `unit.end`; those of a unit in place are in `memory.data`
 */
export function decodeUnit(
  unit: DecodeUnit,
  table: BufferColumns,
  stored: Uint8Array,
  memory: UnitMemory,
  context: DecodeContext,
): DecodedUnit {
  const { data } = memory;
  let { columns } = memory;
  const words = new Uint32Array(data.buffer, data.byteOffset, data.length >>> 2);
  let row = 0;
  let slot = 0;
  for (let index = unit.from; index < unit.to; index++) {
    if (table.state[index] === BufferState.UNDECODABLE) continue;
    const buffer = bufferAt(table, index);
    const at = buffer.offset - unit.start;
    const place = unit.inPlace ? at : slot;
    let end = Math.min(buffer.end, buffer.size);
    if (!unit.inPlace) {
      const found = fillSlot(unit.compression, buffer, stored.subarray(at, at + buffer.size), data.subarray(slot));
      slot += slotBytes(buffer);
      if (!found) {
        noteUndecodable(table, index);
        continue;
      }
      end = buffer.compressed ? buffer.end : end;
    }
    const rows = row + mostRows(buffer);
    if (rows > columns.capacity) columns = copyColumns(columns, row, makeColumns(2 * rows));
    row = decodeRecords(
      words,
      {
        index,
        start: place + BUFFER_HEADER_BYTES,
        saved: place + buffer.saved,
        end: place + end,
        cut: buffer.end - end,
        processor: buffer.processor,
      },
      unit.base,
      context,
      columns,
      row,
      table,
    );
  }
  return { columns, length: row, data };
}

/** Puts the records of a buffer where they are aligned, decompressed. */
function fillSlot(format: number, buffer: StoredBuffer, stored: Uint8Array, slot: Uint8Array): boolean {
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
