import { expect } from "vitest";
import { type Random, random } from "./random.ts";

/** Where the numbers of every fuzz test begin: `ADK_FUZZ_SEED`. */
export const FUZZ_SEED = Number(process.env.ADK_FUZZ_SEED ?? 1);

/** Bytes by which the process may grow: what readers may take by their limits, and what the garbage collector leaves for later. */
const MOST_GROWTH = 2 ** 29;

export interface FuzzOptions<Outcome extends string> {
  /** In a run of all tests; `ADK_FUZZ_EXECUTIONS` asks for others. */
  readonly executions: number;
  /** Milliseconds of processor time for one execution: a small file must not keep a reader busy. */
  readonly mostTime: number;
  /** How an execution can end, and which share of them must at least end so: the damage is such that readers get somewhere. */
  readonly outcomes: Readonly<Record<Outcome, number>>;
}

/** Gives a reader one damaged input after another; fails with the execution and the seed of what it must not do. */
export async function fuzz<Outcome extends string>(
  options: FuzzOptions<Outcome>,
  execute: (next: Random, execution: number) => Outcome | Promise<Outcome>,
): Promise<void> {
  const executions = Number(process.env.ADK_FUZZ_EXECUTIONS ?? options.executions);
  const next = random(FUZZ_SEED);
  const before = process.memoryUsage.rss();
  const counts = new Map<string, number>();
  for (let execution = 0; execution < executions; execution++) {
    const started = process.cpuUsage();
    try {
      const outcome = await execute(next, execution);
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    } catch (cause) {
      throw new Error(`execution ${execution} of seed ${FUZZ_SEED}`, { cause });
    }
    const { user, system } = process.cpuUsage(started);
    const time = (user + system) / 1000;
    if (time > options.mostTime) expect.fail(`execution ${execution} of seed ${FUZZ_SEED} took ${time} ms`);
  }
  expect(process.memoryUsage.rss() - before).toBeLessThan(MOST_GROWTH);
  for (const [outcome, share] of Object.entries<number>(options.outcomes)) {
    expect(counts.get(outcome) ?? 0, outcome).toBeGreaterThanOrEqual(executions * share);
  }
}
