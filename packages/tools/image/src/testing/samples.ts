import { linkSync, lutimesSync, mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { runForTest, type TestOptions } from "@adk/cli-kit/testing";
import { groups } from "../cli/index.ts";

/** A tree with a file in a directory, two hard links, a symbolic link and an empty file. */
export function makeTree(directory: string): string {
  const files: Record<string, string> = {
    "Windows/System32/driver.sys": "driver ".repeat(5000),
    "Windows/System32/notes.txt": "notes",
    "Windows/win.ini": "[fonts]\r\n",
    "empty.txt": "",
    "pagefile.sys": "left out unless told otherwise",
  };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
    utimesSync(join(directory, path), 1_600_000_000, 1_600_000_000);
  }
  linkSync(join(directory, "Windows/win.ini"), join(directory, "Windows/same.ini"));
  symlinkSync("Windows/win.ini", join(directory, "link"));
  lutimesSync(join(directory, "link"), 1_600_000_000, 1_600_000_000);
  // Times that the host can set to the full: nothing of the tree needs a sidecar.
  for (const path of ["Windows/System32", "Windows", ""])
    utimesSync(join(directory, path), 1_600_000_000, 1_600_000_000);
  return directory;
}

const USES_THREADS = new Set(["verify", "capture", "append", "export", "apply", "extract", "update", "recover"]);

/** Runs `adk wim ...` in a directory; on one thread, as to start workers takes longer than what they would do here. */
export async function wim(cwd: string, args: readonly string[], options: Omit<TestOptions, "cwd"> = {}) {
  const [command = ""] = args;
  const threads = USES_THREADS.has(command) && !args.includes("--threads") ? ["--threads", "1"] : [];
  return runForTest(groups, ["wim", ...args, ...threads], { cwd, ...options });
}

/** Runs `adk wim ... --json`, which must succeed. @returns the document */
export async function wimJson(cwd: string, ...args: string[]) {
  const { exitCode, stdout, stderr } = await wim(cwd, [...args, "--json"]);
  if (exitCode !== 0) throw new Error(`exit code ${exitCode}\n${stderr}`);
  return JSON.parse(stdout);
}

/** Replaces the XML data of a WIM file: the new is put behind the end, and the header tells where. */
export function editXml(path: string, edit: (xml: string) => string): void {
  const file = readFileSync(path);
  const [size, offset] = [
    Number(file.readBigUInt64LE(0x48) & 0xff_ffff_ffff_ffffn),
    Number(file.readBigUInt64LE(0x50)),
  ];
  const xml = edit(file.subarray(offset + 2, offset + size).toString("utf16le"));
  const bytes = Buffer.from(`\ufeff${xml}`, "utf16le");
  file.writeBigUInt64LE(BigInt(bytes.length) | (0x02n << 56n), 0x48);
  file.writeBigUInt64LE(BigInt(file.length), 0x50);
  file.writeBigUInt64LE(BigInt(bytes.length), 0x58);
  writeFileSync(path, Buffer.concat([file, bytes]));
}
