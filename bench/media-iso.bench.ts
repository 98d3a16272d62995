// Images of discs: `adk iso create` beside genisoimage, the only other program on Linux that writes UDF and ISO 9660 on one disc. A
// medium of two large files, 860 small ones and 40 copies of some of these, and 50,000 small files. Whole processes; adk syncs what
// it wrote before it gives it its name, so genisoimage is measured with a sync at the end too; what adk writes to standard output is
// not synced. Prints tables and writes results/media-iso.json.
// ADK_BENCH_ROUNDS sets the counted rounds (default 5), ADK_BENCH_MEGABYTES the size of the medium (default 1000).
import { mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { type Contestant, canMeasure, canRun, compareProcesses } from "./support/measure.ts";
import { makeMedium, writeNoise } from "./support/medium.ts";

const rounds = Number(process.env.ADK_BENCH_ROUNDS ?? 5);
const megabytes = Number(process.env.ADK_BENCH_MEGABYTES ?? 1000);
if (!canMeasure()) throw new Error("GNU time is needed: apt-get install time");
if (!canRun("genisoimage")) throw new Error("genisoimage is needed: scripts/install-peers.sh");
console.log(
  `machine: ${availableParallelism()} x ${cpus()[0]?.model}, Node ${process.versions.node}, ${rounds} rounds`,
);

const scratch = fileURLToPath(new URL(".scratch/media-iso/", import.meta.url));
const [ours, theirs] = [`${scratch}adk.iso`, `${scratch}peer.iso`];

const adk = [process.execPath, fileURLToPath(new URL("../apps/cli/bin/adk.js", import.meta.url)), "iso", "create"];
const genisoimage = "genisoimage -quiet -udf -iso-level 3 -J -joliet-long -l -allow-limited-size";

/** The medium, and files that are there twice. */
function makeDisc(): string {
  const medium = makeMedium(`${scratch}medium`, megabytes);
  mkdirSync(`${medium}/copies`);
  for (let i = 0; i < 40; i++) writeNoise(`${medium}/copies/COPY${i}.DAT`, 20_000 + i * 150, `${i}`);
  return medium;
}

function makeManyFiles(): string {
  const root = `${scratch}many`;
  for (let i = 0; i < 50_000; i++) {
    const directory = `${root}/directory ${i % 500}`;
    if (i < 500) mkdirSync(directory, { recursive: true });
    writeFileSync(
      `${directory}/component-${i.toString(16).padStart(6, "0")}.dll`,
      `content of file ${i}\n`.repeat(1 + (i % 40)),
    );
  }
  return root;
}

function shell(script: string): readonly string[] {
  return ["bash", "-e", "-c", script];
}

function run(title: string, tree: string) {
  const contestants = (
    [
      ["adk iso create --bridge --dedup", [...adk, tree, ours, "--bridge", "--dedup", "--quiet"], ours],
      ["genisoimage and sync", shell(`${genisoimage} -o ${theirs} ${tree} 2>&1\nsync ${theirs}`), theirs],
      [
        "adk to standard output",
        shell(`${[...adk, tree, "-", "--bridge", "--dedup", "--quiet"].join(" ")} > ${ours}`),
        ours,
      ],
      ["genisoimage", shell(`${genisoimage} -o ${theirs} ${tree} 2>&1`), theirs],
    ] as const
  ).map(([name, command, file]): Contestant => ({ name, command, prepare: () => rmSync(file, { force: true }) }));
  const compared = compareProcesses(title, contestants, rounds);
  const bytes = { adk: statSync(ours).size, genisoimage: statSync(theirs).size };
  console.log(`bytes: ${bytes.adk}, genisoimage ${bytes.genisoimage}`);
  return { ...compared, bytes };
}

rmSync(scratch, { recursive: true, force: true });
mkdirSync(scratch, { recursive: true });
const results: ReturnType<typeof run>[] = [];
try {
  results.push(run(`UDF and ISO 9660, ${megabytes} MB in 903 files`, makeDisc()));
  rmSync(`${scratch}medium`, { recursive: true });
  results.push(run("UDF and ISO 9660, 50,000 files in 500 directories", makeManyFiles()));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
mkdirSync(new URL("results/", import.meta.url), { recursive: true });
const report = { rounds, megabytes, results };
writeFileSync(new URL("results/media-iso.json", import.meta.url), `${JSON.stringify(report, undefined, 2)}\n`);
