import { withLimits } from "@adk/core";
import { adkError, random } from "@adk/testing";
import { expect, test } from "vitest";
import { EVENT, KindTable } from "./kind-table.ts";

test("many kinds keep their numbers, also in another table", () => {
  const table = new KindTable(withLimits());
  const next = random(5);
  const keys = Array.from({ length: 5000 }, () => [next() | 0, next(), next() % 3, next() % 3, next() % 3] as const);
  const numbers = keys.map((key) => table.kind(EVENT, ...key));
  expect(keys.map((key) => table.kind(EVENT, ...key))).toEqual(numbers);
  expect(new Set(numbers).size).toBe(table.size);
  const other = new KindTable(withLimits());
  for (const key of keys.slice(4000)) other.kind(EVENT, ...key);
  const map = other.addWords(table.toWords());
  expect(numbers.map((number) => other.get(map[number] as number))).toEqual(numbers.map((number) => table.get(number)));
  expect(other.size).toBe(table.size);
});

test("a hook of two versions is two kinds", () => {
  const table = new KindTable(withLimits());
  const numbers = [table.kernelKind(0x524, 3), table.kernelKind(0x524, 4), table.kernelKind(0x524, 3)];
  expect(numbers).toEqual([0, 1, 0]);
  expect([table.get(0), table.get(1)]).toEqual([
    { form: "kernel", hook: 0x524, version: 3 },
    { form: "kernel", hook: 0x524, version: 4 },
  ]);
});

test("kinds without end are refused", () => {
  const table = new KindTable(withLimits({ entries: 100 }));
  expect(() => {
    for (let i = 0; i < 200; i++) table.kernelKind(i, 0);
  }).toThrow(adkError("LIMIT_EXCEEDED") as Error);
});
