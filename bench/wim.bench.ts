// `adk wim` beside wimlib-imagex and 7-Zip: capture, verify and apply of one corpus, and looking into an image of 100,000 files.
// Prints a table and writes results/wim.json; about ten minutes where nothing else runs.
//
// ADK_BENCH_ROUNDS sets the counted rounds of what is quick (default 5). What takes long has at most 3, the slowest 1.
// ADK_BENCH_SOLID=1 adds the export to a solid file, which takes that long again.
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { corpus } from "./support/corpus.ts";
import { NO_CHANGES, writeManyFiles } from "./support/many-files.ts";
import { alternate, type Contestant, canMeasure, canRun, median, type Run, spinControl } from "./support/measure.ts";

const rounds = Number(process.env.ADK_BENCH_ROUNDS ?? 5);
const adk = [process.execPath, fileURLToPath(new URL("../apps/cli/bin/adk.js", import.meta.url))];
/** What the files that are verified and applied are compressed with: wimlib writes them. */
const KINDS = ["XPRESS", "LZX-50"];
const scratch = fileURLToPath(new URL(".scratch/", import.meta.url));

/** Counted rounds: of what is quick, of what takes some seconds, of what takes a minute. */
const ROUNDS = { quick: rounds, long: Math.min(rounds, 3), longest: 1 };

interface Row {
  readonly work: string;
  readonly name: string;
  readonly rounds: number;
  readonly wall: number;
  readonly cpu: number;
  readonly memory: number;
  /** MB of uncompressed data per second of CPU; missing where no data is read. */
  readonly rate?: number;
  /** Bytes of what was written. */
  readonly size?: number;
  /** The spin control right before and right after. */
  readonly spin: readonly [number, number];
}

if (!canMeasure()) throw new Error("GNU time is needed: apt-get install time");
const { directory, files, bytes, binaryBytes } = corpus();
const share = ((100 * binaryBytes) / bytes).toFixed(0);
console.log(`corpus: ${(bytes / 1e6).toFixed(0)} MB in ${files} files, ${share} % PE and ELF`);
console.log(`machine: ${availableParallelism()} x ${cpus()[0]?.model}, Node ${process.versions.node}`);
rmSync(scratch, { recursive: true, force: true });
mkdirSync(scratch);
const rows: Row[] = [];
console.log("\n| work | by | rounds | wall s | CPU s | MB per CPU s | memory MB | size MB | spin control |");
console.log("|---|---|---|---|---|---|---|---|---|");
await captures();
await verifies();
await applies();
await listings();
if (process.env.ADK_BENCH_SOLID) await solidExports();
rmSync(scratch, { recursive: true, force: true });

mkdirSync(new URL("results/", import.meta.url), { recursive: true });
const result = { corpus: { files, bytes, binaryBytes }, rows };
writeFileSync(new URL("results/wim.json", import.meta.url), `${JSON.stringify(result, undefined, 2)}\n`);

async function captures(): Promise<void> {
  const adkCapture = (compress: string, level: string) => {
    const file = join(scratch, `adk-${compress}-${level}.wim`);
    const options = ["--compress", compress, "--level", level, "--threads", "1", "--name", "bench", "--force"];
    return { name: `adk, ${level}`, command: [...adk, "wim", "capture", directory, file, ...options], file };
  };
  const wimlibCapture = (compress: string) => {
    const file = join(scratch, `wimlib-${compress.replace(":", "-")}.wim`);
    const options = [`--compress=${compress}`, "--threads=1", "--no-acls"];
    const prepare = () => rmSync(file, { force: true });
    return {
      name: `wimlib ${compress}`,
      command: ["wimlib-imagex", "capture", directory, file, "bench", ...options],
      file,
      prepare,
    };
  };
  await race("capture none", [adkCapture("none", "default"), wimlibCapture("none")], "long");
  await race(
    "capture XPRESS",
    [adkCapture("xpress", "fast"), adkCapture("xpress", "default"), wimlibCapture("XPRESS")],
    "long",
  );
  await race("capture LZX fast", [adkCapture("lzx", "fast"), wimlibCapture("LZX:20")], "long");
  await race("capture LZX", [adkCapture("lzx", "default"), wimlibCapture("LZX:50")], "longest");
}

