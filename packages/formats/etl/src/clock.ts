import type { Filetime } from "@adk/core";
import type { ClockType, LogfileHeader } from "./logfile-header.ts";

const UNITS_PER_SECOND = 10_000_000n;

/** Turns the ticks of a trace into times. Tick 0 is the time stamp of the logfile header event. */
export interface TraceClock {
  readonly type: ClockType;
  /** Ticks a second. */
  readonly frequency: number;
  /** At tick 0. */
  readonly startTime: Filetime;
  /** Time stamp of tick 0, as records have it. */
  readonly origin: bigint;
  /** To the 100 ns that it lies in, exact for every whole number of ticks below 2^53. */
  toFiletime(ticks: number): Filetime;
  /** Since the start of the trace. */
  toMilliseconds(ticks: number): number;
  fromMilliseconds(milliseconds: number): number;
  fromFiletime(time: Filetime): number;
}

/**
 * @param origin the time stamp that counts as tick 0 where there is no header
 * @see LogfileHeader.clockType: the performance counter, FILETIMEs, or cycles of the processor
 */
export function makeClock(header: LogfileHeader | undefined, origin = 0n): TraceClock {
  const type = header?.clockType ?? "unknown";
  const ticksPerSecond = frequencyOf(type, header);
  const start = header?.timeStamp ?? origin;
  // Time stamps that are FILETIMEs tell the time by themselves.
  const startTime = type === "system" ? start : (header?.startTime ?? 0n);
  const frequency = Number(ticksPerSecond);
  return {
    type,
    frequency,
    startTime,
    origin: start,
    toFiletime(ticks) {
      const units = wholeTicks(ticks) * UNITS_PER_SECOND;
      const down = units < 0n && units % ticksPerSecond !== 0n ? 1n : 0n;
      return startTime + units / ticksPerSecond - down;
    },
    toMilliseconds: (ticks) => (ticks / frequency) * 1000,
    fromMilliseconds: (milliseconds) => (milliseconds / 1000) * frequency,
    fromFiletime: (time) => Number((time - startTime) * ticksPerSecond) / Number(UNITS_PER_SECOND),
  };
}

function wholeTicks(ticks: number): bigint {
  return Number.isFinite(ticks) ? BigInt(Math.floor(ticks)) : 0n;
}

function frequencyOf(type: ClockType, header: LogfileHeader | undefined): bigint {
  if (type === "system") return UNITS_PER_SECOND;
  const found = type === "cpu" ? BigInt(header?.cpuSpeedMhz ?? 0) * 1_000_000n : (header?.perfFrequency ?? 0n);
  // A damaged header: any number serves to put events in order.
  return found > 0n ? found : UNITS_PER_SECOND;
}

/** How time stamps of one log become ticks of another's clock. */
export interface Alignment {
  readonly scale: number;
  readonly offset: number;
  /** Time stamp that is tick 0 before scale and offset. */
  readonly origin: bigint;
  /** Both logs have one clock; otherwise they were put beside each other by the times that their headers tell. */
  readonly sameClock: boolean;
}

/** Boot times of two sessions of one boot differ by what was done to the system's time meanwhile: this much at most, in 100 ns. */
const SAME_BOOT = 60n * UNITS_PER_SECOND;

export function alignClocks(
  trace: { readonly clock: TraceClock; readonly header: LogfileHeader | undefined },
  log: { readonly clock: TraceClock; readonly header: LogfileHeader | undefined },
): Alignment {
  const [a, b] = [trace.clock, log.clock];
  const sameKind = a.type === b.type && a.frequency === b.frequency;
  const boots = (trace.header?.bootTime ?? 0n) - (log.header?.bootTime ?? 0n);
  const sameBoot = boots < SAME_BOOT && boots > -SAME_BOOT;
  if (sameKind && (a.type === "system" || sameBoot)) {
    return { scale: 1, offset: 0, origin: a.origin, sameClock: true };
  }
  const offset = a.fromFiletime(b.startTime);
  return { scale: a.frequency / b.frequency, offset, origin: b.origin, sameClock: false };
}
