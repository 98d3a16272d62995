import { spawn } from "node:child_process";
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { HiveEditor, openHiveFile, RegType } from "@adk/registry";
import { temporaryDirectory } from "@adk/testing";
import { describe, expect, test } from "vitest";
import { mountTmpfs } from "../support/small-file-system.ts";

// What happens to a hive when a save cannot be finished: it is the old one or the new one, and its back-up is whole.

const TIME = 132_000_000_000_000_000n;

/** A hive of some megabytes, so that writing it takes a while. */
async function largeHive(): Promise<string> {
  const path = join(temporaryDirectory(), "hive");
  const editor = HiveEditor.create({ time: TIME });
  for (let i = 0; i < 200; i++) {
    editor.setValue(editor.createKey(`key ${i}`), "data", RegType.BINARY, new Uint8Array(16_000).fill(i));
  }
  await editor.save(path);
  return path;
}

/** Opens, changes and saves a hive, and says when the save begins. */
const SAVE = `
  import { HiveEditor } from ${JSON.stringify(import.meta.resolve("@adk/registry"))};
  const editor = await HiveEditor.openFile(process.argv[1], { time: ${TIME}n });
  editor.createKey("changed");
  process.stdout.write("saving");
  await editor.save(process.argv[1]);
`;

/** Kills a process some milliseconds after it began to save; false if it was done by then. */
async function killWhileSaving(path: string, after: number): Promise<boolean> {
  const args = ["--conditions=@adk/source", "--input-type=module", "-e", SAVE, path];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on("close", (_, signal) => resolve(signal)));
  await new Promise((resolve) => child.stdout.once("data", resolve));
  await sleep(after);
  child.kill("SIGKILL");
  return (await ended) !== null;
}

test("killed at any point of a save, the hive is the old one or the new one, with its back-up", async () => {
  const path = await largeHive();
  const old = readFileSync(path);
  const editor = await HiveEditor.openFile(path, { time: TIME });
  editor.createKey("changed");
  const fresh = editor.toBytes();
  for (const after of [0, 1, 2, 4, 8, 16]) {
    writeFileSync(path, old);
    await killWhileSaving(path, after);
    const now = readFileSync(path);
    const isOld = now.equals(old);
    expect(isOld || now.equals(fresh)).toBe(true);
    // The back-up is there before anything happens to the hive.
    if (!isOld) expect(readFileSync(`${path}.bak`).equals(old)).toBe(true);
    if (existsSync(`${path}.bak`)) expect(readFileSync(`${path}.bak`).equals(old)).toBe(true);
    await using hive = await openHiveFile(path);
    expect(hive.key("key 199")?.value("data")?.size).toBe(16_000);
  }
});

describe.skipIf(process.getuid?.() !== 0)("on a small file system (needs root, to mount one)", () => {
  // Room for the hive alone, and for its back-up but not for the new hive.
  test.each([
    ["4m", ["hive"]],
    ["8m", ["hive", "hive.bak"]],
  ])("a full disk (%s) leaves the old hive", async (size, left) => {
    const at = mountTmpfs(size);
    if (at === undefined) return;
    const source = await largeHive();
    const path = join(at, "hive");
    copyFileSync(source, path);
    const editor = await HiveEditor.openFile(path);
    editor.setValue(editor.createKey("changed"), "data", RegType.BINARY, new Uint8Array(1_500_000));
    await expect(editor.save(path)).rejects.toMatchObject({ code: "DISK_FULL", kind: "environment" });
    expect(readFileSync(path).equals(readFileSync(source))).toBe(true);
    expect(readdirSync(at)).toEqual(left);
  });
});
