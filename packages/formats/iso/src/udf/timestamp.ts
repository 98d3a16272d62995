import { type Filetime, filetimeFromDate, filetimeToDate } from "@adk/core";

// Timestamps, ECMA-167 1/7.3.

export const TIMESTAMP_SIZE = 12;
const MINUTE = 60_000;
/** The zone is not given. */
const NO_ZONE = -2047;

/** 0n for what is no time. */
export function parseTimestamp(bytes: Uint8Array): Filetime {
  const view = new DataView(bytes.buffer, bytes.byteOffset, TIMESTAMP_SIZE);
  const zone = (view.getUint16(0, true) << 20) >> 20;
  const [year, month, day] = [view.getInt16(2, true), view.getUint8(4), view.getUint8(5)];
  if (year < 1601 || year > 9999 || month < 1 || month > 12 || day < 1) return 0n;
  const [hour, minute, second] = [view.getUint8(6), view.getUint8(7), view.getUint8(8)];
  const milliseconds = Date.UTC(year, month - 1, day, hour, minute, second, view.getUint8(9) * 10);
  const fine = BigInt(view.getUint8(10) * 1000 + view.getUint8(11) * 10);
  return filetimeFromDate(new Date(milliseconds - (zone === NO_ZONE ? 0 : zone * MINUTE))) + fine;
}

/** In UTC. */
export function timestampBytes(time: Filetime): Uint8Array {
  const bytes = new Uint8Array(TIMESTAMP_SIZE);
  const view = new DataView(bytes.buffer);
  const date = filetimeToDate(time);
  view.setUint16(0, 1 << 12, true);
  view.setInt16(2, date.getUTCFullYear(), true);
  const parts = [
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ];
  bytes.set(parts, 4);
  const centiseconds = Math.floor(date.getUTCMilliseconds() / 10);
  // 100 ns units below the hundredth of a second.
  const fine = Number(time % 100_000n);
  bytes.set([centiseconds, Math.floor(fine / 1000), Math.floor((fine % 1000) / 10)], 9);
  return bytes;
}
