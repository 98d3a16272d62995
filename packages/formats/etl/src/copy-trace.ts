import type { EtlTrace, ReadOptions } from "./etl-trace.ts";
import type { EtlWriter } from "./etl-writer.ts";
import type { EventBatch } from "./event-batch.ts";

export interface CopyOptions extends Omit<ReadOptions, "order"> {
  /** Which of the events are copied. Default: all. */
  readonly keep?: ((batch: EventBatch, row: number) => boolean) | undefined;
}

/** Bytes that are held before they are written. */
const PENDING = 4 << 20;
/** The logfile header event: each log has its own. */
const HEADER_HOOK = 0;

/**
 * Copies events to a log as they are, in the order of time: a range of time, some kinds, or several logs into one. The writer is to
 * have the header of the trace, so that times stay what they are.
 *
 * @returns how many were copied
 */
export async function copyTrace(trace: EtlTrace, writer: EtlWriter, options: CopyOptions = {}): Promise<number> {
  const { keep } = options;
  const realigned = trace.logs.some(({ sameClock }) => !sameClock);
  let copied = 0;
  for await (const batch of trace.batches({ ...options, order: "time" })) {
    for (let row = 0; row < batch.length; row++) {
      const kind = batch.kindOf(row);
      if ((kind.form === "kernel" && kind.hook === HEADER_HOOK) || (keep && !keep(batch, row))) continue;
      // A record of a log with another clock is told by this one.
      const time = realigned ? ticksOf(batch, row) : (batch.timeStamp(row) ?? ticksOf(batch, row));
      if (realigned) batch.setTimeStamp(row, time);
      writer.addRaw(batch.columns.processor[row] as number, time, batch.record(row));
      copied++;
    }
    if (writer.pending > PENDING) await writer.flush();
  }
  return copied;
}

function ticksOf({ clock, columns }: EventBatch, row: number): bigint {
  return BigInt.asUintN(64, clock.origin + BigInt(Math.round(columns.time[row] as number)));
}
