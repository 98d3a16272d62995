import { execFileSync } from "node:child_process";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Tree, temporaryDirectory } from "./temporary.ts";

const MODULES = fileURLToPath(new URL("../../../node_modules", import.meta.url));

export interface ReadmeRun {
  /** What the example wrote to stdout. */
  readonly printed: string;
  /** What the README says that it prints: the next block of text. */
  readonly promised: string | undefined;
}

/**
 * Runs the first TypeScript block of a README, as a reader would in a directory of their own.
 *
 * @param readme its URL
 * @param files what the example finds in its directory
 */
export function runReadmeExample(readme: URL, files: Tree = {}): ReadmeRun {
  const text = readFileSync(readme, "utf8");
  const [, code = "", promised] = /```ts\n(.*?)```(?:.*?```text\n(.*?)```)?/s.exec(text) ?? [];
  const directory = temporaryDirectory();
  symlinkSync(MODULES, join(directory, "node_modules"), "junction");
  const own = { "package.json": '{ "type": "module" }', "example.ts": code };
  for (const [name, content] of Object.entries({ ...own, ...files })) writeFileSync(join(directory, name), content);
  const printed = execFileSync(process.execPath, ["--conditions=@adk/source", "example.ts"], {
    cwd: directory,
    encoding: "utf8",
    env: { ...process.env, TMPDIR: directory },
  });
  return { printed, promised };
}
