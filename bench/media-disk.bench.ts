// Disk images: `adk disk create-usb` beside sgdisk, mkfs.fat and mcopy on the same tree; `adk disk convert` beside qemu-img on a disk
// of one third noise, one third zeros, one third a pattern. Whole processes; adk syncs what it wrote before it gives it its name, so
// the peers are measured with a sync at the end too. Prints tables and writes results/media-disk.json.
// ADK_BENCH_ROUNDS sets the counted rounds (default 5), ADK_BENCH_MEGABYTES the size of tree and disk (default 1000).
import { createHash } from "node:crypto";
import { closeSync, ftruncateSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { alternate, type Contestant, canMeasure, canRun, median } from "./support/measure.ts";

const rounds = Number(process.env.ADK_BENCH_ROUNDS ?? 5);
const megabytes = Number(process.env.ADK_BENCH_MEGABYTES ?? 1000);
if (!canMeasure()) throw new Error("GNU time is needed: apt-get install time");
for (const peer of ["mcopy", "sgdisk", "mkfs.vfat", "qemu-img"]) {
  if (!canRun(peer)) throw new Error(`${peer} is needed: scripts/install-peers.sh`);
}
console.log(
  `machine: ${availableParallelism()} x ${cpus()[0]?.model}, Node ${process.versions.node}, ${rounds} rounds`,
);

const scratch = fileURLToPath(new URL(".scratch/media-disk/", import.meta.url));
const adk = [process.execPath, fileURLToPath(new URL("../apps/cli/bin/adk.js", import.meta.url))];

/** A file of noise, the same each time. */
function writeNoise(path: string, bytes: number, seed: string): void {
  const file = openSync(path, "w");
  for (let done = 0; done < bytes; done += 1e6) {
    const outputLength = Math.min(1e6, bytes - done);
    writeSync(file, createHash("shake256", { outputLength }).update(`${seed} ${done}`).digest());
  }
  closeSync(file);
}

/** A medium: two large files and 860 small ones, with 8.3 names, as mcopy takes half a minute to make so many up. */
function makeMedium(): string {
  const medium = `${scratch}medium`;
  for (const directory of ["sources", "efi/boot", "support"]) mkdirSync(`${medium}/${directory}`, { recursive: true });
  writeNoise(`${medium}/sources/install.wim`, megabytes * 0.7e6, "install");
  writeNoise(`${medium}/sources/boot.wim`, megabytes * 0.22e6, "boot");
  for (let i = 0; i < 860; i++) writeNoise(`${medium}/support/FILE${i}.DAT`, 20_000 + i * 150, `${i}`);
  writeNoise(`${medium}/efi/boot/bootx64.efi`, 1e6, "loader");
  return medium;
}

function makeDisk(): string {
  const path = `${scratch}disk.raw`;
  const third = Math.ceil(megabytes / 3) * 2 ** 20;
  writeNoise(path, third, "disk");
  const file = openSync(path, "r+");
  ftruncateSync(file, 2 * third);
  const pattern = Buffer.alloc(2 ** 20, "deployment kit ");
  for (let at = 2 * third; at < 3 * third; at += pattern.length) writeSync(file, pattern, 0, pattern.length, at);
  closeSync(file);
  return path;
}

function run(title: string, contestants: readonly Contestant[]) {
  const runs = alternate(contestants, rounds);
  console.log(`\n| ${title} | wall s | CPU s | memory MB |\n|---|---|---|---|`);
  const processes = contestants.map(({ name }) => {
    const own = runs.get(name) ?? [];
    const of = (key: "wall" | "cpu" | "memory") => median(own.map((each) => each[key]));
    const [wall, cpu, memory] = [of("wall"), of("cpu"), of("memory")];
    console.log(`| ${name} | ${wall.toFixed(2)} | ${cpu.toFixed(2)} | ${memory.toFixed(0)} |`);
    return { name, wall, cpu, memory };
  });
  return { title, processes };
}

function shell(script: string): readonly string[] {
  return ["bash", "-e", "-c", script];
}

rmSync(scratch, { recursive: true, force: true });
mkdirSync(scratch, { recursive: true });
const results: ReturnType<typeof run>[] = [];
try {
  const medium = makeMedium();
  const [ours, theirs] = [`${scratch}adk.img`, `${scratch}peer.img`];
  const removeOurs = () => rmSync(ours, { force: true });
  const removeTheirs = () => rmSync(theirs, { force: true });
  const mebibytes = Math.ceil((megabytes * 1e6) / 2 ** 20) + 200;
  const mcopy = `truncate -s ${mebibytes}M ${theirs}
    sgdisk -n 1:2048:-1M -t 1:0700 ${theirs} >/dev/null
    mkfs.vfat -F 32 --offset 2048 ${theirs} ${(mebibytes - 2) * 1024} >/dev/null 2>&1
    mcopy -s -i ${theirs}@@1M ${medium}/* ::`;
  results.push(
    run(`GPT and FAT32, ${megabytes} MB in 863 files`, [
      {
        name: "adk disk create-usb",
        command: [...adk, "disk", "create-usb", medium, ours, "--quiet"],
        prepare: removeOurs,
      },
      { name: "sgdisk, mkfs.fat, mcopy", command: shell(mcopy), prepare: removeTheirs },
      { name: "the same and sync", command: shell(`${mcopy}\nsync ${theirs}`), prepare: removeTheirs },
    ]),
  );
  rmSync(medium, { recursive: true });
  const disk = makeDisk();
  for (const [format, extension] of [
    ["vpc", "vhd"],
    ["vhdx", "vhdx"],
  ] as const) {
    for (const type of ["dynamic", "fixed"] as const) {
      const fixed = type === "fixed" ? ["--fixed"] : [];
      const command = [...adk, "disk", "convert", disk, ours, "--to", extension, ...fixed, "--quiet"];
      const qemu = `qemu-img convert -f raw -O ${format} -o subformat=${type} ${disk} ${theirs}`;
      results.push(
        run(`raw to ${type} ${extension.toUpperCase()}, ${megabytes} MiB`, [
          { name: "adk disk convert", command, prepare: removeOurs },
          { name: "qemu-img convert", command: shell(qemu), prepare: removeTheirs },
          { name: "the same and sync", command: shell(`${qemu}\nsync ${theirs}`), prepare: removeTheirs },
        ]),
      );
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
mkdirSync(new URL("results/", import.meta.url), { recursive: true });
const report = { rounds, megabytes, results };
writeFileSync(new URL("results/media-disk.json", import.meta.url), `${JSON.stringify(report, undefined, 2)}\n`);
