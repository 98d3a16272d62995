// The report on the drivers of an image that has 2,000 driver packages, as a directory with hives of the shape and size of a real
// Windows: the whole process. No peer reads them; beside it stands hivexml, which only walks the larger hive. Prints a table and
// writes results/servicing.json. Build first: the built package is measured.
//
// ADK_BENCH_ROUNDS sets the counted rounds (default 5).
import { mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { HiveEditor, numberData, RegType, textData } from "@adk/registry";
import { alternate, canMeasure, median } from "./support/measure.ts";

const PACKAGES = 2000;
/** Of them, those that Windows starts with. */
const IN_SYSTEM = 200;
const rounds = Number(process.env.ADK_BENCH_ROUNDS ?? 5);
const adk = [process.execPath, fileURLToPath(new URL("../apps/cli/bin/adk.js", import.meta.url))].join(" ");
const scratch = fileURLToPath(new URL(".scratch/", import.meta.url));
const config = join(scratch, "Windows/System32/config");

if (!canMeasure()) throw new Error("GNU time is needed: apt-get install time");
console.log(
  `machine: ${availableParallelism()} x ${cpus()[0]?.model}, Node ${process.versions.node}, ${rounds} rounds`,
);
rmSync(scratch, { recursive: true, force: true });
mkdirSync(config, { recursive: true });
const megabytes = writeHives();

const silently = (line: string) => ["sh", "-c", `${line} > ${scratch}out`];
const contestants = [
  { name: "adk image drivers --all --json", command: silently(`${adk} image drivers ${scratch} --all --json`) },
  { name: "adk --version", command: silently(`${adk} --version`) },
  { name: "hivexml of DRIVERS", command: silently(`hivexml ${config}/DRIVERS`) },
];
const runs = alternate(contestants, rounds);
rmSync(scratch, { recursive: true, force: true });

const rows = contestants.map(({ name }) => {
  const own = runs.get(name) ?? [];
  const of = (key: "wall" | "cpu" | "memory") => median(own.map((run) => run[key]));
  return { name, wall: of("wall"), cpu: of("cpu"), memory: of("memory") };
});
console.log(`\n| ${PACKAGES} packages, DRIVERS of ${megabytes.toFixed(1)} MB | wall s | CPU s | memory MB |`);
console.log("|---|---|---|---|");
for (const { name, wall, cpu, memory } of rows) {
  console.log(`| ${name} | ${wall.toFixed(2)} | ${cpu.toFixed(2)} | ${memory.toFixed(0)} |`);
}
mkdirSync(new URL("results/", import.meta.url), { recursive: true });
writeFileSync(
  new URL("results/servicing.json", import.meta.url),
  `${JSON.stringify({ packages: PACKAGES, megabytes, rounds, rows }, undefined, 2)}\n`,
);

/** @returns the size of the hive DRIVERS */
function writeHives(): number {
  const [drivers, system, software] = [HiveEditor.create(), HiveEditor.create(), HiveEditor.create()];
  software.createKey("Microsoft\\Windows NT\\CurrentVersion");
  system.setValue(system.createKey("Select"), "Current", RegType.DWORD, numberData(1));
  system.createKey("ControlSet001\\Control\\Class");
  for (let number = 0; number < PACKAGES; number++) {
    writePackage(number < IN_SYSTEM ? system : drivers, `driver${number}`);
  }
  for (const [name, editor] of Object.entries({ DRIVERS: drivers, SYSTEM: system, SOFTWARE: software })) {
    writeFileSync(join(config, name), editor.toBytes());
  }
  return statSync(join(config, "DRIVERS")).size / 1e6;
}

/** A package with five devices. */
function writePackage(editor: HiveEditor, name: string): void {
  const packageName = `${name}.inf_amd64_0123456789abcdef`;
  const root = `DriverDatabase\\DriverPackages\\${packageName}`;
  const text = (key: string, value: string, data: string) => {
    editor.setValue(editor.createKey(key), value, RegType.SZ, textData(data));
  };
  text(root, "", `${name}.inf`);
  text(root, "Catalog", `${name}.cat`);
  text(root, "InfName", `${name}.inf`);
  text(root, "Provider", "Microsoft");
  text(root, "SignerName", "Microsoft Windows");
  editor.setValue(editor.createKey(root), "SignerScore", RegType.DWORD, numberData(0x0d00_0003));
  editor.setValue(editor.createKey(root), "Version", RegType.BINARY, new Uint8Array(48).fill(9));
  text(`${root}\\Configurations\\install`, "Service", name);
  text(`DriverDatabase\\DriverInfFiles\\${name}.inf`, "Active", packageName);
  for (let device = 0; device < 5; device++) {
    const id = `PCI\\VEN_${name}&DEV_${device}`;
    editor.setValue(
      editor.createKey(`DriverDatabase\\DeviceIds\\${id}`),
      `${name}.inf`,
      RegType.BINARY,
      new Uint8Array(4),
    );
    text(`${root}\\Descriptors\\${id}`, "Configuration", "install");
    text(`${root}\\Descriptors\\${id}`, "Description", `%device${device}.description%`);
    text(`${root}\\Strings`, `device${device}.description`, `A device of the kind ${device}, as people read it`);
  }
}
