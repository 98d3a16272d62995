// `adk wim diff` of two images of 100,000 files each, from their metadata. No peer compares images: beside it stands what one
// does without, `diff` of two detailed listings by wimlib-imagex. Prints a table and writes results/wim-diff.json.
//
// ADK_BENCH_ROUNDS sets the counted rounds (default 5).
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { NO_CHANGES, writeManyFiles } from "./support/many-files.ts";
import { alternate, canMeasure, median } from "./support/measure.ts";

const FILES = 100_000;
const rounds = Number(process.env.ADK_BENCH_ROUNDS ?? 5);
const adk = [process.execPath, fileURLToPath(new URL("../apps/cli/bin/adk.js", import.meta.url))].join(" ");
const scratch = fileURLToPath(new URL(".scratch/", import.meta.url));

if (!canMeasure()) throw new Error("GNU time is needed: apt-get install time");
console.log(
  `machine: ${availableParallelism()} x ${cpus()[0]?.model}, Node ${process.versions.node}, ${rounds} rounds`,
);
rmSync(scratch, { recursive: true, force: true });
mkdirSync(scratch);
const before = join(scratch, "before.wim");
const same = join(scratch, "same.wim");
const after = join(scratch, "after.wim");
await writeManyFiles(before, FILES, NO_CHANGES);
await writeManyFiles(same, FILES, NO_CHANGES);
await writeManyFiles(after, FILES, { changed: 20, removed: 10, added: 10, moved: 10 });

// The answer is an exit code, and differences are no failure.
const shell = (line: string) => ["sh", "-c", `${line} > ${scratch}out || [ $? = 1 ]`];
const listing = (file: string) => `wimlib-imagex dir ${file} 1 --detailed > ${file}.txt`;
const contestants = [
  { name: "adk wim diff, equal", command: shell(`${adk} wim diff ${before} ${same}`) },
  { name: "adk wim diff, 5 % differ", command: shell(`${adk} wim diff ${before} ${after}`) },
  { name: "adk wim diff --json, 5 % differ", command: shell(`${adk} wim diff ${before} ${after} --json`) },
  {
    name: "wimlib listings and diff, 5 % differ",
    command: shell(`${listing(before)}; ${listing(after)}; diff ${before}.txt ${after}.txt`),
  },
];
const runs = alternate(contestants, rounds);
rmSync(scratch, { recursive: true, force: true });

const rows = contestants.map(({ name }) => {
  const own = runs.get(name) ?? [];
  const of = (key: "wall" | "cpu" | "memory") => median(own.map((run) => run[key]));
  return { name, wall: of("wall"), cpu: of("cpu"), memory: of("memory") };
});
console.log(`\n| ${FILES} files against ${FILES} | wall s | CPU s | memory MB |\n|---|---|---|---|`);
for (const { name, wall, cpu, memory } of rows) {
  console.log(`| ${name} | ${wall.toFixed(2)} | ${cpu.toFixed(2)} | ${memory.toFixed(0)} |`);
}
mkdirSync(new URL("results/", import.meta.url), { recursive: true });
writeFileSync(
  new URL("results/wim-diff.json", import.meta.url),
  `${JSON.stringify({ files: FILES, rounds, rows }, undefined, 2)}\n`,
);
