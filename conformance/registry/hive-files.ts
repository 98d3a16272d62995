import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { temporaryDirectory } from "@adk/testing";

/** The path of a file, unpacked into a temporary directory if it is an `.xz`. */
export async function unpacked(path: string): Promise<string> {
  if (!path.endsWith(".xz")) return path;
  const target = join(temporaryDirectory(), basename(path, ".xz"));
  writeFileSync(target, execFileSync("xz", ["-dc", path], { maxBuffer: 2 ** 28 }));
  return target;
}
