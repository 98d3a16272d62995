import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

const directories: string[] = [];

// Each test file has its own instance of this module, so this runs at the end of the file that imports it.
afterAll(async () => {
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true, force: true, maxRetries: 3 });
});

/** Makes an empty directory that is removed when the test file ends. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "adk-conformance-"));
  directories.push(directory);
  return directory;
}
