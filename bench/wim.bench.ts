// `adk wim` beside wimlib-imagex: verify, apply and capture of one corpus. Prints tables and writes results/wim.json.
//
// ADK_BENCH_ROUNDS sets the counted rounds (default 5).
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { corpus } from "./support/corpus.ts";
import { alternate, type Contestant, canMeasure, median, type Run, spinControl } from "./support/measure.ts";

const rounds = Number(process.env.ADK_BENCH_ROUNDS ?? 5);
const adk = [process.execPath, fileURLToPath(new URL("../apps/cli/bin/adk.js", import.meta.url))];
const scratch = fileURLToPath(new URL(".scratch/", import.meta.url));

interface Row {
  readonly work: string;
  readonly name: string;
  readonly wall: number;
  readonly cpu: number;
  readonly memory: number;
  /** MB of uncompressed data per second of CPU. */
  readonly rate: number;
  /** Bytes of what was written. */
  readonly size?: number;
}

if (!canMeasure()) throw new Error("GNU time is needed: apt-get install time");
const { directory, files, bytes, binaryBytes } = corpus();
const share = ((100 * binaryBytes) / bytes).toFixed(0);
console.log(`corpus: ${(bytes / 1e6).toFixed(0)} MB in ${files} files, ${share} % PE and ELF`);
console.log(
  `machine: ${availableParallelism()} x ${cpus()[0]?.model}, Node ${process.versions.node}, ${rounds} rounds`,
);
rmSync(scratch, { recursive: true, force: true });
mkdirSync(scratch);
const spinBefore = await spinControl();
const rows = [...captures(), ...verifies(), ...applies()];
const spinAfter = await spinControl();
rmSync(scratch, { recursive: true, force: true });

console.log(
  `spin control: ${spinBefore.toFixed(2)} before, ${spinAfter.toFixed(2)} after (1.0: both processors were free)`,
);
print(rows);
mkdirSync(new URL("results/", import.meta.url), { recursive: true });
const result = { corpus: { files, bytes, binaryBytes }, rounds, spinBefore, spinAfter, rows };
writeFileSync(new URL("results/wim.json", import.meta.url), `${JSON.stringify(result, undefined, 2)}\n`);

function captures(): Row[] {
  const adkCapture = (compress: string, level: string) => {
    const file = join(scratch, `adk-${compress}-${level}.wim`);
    const options = ["--compress", compress, "--level", level, "--threads", "1", "--name", "bench", "--force"];
    return { name: `adk ${compress} ${level}`, command: [...adk, "wim", "capture", directory, file, ...options], file };
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
  return [
    ...race("capture none", [adkCapture("none", "default"), wimlibCapture("none")]),
    ...race("capture XPRESS", [adkCapture("xpress", "fast"), adkCapture("xpress", "default"), wimlibCapture("XPRESS")]),
    ...race("capture LZX fast", [adkCapture("lzx", "fast"), wimlibCapture("LZX:20")]),
    ...race("capture LZX", [adkCapture("lzx", "default"), wimlibCapture("LZX:50")], Math.min(rounds, 3)),
  ];
}

function verifies(): Row[] {
  return ["XPRESS", "LZX-50"].flatMap((kind) => {
    const file = join(scratch, `wimlib-${kind}.wim`);
    const threads = [1, 2].map((count) => ({
      name: `adk, ${count} thread${count > 1 ? "s" : ""}`,
      command: [...adk, "wim", "verify", file, "--threads", String(count)],
    }));
    return race(`verify ${kind}`, [...threads, { name: "wimlib", command: ["wimlib-imagex", "verify", file] }]);
  });
}

function applies(): Row[] {
  return ["XPRESS", "LZX-50"].flatMap((kind) => {
    const file = join(scratch, `wimlib-${kind}.wim`);
    const target = join(scratch, "tree");
    const prepare = () => rmSync(target, { recursive: true, force: true });
    const adkApply = { name: "adk, 2 threads", command: [...adk, "wim", "apply", `${file}:1`, target], prepare };
    return race(`apply ${kind}`, [
      adkApply,
      { name: "wimlib", command: ["wimlib-imagex", "apply", file, "1", target], prepare },
    ]);
  });
}

function race(work: string, contestants: readonly (Contestant & { file?: string })[], count = rounds): Row[] {
  const runs = alternate(contestants, count);
  return contestants.map(({ name, file }) => {
    const own = runs.get(name) ?? [];
    const of = (value: (run: Run) => number) => median(own.map(value));
    const cpu = of((run) => run.cpu);
    const row = {
      work,
      name,
      wall: of((run) => run.wall),
      cpu,
      memory: of((run) => run.memory),
      rate: bytes / 1e6 / cpu,
    };
    return file !== undefined && existsSync(file) ? { ...row, size: statSync(file).size } : row;
  });
}

function print(all: readonly Row[]): void {
  console.log("\n| work | by | wall s | CPU s | MB per CPU s | memory MB | size MB |");
  console.log("|---|---|---|---|---|---|---|");
  for (const { work, name, wall, cpu, rate, memory, size } of all) {
    const megabytes = size === undefined ? "" : (size / 1e6).toFixed(1);
    console.log(
      `| ${work} | ${name} | ${wall.toFixed(2)} | ${cpu.toFixed(2)} | ${rate.toFixed(0)} | ${memory.toFixed(0)} | ${megabytes} |`,
    );
  }
}
