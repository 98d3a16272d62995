import { mkdtempSync, rmSync } from "node:fs";
import { mkdir, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";

const directories: string[] = [];

// Each test file has its own instance of this module, so this runs at the end of the file that imports it.
afterAll(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
});

/** Makes an empty directory that is removed after the tests of the file. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "adk-test-"));
  directories.push(directory);
  return directory;
}

/** Files by their paths; a path that ends with a slash is an empty directory. */
export type Tree = Readonly<Record<string, string | Uint8Array>>;

/** Makes a directory of files, all of one time, that is removed after the tests of the file. */
export async function makeTree(tree: Tree, time = new Date("2024-05-01T00:00:00Z")): Promise<string> {
  const root = temporaryDirectory();
  for (const [path, content] of Object.entries(tree)) {
    const host = join(root, path);
    await mkdir(path.endsWith("/") ? host : dirname(host), { recursive: true });
    if (path.endsWith("/")) continue;
    await writeFile(host, content);
    await utimes(host, time, time);
  }
  return root;
}
