import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "vitest";

const SCRIPT = join(import.meta.dirname, "ask-pycdlib.py");

/** A Python that has pycdlib: that of the distribution, whatever Python comes first on the path. */
const python = ["/usr/bin/python3", "python3"].find((path) => {
  try {
    execFileSync(path, ["-c", "import pycdlib"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});

/** A tree of a disc as pycdlib reads it. */
export interface DiscTree {
  readonly kind: "udf" | "joliet" | "iso";
  readonly files: readonly (readonly [path: string, size: number])[];
}

/** A test that asks pycdlib. Where it is not installed, the test is skipped; with `CI=true` that is a failure. */
export function testWithPycdlib(name: string, body: (ask: (file: string) => DiscTree[]) => Promise<void>): void {
  if (python) return void test(name, () => body((file) => ask(python, file)));
  const reason = "pycdlib is not installed: run scripts/install-peers.sh";
  if (process.env.CI !== "true") return void test.skip(`${name} - skipped: ${reason}`, () => {});
  test(name, () => {
    throw new Error(reason);
  });
}

function ask(path: string, file: string): DiscTree[] {
  const output = execFileSync(path, [SCRIPT, file], { encoding: "utf8", maxBuffer: 2 ** 28 });
  return output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}
