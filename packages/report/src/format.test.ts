import { describe, expect, it } from "vitest";
import { formatBytes, formatDate, formatDuration, formatNumber, formatShare } from "./format.ts";

describe("formatNumber", () => {
  it.each([
    [0, "0"],
    [-0, "0"],
    [999, "999"],
    [1234567, "1,234,567"],
    [-1234.5678, "-1,234.568"],
    [0.5, "0.5"],
    [0.000123456, "0.000123"],
    [1e21, "1e+21"],
    [12345678901234567890n, "12,345,678,901,234,567,890"],
    [Number.NaN, "not a number"],
    [Number.NEGATIVE_INFINITY, "-∞"],
  ])("%s is %s", (value, text) => expect(formatNumber(value)).toBe(text));
});

describe("formatBytes", () => {
  it.each([
    [0, "0 B"],
    [1023, "1,023 B"],
    [1024, "1.00 KiB"],
    [1536, "1.50 KiB"],
    [10 * 1024 - 1, "10.0 KiB"],
    [1024 ** 2 - 1, "1.00 MiB"],
    [1000 * 1024, "1,000 KiB"],
    [4519213056, "4.21 GiB"],
    [-229 * 1024 ** 2, "-229 MiB"],
    [2n ** 64n, "16.0 EiB"],
    [1e30, "867,361,737,988 EiB"],
    [Number.POSITIVE_INFINITY, "∞ B"],
  ])("%s is %s", (value, text) => expect(formatBytes(value)).toBe(text));
});

describe("formatDuration", () => {
  it.each([
    [0, "0 s"],
    [0.0001, "100 ns"],
    [0.0125, "12.5 µs"],
    [12.5, "12.5 ms"],
    [999.9, "1.00 s"],
    [4200, "4.20 s"],
    [59_940, "59.9 s"],
    [59_960, "1 min 00 s"],
    [185_000, "3 min 05 s"],
    [3_599_600, "1 h 00 min"],
    [7_380_000, "2 h 03 min"],
    [86_399_000, "1 d 00 h"],
    [370_800_000, "4 d 07 h"],
    [-185_000, "-3 min 05 s"],
    [Number.NaN, "not a number s"],
  ])("%s ms is %s", (value, text) => expect(formatDuration(value)).toBe(text));
});

describe("formatDate", () => {
  it("writes UTC, whatever the machine's zone", () => {
    expect(formatDate(new Date("2024-05-01T12:34:56.789Z"))).toBe("2024-05-01 12:34:56 UTC");
    expect(formatDate(0)).toBe("1970-01-01 00:00:00 UTC");
    expect(formatDate(-11644473600000)).toBe("1601-01-01 00:00:00 UTC");
  });

  it("says so where there is no such date", () => {
    expect(formatDate(8.64e15 + 1)).toBe("invalid date");
    expect(formatDate(new Date("never"))).toBe("invalid date");
  });
});

it("formats shares", () => {
  expect([formatShare(1, 3), formatShare(1, 1), formatShare(1, 10_000), formatShare(0, 5), formatShare(1, 0)]).toEqual([
    "33.3 %",
    "100 %",
    "< 0.1 %",
    "0 %",
    "0 %",
  ]);
});
