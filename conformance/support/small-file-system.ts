import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@adk/testing";
import { afterAll } from "vitest";

const mounts: string[] = [];

// Hooks run last first: the directories below which these lie are removed after it.
afterAll(() => {
  for (const mount of mounts.splice(0)) execFileSync("umount", ["-l", mount]);
});

/** Mounts a file system of so many bytes (`"2m"`) until the test file ends; undefined where none can be mounted. */
export function mountTmpfs(size: string): string | undefined {
  const at = join(temporaryDirectory(), "mount");
  mkdirSync(at);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", at], { stdio: "ignore" });
  } catch {
    return undefined;
  }
  mounts.push(at);
  return at;
}
