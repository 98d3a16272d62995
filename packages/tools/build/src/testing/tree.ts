import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";

const directories: string[] = [];

afterAll(async () => {
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true, force: true });
});

/** Files by their paths; a path that ends with a slash is an empty directory. */
export type Tree = Readonly<Record<string, string | Uint8Array>>;

/** Makes a directory of files, all of one time, that is removed after the tests of the file. */
export async function makeTree(tree: Tree, time = new Date("2024-05-01T00:00:00Z")): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "adk-build-"));
  directories.push(root);
  for (const [path, content] of Object.entries(tree)) {
    const host = join(root, path);
    await mkdir(path.endsWith("/") ? host : dirname(host), { recursive: true });
    if (path.endsWith("/")) continue;
    await writeFile(host, content);
    await utimes(host, time, time);
  }
  return root;
}

/** A deployment with a small base, as the start of most tests. */
export function deployment(manifest: string, more: Tree = {}): Promise<string> {
  return makeTree({
    "deployment.yaml": manifest,
    "base/Windows/System32/drivers/etc/hosts": "base",
    "base/Windows/notepad.exe": "MZ notepad",
    "base/Windows/Temp/a.tmp": "a",
    "base/Windows/Temp/b.tmp": "bb",
    "base/Users/Default/": "",
    ...more,
  });
}

/** What every manifest needs. */
export const REST = "image: { name: Test }\noutputs: [{ kind: wim, file: test.wim }]\n";
