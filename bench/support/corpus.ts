import { execFileSync } from "node:child_process";
import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Windows binaries that npm has: about a third of the corpus. */
const PACKAGES = [
  "@esbuild/win32-x64@0.28.2",
  "@img/sharp-win32-x64@0.35.5",
  "@next/swc-win32-x64-msvc@16.4.5",
  "@rollup/rollup-win32-x64-msvc@4.67.4",
  "@swc/core-win32-x64-msvc@1.16.18",
];

/** Text, scripts and binaries of a Debian machine, as far as it has them. */
const DIRECTORIES = [
  "/usr/lib/gcc",
  "/usr/lib/git-core",
  "/usr/lib/python3",
  "/usr/lib/python3.11",
  "/usr/share/cmake-3.25",
  "/usr/share/i18n",
  "/usr/share/locale",
  "/usr/share/perl",
  "/usr/share/perl5",
  "/usr/share/vim",
];

export interface Corpus {
  readonly directory: string;
  readonly files: number;
  readonly bytes: number;
  /** Bytes of files that begin as PE or ELF files do. */
  readonly binaryBytes: number;
}

/** A tree of mixed real files beside the benchmarks, made once. */
export function corpus(): Corpus {
  const directory = fileURLToPath(new URL("../.corpus/", import.meta.url));
  if (!existsSync(directory)) {
    const making = `${directory.slice(0, -1)}.making`;
    rmSync(making, { recursive: true, force: true });
    for (const name of PACKAGES) unpack(name, join(making, "npm", name.replaceAll(/[@/]/g, "_")));
    for (const from of DIRECTORIES.filter((each) => existsSync(each))) {
      cpSync(from, join(making, from), { recursive: true, verbatimSymlinks: true });
    }
    renameSync(making, directory);
  }
  return { directory, ...count(directory) };
}

function unpack(name: string, into: string): void {
  mkdirSync(into, { recursive: true });
  const [archive = ""] = execFileSync("npm", ["pack", "--silent", name], { cwd: into, encoding: "utf8" })
    .trim()
    .split("\n");
  execFileSync("tar", ["xzf", archive], { cwd: into });
  rmSync(join(into, archive));
}

function count(directory: string): { files: number; bytes: number; binaryBytes: number } {
  let files = 0;
  let bytes = 0;
  let binaryBytes = 0;
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const { size } = lstatSync(path);
    files++;
    bytes += size;
    if (size > 4096 && isBinary(path)) binaryBytes += size;
  }
  return { files, bytes, binaryBytes };
}

function isBinary(path: string): boolean {
  const head = readFileSync(path).subarray(0, 4).toString("latin1");
  return head.startsWith("MZ") || head === "\x7fELF";
}
