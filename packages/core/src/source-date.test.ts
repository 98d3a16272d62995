import { expect, test } from "vitest";
import { formatFiletime } from "./filetime.ts";
import { stampTime } from "./source-date.ts";

test("SOURCE_DATE_EPOCH decides the stamp", () => {
  expect(formatFiletime(stampTime({ SOURCE_DATE_EPOCH: "1700000000" }))).toBe("2023-11-14T22:13:20.0000000Z");
});

test("without it the stamp is now, in whole seconds", () => {
  const stamp = stampTime({});
  expect(stamp % 10_000_000n).toBe(0n);
  expect(Math.abs(Number(stamp / 10_000n - 11_644_473_600_000n) - Date.now())).toBeLessThan(5000);
});

test.each(["yesterday", "-5", "1.5"])("%s is refused", (text) => {
  expect(() => stampTime({ SOURCE_DATE_EPOCH: text })).toThrow(
    expect.objectContaining({ code: "SOURCE_DATE_EPOCH_BAD" }),
  );
});
