// Cabinets decompressed and checked: `adk cab verify` beside `cabextract -t` and `7zz t`, whole processes, on one cabinet of MSZIP
// and one of LZX. Prints a table and writes results/cab.json. ADK_BENCH_ROUNDS sets the counted rounds (default 5).
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { sampleCabinet } from "@adk/cab/testing";
import { alternate, canMeasure, median } from "./support/measure.ts";

const rounds = Number(process.env.ADK_BENCH_ROUNDS ?? 5);
if (!canMeasure()) throw new Error("GNU time is needed: apt-get install time");
console.log(
  `machine: ${availableParallelism()} x ${cpus()[0]?.model}, Node ${process.versions.node}, ${rounds} rounds`,
);

const scratch = fileURLToPath(new URL(".scratch/", import.meta.url));
mkdirSync(scratch, { recursive: true });
const program = readFileSync(process.execPath);
const samples = [
  { name: "MSZIP", compression: "mszip", megabytes: 100 },
  // The maker of these is one for tests: it is slow, and packs badly.
  { name: "LZX, window of 2 MiB", compression: "lzx", megabytes: 30 },
] as const;
const adk = [process.execPath, fileURLToPath(new URL("../apps/cli/bin/adk.js", import.meta.url))];

const results = samples.map(({ name, compression, megabytes }) => {
  const data = program.subarray(0, megabytes * 1e6);
  const path = `${scratch}${compression}.cab`;
  const cabinet = sampleCabinet([
    { compression, windowOrder: 21, callSize: 12_000_000, files: [{ name: "program", data }] },
  ]);
  writeFileSync(path, cabinet);
  const contestants = [
    { name: "adk cab verify", command: [...adk, "cab", "verify", path] },
    { name: "cabextract -t", command: ["cabextract", "-q", "-t", path] },
    { name: "7zz t", command: ["7zz", "t", "-bd", path] },
  ];
  const runs = alternate(contestants, rounds);
  console.log(
    `\n| ${name}, ${(data.length / 1e6).toFixed(0)} MB (${(cabinet.length / 1e6).toFixed(0)} MB stored) | wall s | CPU s | MB/s of CPU | memory MB |\n|---|---|---|---|---|`,
  );
  const processes = contestants.map((contestant) => {
    const own = runs.get(contestant.name) ?? [];
    const of = (key: "wall" | "cpu" | "memory") => median(own.map((run) => run[key]));
    const [wall, cpu, memory] = [of("wall"), of("cpu"), of("memory")];
    const speed = data.length / 1e6 / cpu;
    console.log(
      `| ${contestant.name} | ${wall.toFixed(2)} | ${cpu.toFixed(2)} | ${speed.toFixed(0)} | ${memory.toFixed(0)} |`,
    );
    return { name: contestant.name, wall, cpu, memory };
  });
  return { name, bytes: data.length, storedBytes: cabinet.length, processes };
});
rmSync(scratch, { recursive: true, force: true });
mkdirSync(new URL("results/", import.meta.url), { recursive: true });
writeFileSync(new URL("results/cab.json", import.meta.url), `${JSON.stringify({ rounds, results }, undefined, 2)}\n`);
