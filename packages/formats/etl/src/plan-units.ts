import { alignUp, type Limits } from "@adk/core";
import { BUFFER_HEADER_BYTES, MOST_BUFFER_BYTES } from "./buffer-header.ts";
import { bufferAt, noteUndecodable, type StoredBuffer } from "./buffer-table.ts";
import { type DecodeUnit, mostRows, slotBytes } from "./decode-unit.ts";
import type { PlacedLog } from "./log.ts";
import { RECORD_ALIGNMENT } from "./record-header.ts";

/** Stored and decoded bytes of one unit, about. */
const UNIT_BYTES = 4 << 20;
/** Buffers of one unit may lie this far apart. */
const GAP = 1 << 16;
/** Records are seldom shorter than so many times 8 bytes. */
const USUAL_RECORD = 4;

/** The buffers of logs in units for decoding, in the order of the file. What cannot be decoded is noted and left out. */
export function* planUnits(
  logs: readonly PlacedLog[],
  limits: Limits,
): Generator<{ log: PlacedLog; unit: DecodeUnit }> {
  for (const log of logs) {
    let buffers: StoredBuffer[] = [];
    let bytes = 0;
    for (let i = log.from; i < log.to; i++) {
      const buffer = usableBuffer(log, i, limits);
      if (!buffer) continue;
      const size = buffer.compressed ? Math.max(buffer.size, buffer.end) : buffer.size;
      const last = buffers.at(-1);
      if (last && (bytes + size > UNIT_BYTES || buffer.offset - (last.offset + last.size) > GAP)) {
        yield { log, unit: unitOf(log, buffers) };
        buffers = [];
        bytes = 0;
      }
      buffers.push(buffer);
      bytes += size;
    }
    if (buffers.length > 0) yield { log, unit: unitOf(log, buffers) };
  }
}

/** @param buffers one at least; those between them are undecodable */
export function unitOf({ compression, base }: PlacedLog, buffers: readonly StoredBuffer[]): DecodeUnit {
  const first = buffers[0] as StoredBuffer;
  const last = buffers.at(-1) as StoredBuffer;
  const [start, end] = [first.offset, last.offset + last.size];
  const inPlace = buffers.every(({ offset, compressed }) => !compressed && (offset - start) % RECORD_ALIGNMENT === 0);
  const slots = buffers.reduce((sum, buffer) => sum + slotBytes(buffer), 0);
  const bytes = inPlace ? alignUp(end - start, RECORD_ALIGNMENT) : slots;
  return {
    from: first.index,
    to: last.index + 1,
    start,
    end,
    inPlace,
    bytes,
    rows: usualRows(buffers),
    compression,
    base,
  };
}

/** As many rows as there are records in real logs, and more than one buffer can need. */
function usualRows(buffers: readonly StoredBuffer[]): number {
  const rows = buffers.map(mostRows);
  const all = rows.reduce((sum, each) => sum + each, 0);
  return Math.min(all, Math.ceil(all / USUAL_RECORD) + rows.reduce((most, each) => Math.max(most, each), 0));
}

/** A buffer for a unit, or undefined, noted in the table. */
export function usableBuffer({ file: { table } }: PlacedLog, i: number, limits: Limits): StoredBuffer | undefined {
  const buffer = bufferAt(table.columns, i);
  if (isBelievable(buffer, limits)) return buffer;
  noteUndecodable(table.columns, i);
  return undefined;
}

/** Whether what a compressed buffer says that it decompresses to can be believed; memory is taken for it. */
function isBelievable({ size, end, compressed }: StoredBuffer, { ratio }: Limits): boolean {
  return !compressed || (end <= MOST_BUFFER_BYTES && end - BUFFER_HEADER_BYTES <= (size - BUFFER_HEADER_BYTES) * ratio);
}
