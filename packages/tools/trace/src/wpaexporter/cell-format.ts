/** What stands in a column. */
export type CellKind =
  | "text"
  | "words"
  | "number"
  | "bytes"
  | "time"
  | "duration"
  | "short duration"
  | "long duration"
  | "percent";

type Value = string | number | null;

/** The unit of a column, and how its values are written. */
export interface CellFormat {
  readonly unit: string;
  readonly format: (value: Value) => string;
}

const number = (write: (value: number) => string) => (value: Value) =>
  typeof value === "number" ? write(value) : (value ?? "");

/** Nanoseconds are the last digit that a time has: those behind the point, by the unit. */
const TIME_UNITS: Readonly<
  Record<string, { readonly unit: string; readonly perSecond: number; readonly digits: number }>
> = {
  s: { unit: "s", perSecond: 1, digits: 9 },
  m: { unit: "ms", perSecond: 1e3, digits: 6 },
  u: { unit: "µs", perSecond: 1e6, digits: 3 },
  n: { unit: "ns", perSecond: 1e9, digits: 0 },
};
const SIZE_UNITS: Readonly<Record<string, number>> = { B: 1, KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30 };

/** What our tables have in a second, and the unit in which WPA shows it where a profile does not say otherwise. */
const TIMES: Readonly<Partial<Record<CellKind, readonly [perSecond: number, unit: string]>>> = {
  time: [1e3, "s"],
  "long duration": [1e3, "s"],
  duration: [1e3, "m"],
  "short duration": [1e6, "u"],
};

/** @param wanted as profiles have it: `mN` milliseconds, `MB`, `x` hexadecimal, `N2` two digits behind the point */
export function cellFormat(kind: CellKind, wanted = ""): CellFormat {
  const time = TIMES[kind];
  if (time) return timeFormat(time[0], /^[smun]N$/.test(wanted) ? (wanted[0] as string) : time[1]);
  if (kind === "bytes") return sizeFormat(wanted);
  if (kind === "percent") return { unit: "", format: number((value) => value.toFixed(2)) };
  if (kind === "words")
    return { unit: "", format: (value) => String(value ?? "").replaceAll(/([a-z])([A-Z])/g, "$1 $2") };
  if (wanted === "x") return { unit: "", format: number((value) => `0x${Math.trunc(value).toString(16)}`) };
  const [, digits] = /^N(\d)$/.exec(wanted) ?? [];
  if (digits !== undefined && kind === "number")
    return { unit: "", format: number((value) => withGroups(value.toFixed(Number(digits)))) };
  return { unit: "", format: (value) => String(value ?? "") };
}

function timeFormat(ownPerSecond: number, letter: string): CellFormat {
  const { unit, perSecond, digits } = TIME_UNITS[letter] as (typeof TIME_UNITS)[string];
  return { unit, format: number((value) => withGroups(((value / ownPerSecond) * perSecond).toFixed(digits))) };
}

/** How many digits WPA shows of larger units is published nowhere: three. */
function sizeFormat(wanted: string): CellFormat {
  if (wanted === "x") return { unit: "", format: number((value) => `0x${value.toString(16)}`) };
  const size = SIZE_UNITS[wanted] ?? 1;
  const unit = size === 1 ? "B" : wanted;
  return {
    unit,
    format: number((value) => withGroups(size === 1 ? String(Math.round(value)) : (value / size).toFixed(3))),
  };
}

/** `65,536`, of a machine with the culture en-US. */
function withGroups(digits: string): string {
  return digits.replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ",");
}
