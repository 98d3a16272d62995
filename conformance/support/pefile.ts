import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "vitest";

const SCRIPT = join(import.meta.dirname, "ask-pefile.py");

/** A Python that has pefile: that of the distribution, whatever Python comes first on the path. */
const python = ["/usr/bin/python3", "python3"].find((path) => {
  try {
    execFileSync(path, ["-c", "import pefile"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});

/** A test that asks pefile. Where it is not installed, the test is skipped; with `CI=true` that is a failure. */
export function testWithPefile(
  name: string,
  body: (ask: (files: readonly string[]) => PefileAnswer[]) => Promise<void>,
): void {
  if (python) return void test(name, () => body((files) => ask(python, files)));
  const reason = "pefile is not installed: run scripts/install-peers.sh";
  if (process.env.CI !== "true") return void test.skip(`${name} - skipped: ${reason}`, () => {});
  test(name, () => {
    throw new Error(reason);
  });
}

function ask(path: string, files: readonly string[]): PefileAnswer[] {
  const output = execFileSync(path, [SCRIPT], { input: files.join("\n"), encoding: "utf8", maxBuffer: 2 ** 30 });
  return output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** What `ask-pefile.py` prints of a file. */
export type PefileAnswer =
  | { readonly error: string }
  | {
      readonly error?: undefined;
      readonly [field: string]: unknown;
      readonly versions: readonly Record<string, string>[];
      readonly imports: Readonly<Record<string, readonly string[]>>;
    };
