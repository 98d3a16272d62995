import { adkError, random } from "@adk/testing";
import { describe, expect, test } from "vitest";
import { compareRuns, type Run } from "./compare.ts";
import { checkGate, parseGate } from "./gate.ts";
import { differenceInterval, normalQuantile, studentQuantile } from "./statistics.ts";

describe("quantiles, as tables have them", () => {
  test.each([
    [0.975, 1.959964],
    [0.995, 2.575829],
    [0.01, -2.326348],
    [0.5, 0],
  ])("normal %f", (p, value) => expect(normalQuantile(p)).toBeCloseTo(value, 5));

  test.each([
    [0.995, 1, 63.6567],
    [0.975, 2, 4.3027],
    [0.975, 4, 2.7764],
    [0.995, 9, 3.2498],
    [0.995, 18, 2.8784],
    [0.95, 120, 1.6577],
    [0.025, 9, -2.2622],
  ])("Student's %f with %d degrees of freedom", (p, freedom, value) => {
    expect(studentQuantile(p, freedom)).toBeCloseTo(value, 3);
  });
});

function runOf(cpu: number, weight = 1): Run {
  return {
    values: new Map([["cpu", new Map([["agent.exe", cpu]])]]),
    sampleWeights: new Map([["cpu", weight]]),
    duration: 1000,
  };
}

/** Runs that vary by five per cent. */
function runs(count: number, middle: number, next: () => number): Run[] {
  const noise = () => Array.from({ length: 12 }, () => next() / 2 ** 32).reduce((sum, each) => sum + each, -6);
  return Array.from({ length: count }, () => runOf(middle * (1 + 0.01 * noise())));
}

test("equal sets differ with certainty in no more of a hundred cases than the confidence says", () => {
  const next = random(5);
  let alarms = 0;
  for (let i = 0; i < 2000; i++) {
    const [difference] = compareRuns(runs(10, 500, next), runs(10, 500, next), 0.99);
    if (difference?.certain) alarms++;
  }
  expect(alarms).toBeLessThanOrEqual(2000 * 0.016);
});

test("a change of five per cent is found in ten runs that vary by one", () => {
  const next = random(7);
  for (let i = 0; i < 200; i++) {
    const [difference] = compareRuns(runs(10, 500, next), runs(10, 525, next), 0.99);
    expect(difference).toMatchObject({ certain: true });
  }
});

test("one run each: counts of samples tell what may be chance", () => {
  expect(compareRuns([runOf(100)], [runOf(120)], 0.99)[0]).toMatchObject({
    difference: 20,
    percent: 20,
    certain: false,
  });
  expect(compareRuns([runOf(10_000)], [runOf(12_000)], 0.99)[0]).toMatchObject({ percent: 20, certain: true });
  expect(differenceInterval([1], [2, 3], 0.99)).toBeUndefined();
});

describe("conditions", () => {
  const [before, after] = [[runOf(10_000)], [runOf(12_500)]] as const;
  const check = (text: string) => checkGate(parseGate(text), compareRuns(before, after, 0.99));

  test.each([
    ["cpu(agent.exe)>+20%", true],
    ["cpu(AGENT.EXE) > +2s", true],
    ["cpu(agent.exe)>+30%", false],
    ["cpu(*)>12s", true],
    ["cpu(agent.exe)<-10%", false],
    ["cpu(agent.exe)<13s", true],
    ["cpu(other.exe)>+1%", false],
  ])("%s", (text, met) => expect(check(text).met).toBe(met));

  test("are not met by what may be chance", () => {
    const result = checkGate(parseGate("cpu(agent.exe)>+10%"), compareRuns([runOf(100)], [runOf(120)], 0.99));
    expect(result).toMatchObject({ met: false, why: expect.stringContaining("chance") });
  });

  test("that make no sense are refused", () => {
    for (const text of ["cpu>20", "cup(x)>+1%", "cpu(x)>20%", "cpu(x)=3"]) {
      expect(() => parseGate(text)).toThrow(adkError("TRACE_BAD_CONDITION"));
    }
  });
});
