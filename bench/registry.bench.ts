// @adk/registry beside hivex, reglookup and libregf: walk, .reg export, write, one value. Prints tables and writes
// results/registry.json. Build first: the built package is measured.
//
// ADK_BENCH_ROUNDS sets the counted rounds (default 5). The walk and the export need the SYSTEM hive of the test data.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { checkHive, HiveEditor, openHiveFile } from "@adk/registry";
import { alternate, type Contestant, canMeasure, median, type Run, spinControl } from "./support/measure.ts";

const rounds = Number(process.env.ADK_BENCH_ROUNDS ?? 5);
const scratch = fileURLToPath(new URL(".scratch/", import.meta.url));
const workFile = fileURLToPath(new URL("support/registry-work.ts", import.meta.url));
const data = resolve(process.env.ADK_TEST_DATA || fileURLToPath(new URL("../../shared/data", import.meta.url)));
const packedHive = join(data, "media/regf/regipy-SYSTEM.xz");

interface Row {
  readonly work: string;
  readonly name: string;
  readonly wall: number;
  /** Of the whole process. */
  readonly cpu: number;
  /** Less what a process takes that only loads the package. */
  readonly net?: number;
  readonly memory: number;
  /** Bytes of the hive that was written, and of the cells in use in it. */
  readonly size?: number;
  readonly used?: number;
}

if (!canMeasure()) throw new Error("GNU time is needed: apt-get install time");
console.log(
  `machine: ${availableParallelism()} x ${cpus()[0]?.model}, Node ${process.versions.node}, ${rounds} rounds`,
);
rmSync(scratch, { recursive: true, force: true });
mkdirSync(scratch, { recursive: true });
const spinBefore = await spinControl();
const large = join(scratch, "large.hive");
const rows = [...(existsSync(packedHive) ? reads(unpackHive()) : []), ...(await writes())];
const oneValue = oneValueOf(large);
const spinAfter = await spinControl();
rmSync(scratch, { recursive: true, force: true });

console.log(
  `spin control: ${spinBefore.toFixed(2)} before, ${spinAfter.toFixed(2)} after (1.0: both processors were free)`,
);
print(rows);
console.log(
  `\none value of a ${(oneValue.size / 1e6).toFixed(0)} MB hive: ${oneValue.milliseconds.toFixed(1)} ms after open, ` +
    `${oneValue.megabytes.toFixed(1)} MB of memory`,
);
mkdirSync(new URL("results/", import.meta.url), { recursive: true });
const result = { rounds, spinBefore, spinAfter, rows, oneValue };
writeFileSync(new URL("results/registry.json", import.meta.url), `${JSON.stringify(result, undefined, 2)}\n`);

function ours(...args: string[]): string[] {
  return [process.execPath, workFile, ...args];
}

/** Without what it prints: hivexml cannot write to the socket that Node gives a child. */
function silently(...command: string[]): string[] {
  return ["sh", "-c", 'exec "$0" "$@" >/dev/null 2>&1', ...command];
}

function unpackHive(): string {
  const path = join(scratch, "SYSTEM");
  writeFileSync(path, execFileSync("xz", ["-dc", packedHive], { maxBuffer: 2 ** 28 }));
  return path;
}

function reads(hive: string): Row[] {
  const load = { name: "adk, loading alone", command: ours("import") };
  return [
    ...race("walk SYSTEM", [
      { name: "adk", command: ours("walk", hive) },
      load,
      { name: "hivexml", command: silently("hivexml", hive) },
      { name: "reglookup", command: silently("reglookup", hive) },
      { name: "regfexport", command: silently("regfexport", hive) },
    ]),
    ...race("export SYSTEM as .reg", [
      { name: "adk", command: ours("export", hive) },
      load,
      { name: "hivexregedit", command: silently("hivexregedit", "--export", hive, "\\") },
    ]),
  ];
}

async function writes(): Promise<Row[]> {
  const few = join(scratch, "few.hive");
  const many = join(scratch, "many.hive");
  const merged = join(scratch, "merged.hive");
  const regFile = join(scratch, "keys.reg");
  await HiveEditor.create().save(join(scratch, "empty.hive"));
  execFileSync(process.execPath, ours("write", few, "5000").slice(1));
  writeFileSync(regFile, execFileSync("hivexregedit", ["--export", few, "\\"], { maxBuffer: 2 ** 28 }));
  const merge = `cp ${join(scratch, "empty.hive")} ${merged} && hivexregedit --merge ${merged} ${regFile}`;
  const all = [
    ...race("write 5,000 keys x 4 values", [
      { name: "adk", command: ours("write", few, "5000"), hive: few },
      { name: "adk, loading alone", command: ours("import") },
      { name: "hivexregedit --merge", command: ["sh", "-c", merge], hive: merged },
    ]),
    ...race("write 20,000 keys x 4 values", [
      { name: "adk", command: ours("write", many, "20000"), hive: many },
      { name: "adk, loading alone", command: ours("import") },
    ]),
    ...race("write 200,000 keys x 4 values", [
      { name: "adk", command: ours("write", large, "200000"), hive: large },
      { name: "adk, loading alone", command: ours("import") },
    ]),
  ];
  return Promise.all(all.map(withSizes));
}

/** With the sizes of the hive that was written. */
async function withSizes({ hive, ...row }: Row & { hive?: string }): Promise<Row> {
  if (hive === undefined) return row;
  await using opened = await openHiveFile(hive);
  return { ...row, size: statSync(hive).size, used: checkHive(opened).usedBytes };
}

function race(work: string, contestants: readonly (Contestant & { hive?: string })[]): (Row & { hive?: string })[] {
  const runs = alternate(contestants, rounds);
  const cpuOf = (name: string): number => median((runs.get(name) ?? []).map((run) => run.cpu));
  return contestants.map(({ name, hive }) => {
    const of = (value: (run: Run) => number): number => median((runs.get(name) ?? []).map(value));
    const row = { work, name, wall: of((run) => run.wall), cpu: cpuOf(name), memory: of((run) => run.memory) };
    const net = name === "adk" ? { net: row.cpu - cpuOf("adk, loading alone") } : {};
    return { ...row, ...net, ...(hive === undefined ? {} : { hive }) };
  });
}

function oneValueOf(hive: string): { size: number; milliseconds: number; megabytes: number } {
  const runs = Array.from({ length: rounds }, () => {
    const [command, ...args] = ours("one-value", hive) as [string, ...string[]];
    return JSON.parse(execFileSync(command, args, { encoding: "utf8" })) as { milliseconds: number; megabytes: number };
  });
  return {
    size: statSync(hive).size,
    milliseconds: median(runs.map((run) => run.milliseconds)),
    megabytes: median(runs.map((run) => run.megabytes)),
  };
}

function print(all: readonly Row[]): void {
  console.log("\n| work | by | wall s | CPU s | less loading | memory MB | file MB | file / cells in use |");
  console.log("|---|---|---|---|---|---|---|---|");
  for (const { work, name, wall, cpu, net, memory, size, used } of all) {
    const file = size === undefined ? "" : (size / 1e6).toFixed(1);
    const ratio = size === undefined || used === undefined ? "" : (size / used).toFixed(3);
    const numbers = [wall.toFixed(2), cpu.toFixed(2), net?.toFixed(2) ?? "", memory.toFixed(0), file, ratio];
    console.log(`| ${work} | ${name} | ${numbers.join(" | ")} |`);
  }
}
