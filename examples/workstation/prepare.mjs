// Makes the base of the example: a tree in the shape of a Windows drive, of files that every machine has after `npm install`;
// and a medium that its image goes on. There is nothing of Windows in them. Plain JavaScript for any Node from 20; quick when they are there already.
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import {
  copyFile,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeMedia } from "./make-media.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, "../..");
const MODULES = join(ROOT, "node_modules");
const BASE = join(HERE, "base");
/** What the tree was made for; where this is the same there is nothing to do. */
const STAMP = join(BASE, "ProgramData/Example/base.json");
/** Raised when this file makes another tree of the same packages. */
const RECIPE = 1;

/** Bytes of packages that are taken, smaller ones first; and how large one may be, so that a build stays short. */
const BUDGET = 230e6;
const LARGEST_PACKAGE = 75e6;
/** Every file has this time, so that equal packages make equal trees: 2024-05-01. */
const TIME = new Date("2024-05-01T00:00:00Z");

const DIRECTORIES = [
  "PerfLogs",
  "Program Files/Common Files",
  "Program Files (x86)",
  "ProgramData/Microsoft/Windows/Start Menu/Programs/StartUp",
  "Users/Default/AppData/Local/Temp",
  "Users/Default/AppData/Roaming/Microsoft/Windows/Start Menu/Programs",
  "Users/Default/Desktop",
  "Users/Default/Documents",
  "Users/Public/Documents",
  "Windows/Fonts",
  "Windows/INF",
  "Windows/Logs/CBS",
  "Windows/Panther",
  "Windows/SoftwareDistribution/Download",
  "Windows/System32/Sysprep",
  "Windows/System32/Tasks",
  "Windows/System32/config",
  "Windows/System32/drivers/etc",
  "Windows/System32/spool/drivers/color",
  "Windows/Temp",
  "Windows/WinSxS/Manifests",
  "Windows/en-US",
];

/** Small files of our own, that layers replace or remove. */
const FILES = {
  "Windows/System32/drivers/etc/hosts":
    "# Names of hosts. localhost is resolved by DNS itself.\r\n#\t127.0.0.1\tlocalhost\r\n",
  "Windows/System32/config/README.txt": "Registry hives would be here.\r\n",
  "Windows/INF/readme.inf": '[Version]\r\nSignature="$WINDOWS NT$"\r\n',
  "Windows/Logs/CBS/CBS.log": "2024-05-01 00:00:00, Info  CBS  The example has no servicing stack.\r\n".repeat(400),
  "Windows/Temp/setup.tmp": "left behind by an installer\r\n",
  "Windows/SoftwareDistribution/Download/partial.tmp": "half of a download\r\n",
  "Users/Default/Documents/Welcome.txt": "Welcome to the example workstation.\r\n",
  "ProgramData/Example/base.txt": "This tree was made by examples/workstation/prepare.mjs.\r\n",
};

async function makeBase(packages, stamp) {
  await rm(BASE, { recursive: true, force: true });
  const made = `${BASE}.part`;
  await rm(made, { recursive: true, force: true });
  for (const directory of DIRECTORIES) await mkdir(join(made, directory), { recursive: true });
  const tree = new Tree(made);
  for (const [path, text] of Object.entries(FILES)) await tree.write(path, text);
  for (const { id, source, files } of packages) {
    for (const { path, executable } of files) await tree.copy(join(source, path), placeOf(id, path), executable);
  }
  await tree.addLinks();
  await tree.write("ProgramData/Example/base.json", stamp);
  await setTimes(made);
  await rename(made, BASE);
  return tree;
}

/** `typescript@7.0.2` goes to `Program Files/typescript`; programs are seen in System32 too, as hard links. */
function placeOf(id, path) {
  return `Program Files/${id.slice(0, id.lastIndexOf("@"))}/${path}`;
}

class Tree {
  files = 0;
  bytes = 0;
  #root;
  #programs = [];
  #licences = [];

  constructor(root) {
    this.#root = root;
  }

