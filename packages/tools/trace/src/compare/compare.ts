import * as z from "zod";
import type { Analysis } from "../analysis.ts";
import { METRICS, type Metric } from "./metrics.ts";
import { differenceInterval, mean, sampledInterval } from "./statistics.ts";

/** What was measured of one trace: values by process for each metric that the trace has events for. */
export interface Run {
  readonly values: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly sampleWeights: ReadonlyMap<string, number>;
  /** Milliseconds that were measured. */
  readonly duration: number;
}

export function measureRun(analysis: Analysis): Run {
  const values = new Map<string, ReadonlyMap<string, number>>();
  const sampleWeights = new Map<string, number>();
  for (const { name, measure, sampleWeight } of METRICS) {
    const measured = measure(analysis);
    if (measured.size > 0) values.set(name, measured);
    if (sampleWeight) sampleWeights.set(name, sampleWeight(analysis));
  }
  return { values, sampleWeights, duration: analysis.duration };
}

/** `adk trace compare`: one difference. */
export const difference = z.object({
  metric: z.string(),
  process: z.string(),
  unit: z.enum(["ms", "B", ""]),
  /** Means of the runs. */
  a: z.number(),
  b: z.number(),
  difference: z.number(),
  /** Of `a`; nothing where that is 0. */
  percent: z.number().nullable(),
  /** Where the difference lies with the confidence that was asked for; nothing where it cannot be told. */
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** Whether there is a difference, with that confidence; nothing where it cannot be told. */
  certain: z.boolean().nullable(),
});
export type Difference = z.output<typeof difference>;

/**
 * Differences of two sets of runs, the largest of each metric first.
 *
 * @param confidence such as 0.99
 */
export function compareRuns(a: readonly Run[], b: readonly Run[], confidence: number): Difference[] {
  return METRICS.flatMap((metric) =>
    processesOf(metric.name, [...a, ...b])
      .map((process) => differenceOf(metric, process, a, b, confidence))
      .sort((x, y) => Math.abs(y.difference) - Math.abs(x.difference) || (x.process < y.process ? -1 : 1)),
  );
}

function differenceOf(
  { name, unit }: Metric,
  process: string,
  a: readonly Run[],
  b: readonly Run[],
  confidence: number,
): Difference {
  const of = (runs: readonly Run[]) => runs.map(({ values }) => values.get(name)?.get(process) ?? 0);
  const [va, vb] = [of(a), of(b)];
  const [ma, mb] = [mean(va), mean(vb)];
  const weight = a[0]?.sampleWeights.get(name);
  const single = a.length === 1 && b.length === 1 && weight !== undefined;
  const interval = single ? sampledInterval(ma, mb, weight, confidence) : differenceInterval(va, vb, confidence);
  return {
    metric: name,
    process,
    unit,
    a: ma,
    b: mb,
    difference: mb - ma,
    percent: ma === 0 ? null : (100 * (mb - ma)) / ma,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    certain: interval ? interval.low > 0 || interval.high < 0 : null,
  };
}

/** Processes of which a metric was measured in some run. */
function processesOf(metric: string, runs: readonly Run[]): string[] {
  return [...new Set(runs.flatMap(({ values }) => [...(values.get(metric)?.keys() ?? [])]))];
}
