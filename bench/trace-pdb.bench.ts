// Program databases: loading all symbols of a database of some 100 MB with public symbols only, as Microsoft publishes them, and
// looking addresses up in it; beside llvm-pdbutil, which lists the same symbols. The database is made by lld-link of labels.
// Prints a table and writes results/trace-pdb.json. ADK_BENCH_ROUNDS sets the counted rounds (default 5), ADK_BENCH_SYMBOLS the symbols.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { FileAccess } from "@adk/core";
import { PdbFile } from "@adk/pdb";
import { canRun, median } from "./support/measure.ts";

const rounds = Number(process.env.ADK_BENCH_ROUNDS ?? 5);
const count = Number(process.env.ADK_BENCH_SYMBOLS ?? 760_000);
const LOOK_UPS = 5_000_000;
for (const peer of ["llvm-mc-14", "lld-link-14", "llvm-pdbutil-14"]) {
  if (!canRun(peer)) throw new Error(`${peer} is needed: scripts/install-peers.sh`);
}
console.log(
  `machine: ${availableParallelism()} x ${cpus()[0]?.model}, Node ${process.versions.node}, ${rounds} rounds`,
);

const scratch = fileURLToPath(new URL(".scratch/trace-pdb/", import.meta.url));
/** Bytes of code of each function. */
const CODE = 8;

/** Functions with the long names that C++ gives them. */
async function makeDatabase(): Promise<string> {
  const assembly = createWriteStream(`${scratch}big.s`);
  assembly.write(".text\n.globl entry\nentry:\n ret\n .balign 8\n");
  for (let i = 0; i < count; i++) {
    const type = `?$Container${i % 97}@V?$basic_string@DU?$char_traits@D@std@@V?$allocator@D@2@@std@@@ns${i % 31}@@`;
    const name = `"?method${i}@${type}QEAAXH@Z"`;
    const text = `.globl ${name}\n.def ${name}; .scl 2; .type 32; .endef\n${name}:\n ret\n .balign ${CODE}\n`;
    if (!assembly.write(text)) await once(assembly, "drain");
  }
  assembly.end();
  await once(assembly, "close");
  const run = (program: string, ...args: string[]) => execFileSync(program, args, { cwd: scratch, stdio: "inherit" });
  run("llvm-mc-14", "-filetype=obj", "-triple=x86_64-pc-windows-msvc", "big.s", "-o", "big.obj");
  run("lld-link-14", "/nodefaultlib", "/entry:entry", "/subsystem:console", "/debug", "big.obj");
  return `${scratch}big.pdb`;
}

async function timed<T>(work: () => T | Promise<T>): Promise<{ result: T; seconds: number }> {
  const started = performance.now();
  const result = await work();
  return { result, seconds: (performance.now() - started) / 1000 };
}

rmSync(scratch, { recursive: true, force: true });
mkdirSync(scratch, { recursive: true });
try {
  const file = await makeDatabase();
  const megabytes = statSync(file).size / 1e6;
  const [loads, lookUps, peers]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round <= rounds; round++) {
    const pdb = await PdbFile.open(await FileAccess.open(file));
    const { result: symbols, seconds: load } = await timed(() => pdb.readSymbols());
    await pdb.close();
    let found = 0;
    const { seconds } = await timed(() => {
      for (let i = 0, at = 1; i < LOOK_UPS; i++) {
        at = (Math.imul(at, 1_664_525) + 1_013_904_223) >>> 0;
        if (symbols.indexOf(0x1000 + (at % (count * CODE))) >= 0) found++;
      }
    });
    if (found !== LOOK_UPS) throw new Error(`${found} of ${LOOK_UPS} addresses were found`);
    const peer = await timed(() =>
      execFileSync("llvm-pdbutil-14", ["dump", "--publics", file], {
        maxBuffer: 2 ** 31,
        stdio: ["ignore", "ignore", "inherit"],
      }),
    );
    if (round === 0) continue;
    loads.push(load);
    lookUps.push(LOOK_UPS / seconds);
    peers.push(peer.seconds);
  }
  const report = {
    symbols: count + 1,
    megabytes,
    rounds,
    load: median(loads),
    lookUpsPerSecond: median(lookUps),
    peer: median(peers),
  };
  console.log(`\n| ${megabytes.toFixed(0)} MB, ${report.symbols} public symbols | |\n|---|---|`);
  console.log(`| load and index | ${report.load.toFixed(2)} s |`);
  console.log(`| look-ups by address | ${(report.lookUpsPerSecond / 1e6).toFixed(1)} M/s |`);
  console.log(`| llvm-pdbutil lists them | ${report.peer.toFixed(2)} s |`);
  mkdirSync(new URL("results/", import.meta.url), { recursive: true });
  writeFileSync(new URL("results/trace-pdb.json", import.meta.url), `${JSON.stringify(report, undefined, 2)}\n`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
