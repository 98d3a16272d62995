import type { Limits } from "@adk/core";
import { type DecodeUnit, isBelievable, type UnitBuffer } from "./decode-unit.ts";
import type { PlacedLog } from "./log.ts";

/** Stored and decoded bytes of one unit, about. */
const UNIT_BYTES = 4 << 20;
/** Buffers of one unit may lie this far apart. */
const GAP = 1 << 16;

/** The buffers of logs in units for decoding, in the order of the file. What cannot be decoded is noted and left out. */
export function* planUnits(
  logs: readonly PlacedLog[],
  limits: Limits,
): Generator<{ log: PlacedLog; unit: DecodeUnit }> {
  for (const log of logs) {
    let buffers: UnitBuffer[] = [];
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

export function unitOf(
  { compression, base }: PlacedLog,
  buffers: readonly [UnitBuffer, ...UnitBuffer[]] | UnitBuffer[],
): DecodeUnit {
  const first = buffers[0] as UnitBuffer;
  const last = buffers.at(-1) as UnitBuffer;
  return { start: first.offset, end: last.offset + last.size, buffers, compression, base };
}

/** A buffer for a unit, or undefined, noted in the table. */
export function usableBuffer({ file: { table } }: PlacedLog, i: number, limits: Limits): UnitBuffer | undefined {
  const buffer = table.at(i);
  if (isBelievable(buffer, limits)) return buffer;
  table.noteUndecodable(i);
  return undefined;
}
