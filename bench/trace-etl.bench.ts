// @adk/etl: all events of large logs into columns. The logs are buffers of real ones, many times. Prints a table and writes
// results/trace-etl.json. Build first: the built package is measured. No other reader of these files is on npm or in Debian, so
// there is none beside it.
//
// ADK_BENCH_ROUNDS sets the rounds (default 5). ADK_BENCH_LARGE=20 adds a log of so many GB; it is removed afterwards.
import { execFileSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { median, spinControl } from "./support/measure.ts";

const rounds = Number(process.env.ADK_BENCH_ROUNDS ?? 5);
const large = Number(process.env.ADK_BENCH_LARGE ?? 0);
const scratch = fileURLToPath(new URL(".scratch-etl/", import.meta.url));
const workFile = fileURLToPath(new URL("support/etl-work.ts", import.meta.url));
const data = resolve(
  process.env.ADK_TEST_DATA || fileURLToPath(new URL("../../shared/data", import.meta.url)),
  "trace",
);

interface Pass {
  readonly events: number;
  readonly wall: number;
  readonly cpu: number;
  readonly memory: number;
}

if (!existsSync(data)) throw new Error("The real logs are not there: set ADK_TEST_DATA.");
rmSync(scratch, { recursive: true, force: true });
mkdirSync(scratch, { recursive: true });
try {
  console.log(
    `machine: ${availableParallelism()} x ${cpus()[0]?.model}, Node ${process.versions.node}, ${rounds} rounds`,
  );
  const spinBefore = await spinControl();
  const plain = repeat("diaghub-dotnetcore3.1-win-x64-diagsession.zip", "diaghub.etl", 80);
  const compressed = repeat("net.4.5.2.x64.etl.zip", "net.4.5.2.x64.etl", 100);
  const rows = [
    measure("uncompressed, order of the file", plain, "file", 1),
    measure("uncompressed, order of time", plain, "time", 1),
    measure("compressed, order of the file", compressed, "file", 1),
    measure("compressed, order of the file, 2 threads", compressed, "file", 2),
    measure("compressed, order of time", compressed, "time", 1),
  ];
  rmSync(compressed);
  // Threads have to start, and to compile what they run: that counts for less the longer a log is.
  const long = repeat("net.4.5.2.x64.etl.zip", "net.4.5.2.x64.etl", 400);
  rows.push(measure("compressed, four times as long", long, "file", 1));
  rows.push(measure("compressed, four times as long, 2 threads", long, "file", 2));
  rmSync(long);
  if (large > 0) {
    const copies = Math.ceil((large * 1e9) / (statSync(plain).size / 80));
    rmSync(plain);
    const huge = repeat("diaghub-dotnetcore3.1-win-x64-diagsession.zip", "diaghub.etl", copies);
    rows.push(measure(`${large} GB, order of the file`, huge, "file", 1, 1));
  }
  const spinAfter = await spinControl();
  console.log(
    `spin control: ${spinBefore.toFixed(2)} before, ${spinAfter.toFixed(2)} after (1.0: both processors were free)`,
  );
  mkdirSync(new URL("results/", import.meta.url), { recursive: true });
  const result = { rounds, spinBefore, spinAfter, rows };
  writeFileSync(new URL("results/trace-etl.json", import.meta.url), `${JSON.stringify(result, undefined, 2)}\n`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** A log with the buffers of a real one many times; their sequence numbers go on. */
function repeat(archive: string, name: string, times: number): string {
  execFileSync("7zz", ["e", "-y", `-o${scratch}`, join(data, archive)], { stdio: "ignore" });
  const log = readFileSync(join(scratch, name));
  const buffers: Buffer[] = [];
  for (let at = 0; at < log.length; at += log.readUInt32LE(at))
    buffers.push(log.subarray(at, at + log.readUInt32LE(at)));
  const [head, ...others] = buffers as [Buffer, ...Buffer[]];
  others.sort((a, b) => Number(a.readBigInt64LE(0x18) - b.readBigInt64LE(0x18)));
  const path = join(scratch, `${name}.${times}`);
  const file = openSync(path, "w");
  writeSync(file, head);
  let sequence = 1n;
  for (let i = 0; i < times; i++) {
    for (const buffer of others) buffer.writeBigInt64LE(sequence++, 0x18);
    writeSync(file, Buffer.concat(others));
  }
  closeSync(file);
  return path;
}

function measure(title: string, path: string, order: string, threads: number, passes = 3) {
  const count = passes === 1 ? 1 : rounds;
  const runs = Array.from({ length: count }, () => {
    return JSON.parse(
      execFileSync(process.execPath, [workFile, path, order, `${threads}`, `${passes}`], { encoding: "utf8" }),
    ) as Pass;
  });
  const of = (key: keyof Pass) => median(runs.map((run) => run[key]));
  const [events, wall, cpu, memory] = [of("events"), of("wall"), of("cpu"), of("memory")];
  const row = {
    title,
    bytes: statSync(path).size,
    events,
    wall,
    cpu,
    memory,
    eventsPerSecond: events / wall,
    eventsPerCpuSecond: events / cpu,
  };
  const rate = (value: number) => (value / 1e6).toFixed(1);
  console.log(
    `${title}: ${rate(row.bytes)} MB, ${rate(events)} M events, ${wall.toFixed(2)} s (CPU ${cpu.toFixed(2)} s), ` +
      `${rate(row.eventsPerSecond)} M events/s (${rate(row.eventsPerCpuSecond)} M a CPU second), ${memory.toFixed(0)} MB`,
  );
  return row;
}
