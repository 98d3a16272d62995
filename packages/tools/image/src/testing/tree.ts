import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";

const directories: string[] = [];

afterAll(async () => {
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true, force: true });
});

/** Makes a directory of files, all of one time, that is removed after the tests of the file; a path with a slash at its end is a directory. */
export async function makeTree(tree: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "adk-image-"));
  directories.push(root);
  const time = new Date("2024-05-01T00:00:00Z");
  for (const [path, content] of Object.entries(tree)) {
    const host = join(root, path);
    await mkdir(path.endsWith("/") ? host : dirname(host), { recursive: true });
    if (path.endsWith("/")) continue;
    await writeFile(host, content);
    await utimes(host, time, time);
  }
  return root;
}
