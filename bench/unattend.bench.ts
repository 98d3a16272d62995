// Answer files: 75 real ones read and checked against the whole catalogue, in one process and as a command, beside xmllint with the
// schema that Windows SIM uses (it checks the frame alone: nothing else checks contents without Windows). Prints a table and writes
// results/unattend.json.
//
// The files are those of the test data (ADK_TEST_DATA). ADK_BENCH_ROUNDS sets the counted rounds (default 5).
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { AnswerFile, builtinCatalog, openCatalog, validate } from "@adk/unattend";
import { alternate, canMeasure, median } from "./support/measure.ts";

const rounds = Number(process.env.ADK_BENCH_ROUNDS ?? 5);
const data = join(
  resolve(process.env.ADK_TEST_DATA || fileURLToPath(new URL("../../shared/data", import.meta.url))),
  "answer-files",
);
if (!existsSync(data)) throw new Error(`There is no ${data}: set ADK_TEST_DATA.`);
if (!canMeasure()) throw new Error("GNU time is needed: apt-get install time");
console.log(
  `machine: ${availableParallelism()} x ${cpus()[0]?.model}, Node ${process.versions.node}, ${rounds} rounds`,
);

const names = readdirSync(join(data, "answer")).map((name) => join(data, "answer", name));
const files = names.map((name) => readFileSync(name));
const bytes = files.reduce((sum, file) => sum + file.length, 0);

/** Milliseconds. */
function time(action: () => void): number {
  const started = performance.now();
  action();
  return performance.now() - started;
}

const all = () => {
  for (const file of files) validate(AnswerFile.parse(file));
};
// Start-up ends when the catalogue is there. The first pass runs code that no compiler has optimised yet.
const catalogue = time(() => builtinCatalog().components.length);
const first = time(all);
const later = Array.from({ length: rounds * 4 }, () => time(all));
const clg = join(data, "clg/win10-ent-1703.clg");
const reads: number[] = [];
for (let round = 0; round < rounds; round++) {
  const started = performance.now();
  await openCatalog(clg);
  reads.push(performance.now() - started);
}

/** An answer file of about so many bytes: commands, each with a key of its own. */
function answerFile(size: number): Uint8Array {
  const items: string[] = [];
  for (let length = 0; length < size; length += items.at(-1)?.length ?? 0) {
    const order = items.length + 1;
    items.push(
      `<SynchronousCommand wcm:action="add"><Order>${order}</Order><CommandLine>cmd /c echo ${order}</CommandLine></SynchronousCommand>\n`,
    );
  }
  return new TextEncoder().encode(`<unattend xmlns="urn:schemas-microsoft-com:unattend" xmlns:wcm="http://schemas.microsoft.com/WMIConfig/2002/State">
<settings pass="oobeSystem"><component name="Microsoft-Windows-Shell-Setup" processorArchitecture="amd64" publicKeyToken="31bf3856ad364e35" language="neutral" versionScope="nonSxS">
<FirstLogonCommands>${items.join("")}</FirstLogonCommands></component></settings></unattend>`);
}
const sizes = [1, 2, 4].map((megabytes) => {
  const file = answerFile(megabytes * 1e6);
  return { megabytes, ms: median(Array.from({ length: rounds }, () => time(() => validate(AnswerFile.parse(file))))) };
});

const adk = [
  process.execPath,
  fileURLToPath(new URL("../apps/cli/bin/adk.js", import.meta.url)),
  "unattend",
  "validate",
];
const scratch = fileURLToPath(new URL(".scratch/", import.meta.url));
mkdirSync(scratch, { recursive: true });
// The answer is an exit code, and findings are no failure.
const shell = (command: readonly string[]) => ["sh", "-c", `${command.join(" ")} > ${scratch}out 2>&1 || [ $? -le 4 ]`];
const one = join(data, "answer/dockur__assets_win11x64.xml");
const schema = join(data, "schema/autounattend.xsd");
const contestants = [
  { name: "adk unattend validate, one file of 18 KB", command: shell([...adk, one]) },
  { name: "adk unattend validate, all 75", command: shell([...adk, ...names]) },
  {
    name: "xmllint --schema, all 75 (frame alone)",
    command: shell(["xmllint", "--noout", "--schema", schema, ...names]),
  },
];
const runs = alternate(contestants, rounds);
rmSync(scratch, { recursive: true, force: true });
const processes = contestants.map(({ name }) => {
  const own = runs.get(name) ?? [];
  const of = (key: "wall" | "cpu" | "memory") => median(own.map((run) => run[key]));
  return { name, wall: of("wall"), cpu: of("cpu"), memory: of("memory") };
});

const inProcess = {
  catalogue,
  first,
  median: median(later),
  least: Math.min(...later),
  clg: median(reads),
  sizes,
};
console.log(`\n| in one process, ${names.length} files, ${(bytes / 1e6).toFixed(1)} MB | ms |\n|---|---|`);
console.log(`| built-in catalogue opened | ${catalogue.toFixed(1)} |`);
console.log(`| all files read and checked, first pass after start-up | ${first.toFixed(1)} |`);
console.log(`| the same, median of ${later.length} later passes | ${inProcess.median.toFixed(1)} |`);
console.log(`| .clg of 1.4 MB opened, median | ${inProcess.clg.toFixed(1)} |`);
for (const { megabytes, ms } of sizes) console.log(`| one file of ${megabytes} MB | ${ms.toFixed(1)} |`);
console.log("\n| whole process | wall s | CPU s | memory MB |\n|---|---|---|---|");
for (const { name, wall, cpu, memory } of processes) {
  console.log(`| ${name} | ${wall.toFixed(3)} | ${cpu.toFixed(3)} | ${memory.toFixed(0)} |`);
}
mkdirSync(new URL("results/", import.meta.url), { recursive: true });
writeFileSync(
  new URL("results/unattend.json", import.meta.url),
  `${JSON.stringify({ files: names.length, bytes, rounds, inProcess, processes }, undefined, 2)}\n`,
);
