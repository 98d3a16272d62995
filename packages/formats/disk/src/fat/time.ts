import { FILETIME_UNIX_EPOCH, type Filetime } from "@adk/core";

/** Time of a directory entry: days, two-second steps, and hundredths of a second where there is room for them. */
export interface FatTime {
  /** Year since 1980 << 9 | month << 5 | day. */
  readonly date: number;
  /** Hour << 11 | minute << 5 | second / 2. */
  readonly time: number;
  /** 0 to 199 hundredths above `time`. */
  readonly hundredths: number;
}

const UNITS_PER_HUNDREDTH = 100_000n;
const FIRST_YEAR = 1980;
const LAST_YEAR = 2107;

/** FAT knows no time zone: times are written as UTC. Years outside 1980 to 2107 become the nearest time there is. */
export function fatTimeOf(filetime: Filetime): FatTime {
  const date = new Date(Number((filetime - FILETIME_UNIX_EPOCH) / 10_000n));
  const year = date.getUTCFullYear();
  if (year < FIRST_YEAR) return { date: (1 << 5) | 1, time: 0, hundredths: 0 };
  if (year > LAST_YEAR)
    return { date: (127 << 9) | (12 << 5) | 31, time: (23 << 11) | (59 << 5) | 29, hundredths: 199 };
  const seconds = date.getUTCSeconds();
  return {
    date: ((year - FIRST_YEAR) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate(),
    time: (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (seconds >> 1),
    hundredths: (seconds & 1) * 100 + Math.floor(date.getUTCMilliseconds() / 10),
  };
}

/** Taken as UTC; 0n where the fields are no time. */
export function fatTimeToFiletime({ date, time, hundredths }: FatTime): Filetime {
  const [day, month, year] = [date & 31, (date >> 5) & 15, (date >> 9) + FIRST_YEAR];
  const [second, minute, hour] = [(time & 31) * 2, (time >> 5) & 63, time >> 11];
  if (day === 0 || month === 0 || month > 12 || second > 58 || minute > 59 || hour > 23 || hundredths > 199) return 0n;
  const milliseconds = BigInt(Date.UTC(year, month - 1, day, hour, minute, second));
  return FILETIME_UNIX_EPOCH + milliseconds * 10_000n + BigInt(hundredths) * UNITS_PER_HUNDREDTH;
}