  async write(path, text) {
    await this.#prepare(path);
    await writeFile(join(this.#root, path), text);
    this.#count(Buffer.byteLength(text));
  }

  async copy(source, path, executable) {
    await this.#prepare(path);
    const target = join(this.#root, path);
    await copyFile(source, target, constants.COPYFILE_FICLONE);
    const { size } = await lstat(target);
    this.#count(size);
    if (executable) this.#programs.push(path);
    if (/(^|\/)licen[cs]e[^/]*$/i.test(path)) this.#licences.push(path);
  }

  /** What Windows drives have plenty of: names in WinSxS and System32 for one file, links, long names. */
  async addLinks() {
    for (const path of this.#programs) {
      const name = path.replaceAll(/[^A-Za-z0-9.]+/g, "-");
      await this.#hardLink(path, `Windows/System32/${name.slice(-80)}`);
      const hash = createHash("sha256").update(path).digest("hex").slice(0, 16);
      await this.#hardLink(path, `Windows/WinSxS/amd64_${name.slice(-40)}_${hash}/${name.slice(-80)}`);
    }
    for (const path of this.#licences) {
      await this.#hardLink(path, `Program Files/Common Files/Licences/${path.replaceAll(/[^A-Za-z0-9.]+/g, "-")}`);
    }
    const long = `${"a name as long as names of cached web pages are wont to be, ".repeat(4)}.txt`.slice(-200);
    await this.write(`Users/Default/Documents/${long}`, "Long names are kept.\r\n");
    await this.#symlink("Default", "Users/All Users");
    await this.#symlink("../Default/Documents/Welcome.txt", "Users/Public/Welcome.txt");
    await this.#symlink("../ProgramData/Example", "Windows/Example");
  }

  async #hardLink(existing, path) {
    await this.#prepare(path);
    await link(join(this.#root, existing), join(this.#root, path));
    this.files++;
  }

  /** Links need a privilege on Windows hosts; the example is complete without them. */
  async #symlink(target, path) {
    await this.#prepare(path);
    await symlink(target, join(this.#root, path)).catch((error) => {
      if (error.code !== "EPERM") throw error;
    });
  }

  async #prepare(path) {
    await mkdir(dirname(join(this.#root, path)), { recursive: true });
  }

  #count(bytes) {
    this.files++;
    this.bytes += bytes;
  }
}

/** The packages that fit, the smaller first, with their files; in an order that depends on nothing but them. */
async function installedPackages() {
  const found = [];
  for (const directory of await packageDirectories()) {
    const { name, version } = JSON.parse(await readFile(join(directory, "package.json"), "utf8"));
    const files = await filesBelow(directory);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    if (name && version && bytes <= LARGEST_PACKAGE)
      found.push({ id: `${name}@${version}`, source: directory, files, bytes });
  }
  found.sort((a, b) => a.bytes - b.bytes || (a.id < b.id ? -1 : 1));
  let total = 0;
  const fitting = found.filter(({ bytes }) => {
    total += bytes;
    return total <= BUDGET;
  });
  return fitting.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The direct children of node_modules, without those that are links into the repository. */
async function packageDirectories() {
  const directories = [];
  for (const entry of await readdir(MODULES, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name.startsWith(".")) continue;
    if (!entry.name.startsWith("@")) directories.push(join(MODULES, entry.name));
    else {
      for (const inner of await readdir(join(MODULES, entry.name), { withFileTypes: true })) {
        if (inner.isDirectory()) directories.push(join(MODULES, entry.name, inner.name));
      }
    }
  }
  const require = createRequire(import.meta.url);
  return directories.filter((directory) => {
    try {
      require.resolve(join(directory, "package.json"));
      return true;
    } catch {
      return false;
    }
  });
}

/** Files with names that Windows can have. */
async function filesBelow(directory, inner = "") {
  const files = [];
  for (const entry of await readdir(join(directory, inner), { withFileTypes: true })) {
    const path = inner === "" ? entry.name : `${inner}/${entry.name}`;
    if (/[<>:"\\|?*]|[. ]$/.test(entry.name) || entry.name === "node_modules") continue;
    if (entry.isDirectory()) files.push(...(await filesBelow(directory, path)));
    else if (entry.isFile()) {
      const { size, mode } = await lstat(join(directory, path));
      files.push({ path, bytes: size, executable: size > 1e6 && (mode & 0o100) !== 0 });
    }
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function setTimes(directory) {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) await setTimes(join(directory, entry.name));
    else if (entry.isFile()) await utimes(join(directory, entry.name), TIME, TIME);
  }
  await utimes(directory, TIME, TIME);
}

const packages = await installedPackages();
const wanted = JSON.stringify({ recipe: RECIPE, packages: packages.map(({ id }) => id) });
if ((await readFile(STAMP, "utf8").catch(() => "")) === wanted) {
  console.log("The base of the example is there already.");
} else {
  const started = Date.now();
  const { files, bytes } = await makeBase(packages, wanted);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`The base of the example: ${files} files, ${(bytes / 2 ** 20).toFixed(0)} MiB, made in ${seconds} s.`);
}

if (await makeMedia(join(HERE, "media"), TIME, join(ROOT, "apps/cli/bin/adk.js"))) {
  console.log("The medium of the example was made.");
}
