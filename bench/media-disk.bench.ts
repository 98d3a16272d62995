// Disk images: `adk disk create-usb` beside sgdisk, mkfs.fat and mcopy on the same tree; `adk disk convert` beside qemu-img on a disk
// of one third noise, one third zeros, one third a pattern. Whole processes; adk syncs what it wrote before it gives it its name, so
// the fair row of a peer is the one with a sync at its end: both then have the result on the disk. What adk made is judged once by
// qemu-img, or by sgdisk and mtools. Prints tables and writes results/media-disk.json.
// ADK_BENCH_ROUNDS sets the counted rounds (default 5), ADK_BENCH_MEGABYTES the size of tree and disk (default 1000).
import { execFileSync } from "node:child_process";
import { closeSync, ftruncateSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { type ComparedProcesses, type Contestant, canMeasure, canRun, compareProcesses } from "./support/measure.ts";
import { makeMedium, writeNoise } from "./support/medium.ts";

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

function run(title: string, contestants: readonly Contestant[]): ComparedProcesses {
  return compareProcesses(title, contestants, rounds);
}

function shell(script: string): readonly string[] {
  return ["bash", "-e", "-c", script];
}

rmSync(scratch, { recursive: true, force: true });
mkdirSync(scratch, { recursive: true });
const results: ComparedProcesses[] = [];
try {
  const medium = makeMedium(`${scratch}medium`, megabytes);
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
      { name: "the same and sync (fair)", command: shell(`${mcopy}\nsync ${theirs}`), prepare: removeTheirs },
    ]),
  );
  execFileSync("mdir", ["-/", "-b", "-i", `${ours}@@1M`, "::"]);
  execFileSync("sgdisk", ["-v", ours]);
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
          { name: "the same and sync (fair)", command: shell(`${qemu}\nsync ${theirs}`), prepare: removeTheirs },
        ]),
      );
      execFileSync("qemu-img", ["compare", "-f", "raw", "-F", format, disk, ours]);
      // QEMU checks no VHD.
      if (format === "vhdx") execFileSync("qemu-img", ["check", "-f", format, ours]);
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
mkdirSync(new URL("results/", import.meta.url), { recursive: true });
const report = { rounds, megabytes, results };
writeFileSync(new URL("results/media-disk.json", import.meta.url), `${JSON.stringify(report, undefined, 2)}\n`);
