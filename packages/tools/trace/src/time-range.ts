import { AdkError } from "@adk/core";

/** Milliseconds since the start of a trace, both ends included. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, ms: 1, us: 0.001, µs: 0.001, ns: 0.000_001 };

/**
 * `1500-2000`, `1.5s-2s`, `3s-`: milliseconds where no unit is named; an end that is left out is that of the trace.
 *
 * @throws AdkError `TRACE_BAD_RANGE`
 */
export function parseTimeRange(text: string): TimeRange {
  const match = /^([^-]*)-([^-]*)$/.exec(text.trim());
  const from = match?.[1] === "" ? 0 : parseTime(match?.[1]);
  const to = match?.[2] === "" ? Infinity : parseTime(match?.[2]);
  if (from === undefined || to === undefined || from > to) {
    throw new AdkError("TRACE_BAD_RANGE", "This is no range of time.", {
      kind: "usage",
      found: text,
      hint: "Write it as 1500-2000 or 1.5s-2s; without a unit it is milliseconds.",
    });
  }
  return { from, to };
}

function parseTime(text: string | undefined): number | undefined {
  const [, number, unit = ""] = /^\s*(\d+(?:\.\d+)?)\s*(s|ms|us|µs|ns)?\s*$/.exec(text ?? "") ?? [];
  return number === undefined ? undefined : Number(number) * (UNITS[unit] ?? 1);
}
