import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { temporaryDirectory } from "@adk/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { startAdk } from "./support/adk.ts";
import { noise } from "./support/sample-tree.ts";
import { mountTmpfs } from "./support/small-file-system.ts";

// A disc is there when it is whole, or not at all.

/** A tree that takes seconds to write: one file of zeros that takes no room itself. */
let tree = "";
const LARGE = 6 * 2 ** 30;

beforeAll(() => {
  tree = join(temporaryDirectory(), "tree");
  mkdirSync(tree);
  writeFileSync(join(tree, "small.bin"), noise(100_000, 1));
  closeSync(openSync(join(tree, "zeros.bin"), "w"));
  truncateSync(join(tree, "zeros.bin"), LARGE);
});

/** Makes a disc, and sends a signal once some of it is written. */
async function interrupted(file: string, signal: NodeJS.Signals, ...options: string[]) {
  let sent = false;
  return startAdk(["iso", "create", tree, file, ...options, "--json"], {
    onProgress({ phase, done }, child) {
      if (sent || phase !== "write" || done < 2 ** 26) return;
      sent = true;
      child.kill(signal);
    },
  }).ended;
}

test("interrupted by the user, nothing is left", async () => {
  const at = temporaryDirectory();
  const { exitCode, stdout } = await interrupted(join(at, "new.iso"), "SIGINT");
  expect(exitCode).toBe(130);
  expect(JSON.parse(stdout)).toMatchObject({ error: { kind: "cancelled" } });
  expect(readdirSync(at)).toEqual([]);
});

test("killed, there is no half disc under its name, and the old one stays", async () => {
  const at = temporaryDirectory();
  expect((await interrupted(join(at, "new.iso"), "SIGKILL")).exitCode).toBe(null);
  expect(readdirSync(at)).not.toContain("new.iso");
  writeFileSync(join(at, "old.iso"), "old");
  expect((await interrupted(join(at, "old.iso"), "SIGKILL", "--force")).exitCode).toBe(null);
  expect(readFileSync(join(at, "old.iso"), "utf8")).toBe("old");
});

describe.skipIf(process.getuid?.() !== 0)("on a small file system (needs root, to mount one)", () => {
  test("a full disk is told, and nothing is left", async (context) => {
    const at = mountTmpfs("20m") ?? context.skip("no tmpfs can be mounted here");
    const { exitCode, stderr } = await startAdk(["iso", "create", tree, join(at, "new.iso")]).ended;
    expect(stderr).toContain("error[DISK_FULL]");
    expect(exitCode).toBe(4);
    expect(readdirSync(at)).toEqual([]);
  });

  test("a read-only one is told", async (context) => {
    const at = mountTmpfs("1m") ?? context.skip("no tmpfs can be mounted here");
    execFileSync("mount", ["-o", "remount,ro", at]);
    const { exitCode, stderr } = await startAdk(["iso", "create", tree, join(at, "new.iso")]).ended;
    expect(stderr).toContain("error[READ_ONLY_FILE_SYSTEM]");
    expect(exitCode).toBe(4);
  });
});

test("a source that shrinks while it is written is told, and nothing is left", async () => {
  const at = temporaryDirectory();
  const source = join(temporaryDirectory(), "zeros.bin");
  closeSync(openSync(source, "w"));
  truncateSync(source, LARGE);
  const { exitCode, stderr } = await startAdk(["iso", "create", dirname(source), join(at, "new.iso")], {
    onProgress: ({ phase, done }) => phase === "write" && done >= 2 ** 26 && truncateSync(source, 1000),
  }).ended;
  expect(stderr).toMatch(/error\[UNEXPECTED_END\] .*shorter/);
  expect(stderr).toContain("zeros.bin");
  expect(exitCode).toBe(3);
  expect(readdirSync(at)).toEqual([]);
});
