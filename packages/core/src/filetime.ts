import { AdkError, check } from "./errors.ts";

/**
 * A FILETIME: 100-nanosecond units since 1601-01-01 00:00 UTC ([MS-DTYP] 2.3.3). Windows takes it as signed and refuses
 * negative ones, so the range is 0 to 2^63 - 1: 1601-01-01 to 30828-09-14.
 */
export type Filetime = bigint;

export const FILETIME_MAX: Filetime = 0x7fff_ffff_ffff_ffffn;
/** 1970-01-01 00:00 UTC. */
export const FILETIME_UNIX_EPOCH: Filetime = 116_444_736_000_000_000n;

const UNITS_PER_SECOND = 10_000_000n;
const UNITS_PER_MILLISECOND = 10_000n;
const ISO = /^(\d{4,5})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,7}))?Z$/;

/** To the millisecond that it lies in. @throws AdkError `TIME_OUT_OF_RANGE` */
export function filetimeToDate(filetime: Filetime): Date {
  checkRange(filetime);
  return new Date(Number(floorDivide(filetime - FILETIME_UNIX_EPOCH, UNITS_PER_MILLISECOND)));
}

/** @throws AdkError `TIME_OUT_OF_RANGE` for an invalid date and one before 1601 */
export function filetimeFromDate(date: Date): Filetime {
  const milliseconds = date.getTime();
  check(Number.isFinite(milliseconds), () => outOfRange("an invalid date"));
  return checkRange(BigInt(milliseconds) * UNITS_PER_MILLISECOND + FILETIME_UNIX_EPOCH);
}

/** `2021-04-06T07:24:28.1234567Z`, always with seven decimals: nothing is lost. @throws AdkError `TIME_OUT_OF_RANGE` */
export function formatFiletime(filetime: Filetime): string {
  checkRange(filetime);
  const wholeSeconds = filetime / UNITS_PER_SECOND;
  const fraction = String(Number(filetime - wholeSeconds * UNITS_PER_SECOND)).padStart(7, "0");
  const seconds = Number(wholeSeconds);
  const day = Math.floor(seconds / 86_400);
  const minutes = Math.floor(seconds / 60) - day * 1440;
  return `${dayText(day)}T${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(seconds % 60)}.${fraction}Z`;
}

/** Of the last day that was asked for: many files have one day. */
let lastDay = -1;
let lastDayText = "";

/** @param day from 1601-01-01 on */
function dayText(day: number): string {
  if (day === lastDay) return lastDayText;
  const date = filetimeToDate(BigInt(day * 86_400) * UNITS_PER_SECOND).toISOString();
  lastDay = day;
  // Years beyond 9999 come from Date as "+012345".
  lastDayText = date.slice(0, date.indexOf("T")).replace(/^\+0*/, "");
  return lastDayText;
}

function two(number: number): string {
  return number < 10 ? `0${number}` : `${number}`;
}

/**
 * Reads what `formatFiletime` writes, and the same with fewer decimals or none. Only UTC (`Z`).
 *
 * @throws AdkError `TIME_INVALID`, `TIME_OUT_OF_RANGE`
 */
export function parseFiletime(text: string): Filetime {
  const invalid = () => new AdkError("TIME_INVALID", "This is no ISO 8601 time in UTC.", { found: text.slice(0, 80) });
  const match = ISO.exec(text);
  check(match !== null, invalid);
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  // Date carries the 31st of February over into March; here it is an error.
  const same = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && date.getUTCHours() === hour;
  check(same && minute < 60 && second < 60, invalid);
  return checkRange(filetimeFromDate(date) + BigInt((match[7] ?? "").padEnd(7, "0")));
}

/** Nanoseconds since 1970 as Node's `stat` with `bigint` gives them; negative before 1970. */
export function filetimeToUnixNanoseconds(filetime: Filetime): bigint {
  return (checkRange(filetime) - FILETIME_UNIX_EPOCH) * 100n;
}

/** Nanoseconds are cut to 100-nanosecond units, towards the past. @throws AdkError `TIME_OUT_OF_RANGE` */
export function filetimeFromUnixNanoseconds(nanoseconds: bigint): Filetime {
  return checkRange(floorDivide(nanoseconds, 100n) + FILETIME_UNIX_EPOCH);
}

/** Seconds since 1970 with their fraction, for `utimes`; a double keeps about 0.2 microseconds of a present time. */
export function filetimeToUnixSeconds(filetime: Filetime): number {
  const units = checkRange(filetime) - FILETIME_UNIX_EPOCH;
  const seconds = floorDivide(units, UNITS_PER_SECOND);
  return Number(seconds) + Number(units - seconds * UNITS_PER_SECOND) / 1e7;
}

/** From whole seconds since 1970: `SOURCE_DATE_EPOCH`, a PE time stamp. @throws AdkError `TIME_OUT_OF_RANGE` */
export function filetimeFromUnixSeconds(seconds: number): Filetime {
  check(Number.isSafeInteger(seconds), () => outOfRange(String(seconds)));
  return checkRange(BigInt(seconds) * UNITS_PER_SECOND + FILETIME_UNIX_EPOCH);
}

function checkRange(filetime: Filetime): Filetime {
  check(filetime >= 0n && filetime <= FILETIME_MAX, () => outOfRange(`${filetime}`));
  return filetime;
}

function outOfRange(found: string): AdkError {
  return new AdkError("TIME_OUT_OF_RANGE", "The time is outside the range of a FILETIME.", {
    expected: "1601-01-01 to 30828-09-14",
    found,
  });
}

/** Division towards minus infinity; bigint division cuts towards zero. */
function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value % divisor < 0n ? quotient - 1n : quotient;
}
