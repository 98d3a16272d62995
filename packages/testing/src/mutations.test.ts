import { expect, test } from "vitest";
import { mutate } from "./mutations.ts";
import { random } from "./random.ts";

const SAMPLE = { bytes: new Uint8Array(256).fill(0x55), regions: [[64, 128]] as const };

function damaged(seed: number, count: number): Uint8Array[] {
  const next = random(seed);
  return Array.from({ length: count }, () => mutate(SAMPLE, next));
}

test("the same seed gives the same damage, another one other damage", () => {
  expect(damaged(1, 100)).toEqual(damaged(1, 100));
  expect(damaged(1, 100)).not.toEqual(damaged(2, 100));
});

test("the sample stays whole", () => {
  damaged(1, 100);
  expect(SAMPLE.bytes.every((byte) => byte === 0x55)).toBe(true);
});

test("most copies are changed, most changes lie in the structures, and some copies are cut off", () => {
  const copies = damaged(1, 1000);
  const changed = (start: number, end: number) =>
    copies.filter((copy) => copy.subarray(start, end).some((byte) => byte !== 0x55)).length;
  expect(changed(0, 256)).toBeGreaterThan(900);
  expect(changed(64, 128)).toBeGreaterThan(2 * changed(128, 256));
  expect(copies.some((copy) => copy.length < 256)).toBe(true);
});
