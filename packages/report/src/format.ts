/**
 * One way to write quantities in every report, the same on every machine: no locale, a comma between thousands, a point
 * before decimals, three significant digits for sizes and durations.
 */

/** `1234567` as `1,234,567`; fractions with up to three decimals, tiny ones with three significant digits. */
export function formatNumber(value: number | bigint): string {
  if (typeof value === "bigint") return groupDigits(value.toString());
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "not a number" : value < 0 ? "-∞" : "∞";
  const size = Math.abs(value);
  if (size >= 1e21 || (size > 0 && size < 0.001)) return String(Number(value.toPrecision(3)));
  return groupDigits(String(Number(value.toFixed(3))));
}

/** A comma before every third digit of the whole part. */
export function groupDigits(digits: string): string {
  const [whole = "", ...fraction] = digits.split(".");
  return [whole.replace(/\B(?=(\d{3})+$)/g, ","), ...fraction].join(".");
}

const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

/**
 * Bytes in binary units with their IEC names: `4.21 GiB`. Windows counts by 1024 too (and writes KB, MB, GB), and so do
 * the limits that matter for images: clusters, chunks, FAT32's 4 GiB. A negative count is a difference.
 */
export function formatBytes(bytes: number | bigint): string {
  return scaled(Number(bytes), BYTE_UNITS, 1024);
}

const SECOND_UNITS = ["ns", "µs", "ms", "s"];

/** A duration given in milliseconds: `850 ns`, `12.5 ms`, `4.20 s`, `3 min 05 s`, `2 h 03 min`, `4 d 07 h`. */
export function formatDuration(milliseconds: number): string {
  const size = Math.abs(milliseconds);
  const sign = milliseconds < 0 ? "-" : "";
  if (size === 0 || !Number.isFinite(size)) return `${formatNumber(milliseconds)} s`;
  const seconds = size / 1000;
  if (seconds < 59.95) return scaled(milliseconds * 1e6, SECOND_UNITS, 1000);
  if (seconds < 3599.5) return sign + twoUnits(Math.round(seconds), 60, "min", "s");
  if (seconds < 86370) return sign + twoUnits(Math.round(seconds / 60), 60, "h", "min");
  return sign + twoUnits(Math.round(seconds / 3600), 24, "d", "h");
}

function twoUnits(count: number, perUnit: number, unit: string, smaller: string): string {
  const rest = String(count % perUnit).padStart(2, "0");
  return `${groupDigits(String(Math.floor(count / perUnit)))} ${unit} ${rest} ${smaller}`;
}

/** `2024-05-01 12:34:56 UTC`, from a date or from milliseconds since 1970. */
export function formatDate(date: Date | number): string {
  const at = new Date(date);
  if (Number.isNaN(at.getTime())) return "invalid date";
  return `${at.toISOString().replace("T", " ").slice(0, -5)} UTC`;
}

/** A part of a whole as `45.3 %`. */
export function formatShare(part: number, whole: number): string {
  if (!(whole > 0)) return "0 %";
  const percent = (part / whole) * 100;
  return percent > 0 && percent < 0.1 ? "< 0.1 %" : `${Number(percent.toFixed(1))} %`;
}

/** Three significant digits in the largest unit that leaves a whole part; the first unit is never divided. */
function scaled(value: number, units: readonly string[], step: number): string {
  if (!Number.isFinite(value)) return `${formatNumber(value)} ${units[0]}`;
  let size = Math.abs(value);
  let unit = 0;
  // The comparison is with what would be printed: 1023.9 KiB is 1.00 MiB.
  while (unit < units.length - 1 && Math.round(size) >= step) {
    size /= step;
    unit++;
  }
  const decimals = unit === 0 ? 0 : size < 9.995 ? 2 : size < 99.95 ? 1 : 0;
  return `${value < 0 ? "-" : ""}${groupDigits(size.toFixed(decimals))} ${units[unit]}`;
}
