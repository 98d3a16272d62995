// A large synthetic trace (2.9 million events, 1.8 million stacks, the shape of one that PerfView took 230 s for on another machine):
// whole processes of `adk trace`. There is no peer off Windows that makes tables of such a trace. Prints a table and writes
// results/trace-report.json. ADK_BENCH_ROUNDS sets the counted rounds (default 3).
import { mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { LARGE, writeLargeTrace } from "./support/large-trace.ts";
import { type ComparedProcesses, canMeasure, compareProcesses } from "./support/measure.ts";

const rounds = Number(process.env.ADK_BENCH_ROUNDS ?? 3);
if (!canMeasure()) throw new Error("GNU time is needed: apt-get install time");
console.log(
  `machine: ${availableParallelism()} x ${cpus()[0]?.model}, Node ${process.versions.node}, ${rounds} rounds`,
);

const scratch = fileURLToPath(new URL(".scratch/trace-report/", import.meta.url));
const adk = [process.execPath, fileURLToPath(new URL("../apps/cli/bin/adk.js", import.meta.url)), "trace"];

rmSync(scratch, { recursive: true, force: true });
mkdirSync(scratch, { recursive: true });
let result: ComparedProcesses;
let megabytes = 0;
try {
  const trace = `${scratch}large.etl`;
  await writeLargeTrace(trace, LARGE);
  megabytes = statSync(trace).size / 1e6;
  const command = (name: string, ...args: string[]) => ({
    name: `adk trace ${name}`,
    command: [...adk, name, trace, ...args, "--quiet"],
  });
  result = compareProcesses(
    `synthetic trace, ${megabytes.toFixed(0)} MB`,
    [
      command("counts"),
      command("cpu"),
      command("threads"),
      command("stack"),
      command("export", "--format", "parquet", "-o", `${scratch}samples.parquet`, "--force"),
      command("report", "-o", `${scratch}report.html`, "--force"),
    ],
    rounds,
  );
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
mkdirSync(new URL("results/", import.meta.url), { recursive: true });
const report = { rounds, megabytes, result };
writeFileSync(new URL("results/trace-report.json", import.meta.url), `${JSON.stringify(report, undefined, 2)}\n`);
