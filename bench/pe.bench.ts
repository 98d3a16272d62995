// `@adk/pe`, as it is built, beside pefile: the metadata of real executables, whole processes. Prints a table and writes
// results/pe.json.
//
// The files are those of $ADK_BENCH_PE_FILES (a list, one path a line); without it, of the corpus and of what Debian's Wine, Mono and
// MinGW packages have installed, each several times up to 5,000. ADK_BENCH_ROUNDS sets the counted rounds (default 5).
import { execFileSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { corpus } from "./support/corpus.ts";
import { alternate, canMeasure, median, spinControl } from "./support/measure.ts";

const FILES = 5000;
/** pefile takes long: it gets every tenth file. */
const PEFILE_SHARE = 10;
const DIRECTORIES = [
  "/usr/lib/x86_64-linux-gnu/wine",
  "/usr/lib/mono",
  "/usr/x86_64-w64-mingw32",
  "/usr/i686-w64-mingw32",
  "/usr/lib/gcc",
];

const rounds = Number(process.env.ADK_BENCH_ROUNDS ?? 5);
const scratch = fileURLToPath(new URL(".scratch/", import.meta.url));
const scan = fileURLToPath(new URL("support/pe-scan.mjs", import.meta.url));
const peer = fileURLToPath(new URL("support/pefile-scan.py", import.meta.url));

if (!canMeasure()) throw new Error("GNU time is needed: apt-get install time");
rmSync(scratch, { recursive: true, force: true });
mkdirSync(scratch);
const real = realFiles();
const list = Array.from({ length: FILES }, (_, index) => real[index % real.length] as string);
const bytes = list.reduce((sum, file) => sum + statSync(file).size, 0);
writeFileSync(join(scratch, "all"), list.join("\n"));
writeFileSync(join(scratch, "some"), list.filter((_, index) => index % PEFILE_SHARE === 0).join("\n"));
console.log(`corpus: ${real.length} executables, ${list.length} read, ${(bytes / 1e6).toFixed(0)} MB`);
console.log(
  `machine: ${availableParallelism()} x ${cpus()[0]?.model}, Node ${process.versions.node}, ${rounds} rounds`,
);

const adk = (...args: string[]) => [process.execPath, scan, ...args];
const python = ["/usr/bin/python3", "python3"].find((path) => succeeds(path, "import pefile"));
const contestants = [
  { name: "@adk/pe", files: list.length, command: adk(join(scratch, "all")) },
  { name: "@adk/pe with SHA-1 and SHA-256", files: list.length, command: adk(join(scratch, "all"), "--digests") },
  ...(python
    ? [{ name: "pefile", files: Math.ceil(list.length / PEFILE_SHARE), command: [python, peer, join(scratch, "some")] }]
    : []),
];
const before = await spinControl();
const runs = alternate(contestants, rounds);
const after = await spinControl();
rmSync(scratch, { recursive: true, force: true });

const rows = contestants.map(({ name, files }) => {
  const own = runs.get(name) ?? [];
  const of = (key: "wall" | "cpu" | "memory") => median(own.map((run) => run[key]));
  return { name, files, wall: of("wall"), cpu: of("cpu"), memory: of("memory"), filesPerSecond: files / of("wall") };
});
console.log(`spin control: ${before.toFixed(2)} before, ${after.toFixed(2)} after (1.0: both processors were free)`);
console.log("\n| reader | files | wall s | CPU s | memory MB | files/s | MB/s |\n|---|---|---|---|---|---|---|");
for (const { name, files, wall, cpu, memory, filesPerSecond } of rows) {
  const rate = ((bytes / 1e6) * (files / list.length)) / wall;
  console.log(
    `| ${name} | ${files} | ${wall.toFixed(2)} | ${cpu.toFixed(2)} | ${memory.toFixed(0)} | ${filesPerSecond.toFixed(0)} | ${rate.toFixed(0)} |`,
  );
}
mkdirSync(new URL("results/", import.meta.url), { recursive: true });
const result = { executables: real.length, bytes, rounds, spinBefore: before, spinAfter: after, rows };
writeFileSync(new URL("results/pe.json", import.meta.url), `${JSON.stringify(result, undefined, 2)}\n`);

function realFiles(): string[] {
  const given = process.env.ADK_BENCH_PE_FILES;
  if (given) return readFileSync(given, "utf8").trim().split("\n");
  return [corpus().directory, ...DIRECTORIES]
    .filter((directory) => existsSync(directory))
    .flatMap((directory) => {
      const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .filter(isExecutable);
    });
}

function isExecutable(path: string): boolean {
  const file = openSync(path, "r");
  try {
    const magic = Buffer.alloc(2);
    return readSync(file, magic, 0, 2, 0) === 2 && magic.toString() === "MZ";
  } finally {
    closeSync(file);
  }
}

function succeeds(python: string, code: string): boolean {
  try {
    execFileSync(python, ["-c", code], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
