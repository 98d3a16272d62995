import fc from "fast-check";
import { expect, test } from "vitest";
import {
  FILETIME_MAX,
  filetimeFromDate,
  filetimeFromUnixNanoseconds,
  filetimeFromUnixSeconds,
  filetimeToDate,
  filetimeToUnixNanoseconds,
  filetimeToUnixSeconds,
  formatFiletime,
  parseFiletime,
} from "./filetime.ts";

const outOfRange = expect.objectContaining({ code: "TIME_OUT_OF_RANGE" });

test("knows some instants", () => {
  expect(formatFiletime(0n)).toBe("1601-01-01T00:00:00.0000000Z");
  expect(formatFiletime(116_444_736_000_000_000n)).toBe("1970-01-01T00:00:00.0000000Z");
  expect(formatFiletime(1n)).toBe("1601-01-01T00:00:00.0000001Z");
  expect(formatFiletime(FILETIME_MAX)).toBe("30828-09-14T02:48:05.4775807Z");
  expect(filetimeFromUnixSeconds(1_617_693_868)).toBe(132_621_674_680_000_000n);
});

test("text keeps every tick", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: FILETIME_MAX }), (time) => parseFiletime(formatFiletime(time)) === time),
  );
});

test("Unix nanoseconds keep every tick, before 1970 too", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: FILETIME_MAX }), (time) => {
      return filetimeFromUnixNanoseconds(filetimeToUnixNanoseconds(time)) === time;
    }),
  );
  expect(filetimeFromUnixNanoseconds(-1n)).toBe(116_444_735_999_999_999n);
  expect(filetimeToUnixSeconds(116_444_735_995_000_000n)).toBe(-0.5);
});

test("dates go back and forth by the millisecond", () => {
  const date = new Date("2021-04-06T07:24:28.123Z");
  expect(filetimeToDate(filetimeFromDate(date))).toEqual(date);
  // A tick before 1970 lies in the last millisecond of 1969, not in the first of 1970.
  expect(filetimeToDate(116_444_735_999_999_999n).getTime()).toBe(-1);
});

test("refuses what a FILETIME cannot hold", () => {
  for (const time of [-1n, FILETIME_MAX + 1n]) expect(() => formatFiletime(time)).toThrow(outOfRange);
  expect(() => filetimeFromDate(new Date("1600-12-31T23:59:59.999Z"))).toThrow(outOfRange);
  expect(() => filetimeFromDate(new Date(Number.NaN))).toThrow(outOfRange);
  expect(() => filetimeFromUnixSeconds(Number.MAX_SAFE_INTEGER)).toThrow(outOfRange);
  expect(() => filetimeFromUnixSeconds(0.5)).toThrow(outOfRange);
  expect(() => parseFiletime("30828-09-14T02:48:05.4775808Z")).toThrow(outOfRange);
});

test("refuses text that is no time", () => {
  for (const text of [
    "",
    "2021-02-29T00:00:00Z",
    "2021-13-01T00:00:00Z",
    "2021-01-01T24:00:00Z",
    "2021-01-01T00:60:00Z",
  ]) {
    expect(() => parseFiletime(text), text).toThrow(expect.objectContaining({ code: "TIME_INVALID" }));
  }
  expect(parseFiletime("2020-02-29T00:00:00Z")).toBe(parseFiletime("2020-02-29T00:00:00.0000000Z"));
});
