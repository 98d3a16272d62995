import { AdkError } from "@adk/core";
import type { Analysis } from "../analysis.ts";

/** Options of an action by their names in small letters: `-range 0 100` is `range: ["0", "100"]`. */
export type ActionOptions = ReadonlyMap<string, readonly string[]>;

const MILLISECONDS: Readonly<Record<string, number>> = { s: 1000, ms: 1, us: 0.001, ns: 0.000_001 };

/** A time on the command line, microseconds where no unit is named: `1500`, `2s`. @returns milliseconds; undefined of what is no time */
export function parseTime(text: string): number | undefined {
  const [, number, unit = "us"] = /^(\d+(?:\.\d+)?)(s|ms|us|ns)?$/i.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) * (MILLISECONDS[unit.toLowerCase()] as number);
}

/** @throws AdkError `XPERF_BAD_VALUE` */
export function timesOf(options: ActionOptions, name: string): number[] {
  return (options.get(name) ?? []).map((text) => parseTime(text) ?? badValue(name, text, "a time"));
}

/** @throws AdkError `XPERF_BAD_VALUE` */
export function numbersOf(options: ActionOptions, name: string): number[] {
  return (options.get(name) ?? []).map((text) =>
    /^\d+(\.\d+)?$/.test(text) ? Number(text) : badValue(name, text, "a number"),
  );
}

/** Regular expressions without regard to case. @throws AdkError `XPERF_BAD_VALUE` */
export function expressionsOf(options: ActionOptions, name: string): RegExp[] {
  return (options.get(name) ?? []).map((text) => {
    try {
      return new RegExp(text, "i");
    } catch {
      return badValue(name, text, "a regular expression");
    }
  });
}

function badValue(name: string, text: string, kind: string): never {
  throw new AdkError("XPERF_BAD_VALUE", `The option takes ${kind}.`, { kind: "usage", found: `-${name} ${text}` });
}

/** A part of a trace: milliseconds since its start. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

const MOST_INTERVALS = 100_000;

/** Intervals that the option names the seconds of, one second where it names none: the last ends where the range does. */
export function intervalsOf(analysis: Analysis, options: ActionOptions, name: string): Interval[] {
  const [seconds = 1] = numbersOf(options, name);
  const width = seconds * 1000;
  const from = Math.max(0, analysis.range.from);
  const to = from + analysis.duration;
  const count = Math.max(1, Math.ceil((to - from) / width));
  if (!(width > 0) || count > MOST_INTERVALS) {
    badValue(name, String(seconds), "seconds of an interval, of which there are not more than 100,000");
  }
  return Array.from({ length: count }, (_, i) => ({
    from: from + i * width,
    to: Math.min(to, from + (i + 1) * width),
  }));
}

/** Adds the parts of a time to the intervals that it lies in, which have one width but for the last. */
export function addToIntervals(
  intervals: readonly Interval[],
  from: number,
  to: number,
  add: (index: number, time: number) => void,
): void {
  const first = intervals[0];
  if (!first) return;
  const width = first.to - first.from;
  const last = Math.min(intervals.length - 1, Math.floor((to - first.from) / width));
  for (let i = Math.max(0, Math.floor((from - first.from) / width)); i <= last; i++) {
    const own = intervals[i] as Interval;
    const time = Math.min(to, own.to) - Math.max(from, own.from);
    if (time > 0) add(i, time);
  }
}

/** Microseconds as xperf prints them. */
export function micro(milliseconds: number): number {
  return Math.round(milliseconds * 1000);
}

export function percent(part: number, whole: number): string {
  return (whole > 0 ? (100 * part) / whole : 0).toFixed(2);
}
