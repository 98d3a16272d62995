import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What one run of a command took: seconds, and the largest resident set in MB (10^6 bytes). */
export interface Run {
  readonly wall: number;
  /** User and system time. */
  readonly cpu: number;
  readonly memory: number;
}

const TIME = "/usr/bin/time";

/** Runs a command to its end, measured from outside by GNU time. */
function measure(command: readonly string[], env: NodeJS.ProcessEnv = process.env): Run {
  const directory = mkdtempSync(join(tmpdir(), "adk-bench-"));
  const report = join(directory, "time");
  try {
    const { status, stderr } = spawnSync(TIME, ["-f", "%e %U %S %M", "-o", report, ...command], {
      env,
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });
    if (status !== 0) throw new Error(`${command.join(" ")} ended with ${status}: ${stderr.slice(-500)}`);
    const [wall = 0, user = 0, system = 0, kilobytes = 0] = readFileSync(report, "utf8").trim().split(" ").map(Number);
    return { wall, cpu: user + system, memory: (kilobytes * 1024) / 1e6 };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

export function canMeasure(): boolean {
  return existsSync(TIME);
}

/** Whether the machine has a program. */
export function canRun(program: string): boolean {
  return spawnSync(program, ["--help"], { stdio: "ignore" }).error === undefined;
}

export interface Contestant {
  readonly name: string;
  readonly command: readonly string[];
  /** Run before each measured run. */
  readonly prepare?: () => void;
}

/** Runs contestants in turn, A B A B ..., and gives the runs of each. @param warmUp begin with a round that does not count */
export function alternate(contestants: readonly Contestant[], rounds: number, warmUp = true): Map<string, Run[]> {
  const runs = new Map<string, Run[]>(contestants.map(({ name }) => [name, []]));
  for (let round = warmUp ? 0 : 1; round <= rounds; round++) {
    for (const { name, command, prepare } of contestants) {
      prepare?.();
      const run = measure(command);
      if (round > 0) runs.get(name)?.push(run);
    }
  }
  return runs;
}

export interface ComparedProcesses {
  readonly title: string;
  readonly processes: readonly (Run & { readonly name: string })[];
}

/** Runs contestants in turn, prints the medians as a table, and gives them. */
export function compareProcesses(title: string, contestants: readonly Contestant[], rounds: number): ComparedProcesses {
  const runs = alternate(contestants, rounds);
  console.log(`\n| ${title} | wall s | CPU s | memory MB |\n|---|---|---|---|`);
  const processes = contestants.map(({ name }) => {
    const own = runs.get(name) ?? [];
    const of = (key: keyof Run) => median(own.map((each) => each[key]));
    const [wall, cpu, memory] = [of("wall"), of("cpu"), of("memory")];
    console.log(`| ${name} | ${wall.toFixed(2)} | ${cpu.toFixed(2)} | ${memory.toFixed(0)} |`);
    return { name, wall, cpu, memory };
  });
  return { title, processes };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/**
 * How much longer two processes that only compute take than one: 1.0 where two processors are free. Wall times say nothing
 * about threads where this is far above 1.
 */
export async function spinControl(): Promise<number> {
  const alone = await spin(1);
  return (await spin(2)) / alone;
}

async function spin(processes: number): Promise<number> {
  const script = "let x = 0; for (let i = 0; i < 4e8; i++) x = (x + i * 7) | 0; process.exitCode = x & 0";
  const start = performance.now();
  await Promise.all(
    Array.from(
      { length: processes },
      () => new Promise((resolve) => spawn(process.execPath, ["-e", script]).on("exit", resolve)),
    ),
  );
  return performance.now() - start;
}
