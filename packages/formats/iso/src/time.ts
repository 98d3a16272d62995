import {
  type ByteReader,
  type ByteWriter,
  FILETIME_UNIX_EPOCH,
  type Filetime,
  filetimeFromDate,
  filetimeToDate,
} from "@adk/core";

// Times of ECMA-119: 8.4.26.1 in descriptors, 9.1.5 in directory records. The last byte of both is the zone, in quarters of an hour.

const QUARTER = 15 * 60 * 1000;

/** Seven bytes of a directory record; 0 for a time that is none. */
export function readRecordTime(reader: ByteReader): Filetime {
  const [year, month, day, hour, minute, second] = [
    reader.u8(),
    reader.u8(),
    reader.u8(),
    reader.u8(),
    reader.u8(),
    reader.u8(),
  ];
  const zone = (reader.u8() << 24) >> 24;
  return fromParts(1900 + year, month, day, hour, minute, second, 0, zone);
}

/** In UTC. What lies outside of 1900 to 2155 becomes the nearest end. */
export function putRecordTime(view: DataView, at: number, time: Filetime): void {
  const date = filetimeToDate(time < 0n ? FILETIME_UNIX_EPOCH : time);
  view.setUint8(at, Math.min(255, Math.max(0, date.getUTCFullYear() - 1900)));
  view.setUint8(at + 1, date.getUTCMonth() + 1);
  view.setUint8(at + 2, date.getUTCDate());
  view.setUint8(at + 3, date.getUTCHours());
  view.setUint8(at + 4, date.getUTCMinutes());
  view.setUint8(at + 5, date.getUTCSeconds());
}

/** Seventeen bytes of a descriptor: digits, and the zone; 0 for a time that is not given. */
export function readDescriptorTime(reader: ByteReader): Filetime {
  const digits = String.fromCharCode(...reader.slice(16));
  const zone = (reader.u8() << 24) >> 24;
  if (!/^\d{16}$/.test(digits)) return 0n;
  const part = (from: number, count: number) => Number(digits.slice(from, from + count));
  return fromParts(part(0, 4), part(4, 2), part(6, 2), part(8, 2), part(10, 2), part(12, 2), part(14, 2) * 10, zone);
}

/** @param time 0n for one that is not given */
export function writeDescriptorTime(writer: ByteWriter, time: Filetime): void {
  const text = time === 0n ? "0".repeat(16) : filetimeToDate(time).toISOString().replace(/\D/g, "").slice(0, 16);
  writer.bytes(new TextEncoder().encode(text)).u8(0);
}

function fromParts(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  millisecond: number,
  zone: number,
): Filetime {
  if (month < 1 || month > 12 || day < 1 || year < 1601) return 0n;
  return filetimeFromDate(new Date(Date.UTC(year, month - 1, day, hour, minute, second, millisecond) - zone * QUARTER));
}