async function verifies(): Promise<void> {
  for (const kind of KINDS) {
    const file = join(scratch, `wimlib-${kind}.wim`);
    const threads = [1, 2].map((count) => ({
      name: `adk, ${count} thread${count > 1 ? "s" : ""}`,
      command: [...adk, "wim", "verify", file, "--threads", String(count)],
    }));
    const wimlib = { name: "wimlib", command: ["wimlib-imagex", "verify", file] };
    await race(`verify ${kind}`, [...threads, wimlib, ...sevenZip(["t", file])], "quick");
  }
}

async function applies(): Promise<void> {
  for (const kind of KINDS) {
    const file = join(scratch, `wimlib-${kind}.wim`);
    const target = join(scratch, "tree");
    const prepare = () => rmSync(target, { recursive: true, force: true });
    const contestants = [
      { name: "adk, 2 threads", command: [...adk, "wim", "apply", `${file}:1`, target, "--threads", "2"] },
      { name: "wimlib", command: ["wimlib-imagex", "apply", file, "1", target] },
      // 7-Zip takes no part: it refuses the corpus' links that lead upwards.
    ];
    await race(
      `apply ${kind}`,
      contestants.map((each) => ({ ...each, prepare })),
      "long",
    );
    prepare();
  }
}

async function listings(): Promise<void> {
  const file = join(scratch, "many.wim");
  await writeManyFiles(file, 100_000, NO_CHANGES);
  const of = (verb: string, image: string) => ({ name: "adk", command: [...adk, "wim", verb, image], reads: false });
  const wimlib = (...words: string[]) => ({ name: "wimlib", command: ["wimlib-imagex", ...words], reads: false });
  await race("info, 100,000 files", [of("info", file), wimlib("info", file)], "quick");
  await race("dir, 100,000 files", [of("dir", `${file}:1`), wimlib("dir", file, "1")], "quick");
}

async function solidExports(): Promise<void> {
  const source = join(scratch, "wimlib-XPRESS.wim");
  const [ours, theirs] = [join(scratch, "adk.esd"), join(scratch, "wimlib.esd")];
  const options = ["--compress", "lzms", "--solid", "--threads", "1", "--force"];
  await race(
    "export to solid LZMS",
    [
      { name: "adk, default", command: [...adk, "wim", "export", `${source}:1`, ours, ...options], file: ours },
      {
        name: "wimlib",
        command: ["wimlib-imagex", "export", source, "1", theirs, "--solid", "--threads=1"],
        file: theirs,
      },
    ],
    "longest",
  );
}

/** 7-Zip, where the machine has it. */
function sevenZip(words: readonly string[]): Contestant[] {
  return canRun("7zz") ? [{ name: "7-Zip", command: ["7zz", ...words] }] : [];
}

async function race(
  work: string,
  contestants: readonly (Contestant & { file?: string; reads?: boolean })[],
  length: keyof typeof ROUNDS,
): Promise<void> {
  const count = ROUNDS[length];
  const before = await spinControl();
  // A first round that does not count, so that all find what they read in memory; what takes long reads it often enough.
  const runs = alternate(contestants, count, length === "quick");
  const spin = [before, await spinControl()] as const;
  for (const { name, file, reads = true } of contestants) {
    const own = runs.get(name) ?? [];
    const of = (value: (run: Run) => number) => median(own.map(value));
    const cpu = of((run) => run.cpu);
    const row = { work, name, rounds: count, wall: of((run) => run.wall), cpu, memory: of((run) => run.memory), spin };
    const rate = reads ? { rate: bytes / 1e6 / cpu } : {};
    const size = file !== undefined && existsSync(file) ? { size: statSync(file).size } : {};
    const whole = { ...row, ...rate, ...size };
    rows.push(whole);
    print(whole);
  }
}

/** Spin control: 1.0 where both processors were free, right before and right after the work. */
function print({ work, name, rounds: count, wall, cpu, rate, memory, size, spin }: Row): void {
  const megabytes = size === undefined ? "" : (size / 1e6).toFixed(1);
  const cells = [work, name, count, wall.toFixed(2), cpu.toFixed(2), rate?.toFixed(0) ?? "", memory.toFixed(0)];
  console.log(`| ${[...cells, megabytes, spin.map((each) => each.toFixed(2)).join(", ")].join(" | ")} |`);
}
