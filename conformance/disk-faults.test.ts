import { existsSync, openSync, readdirSync, readFileSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { makeTree, noise, temporaryDirectory } from "@adk/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { type AdkEnd, startAdk } from "./support/adk.ts";
import { mountTmpfs } from "./support/small-file-system.ts";

// Sticks and conversions that cannot be finished: under the name of the result is what was there, or nothing.

const MIB = 2 ** 20;
let directory = "";

beforeAll(async () => {
  directory = temporaryDirectory();
  const medium = await makeTree({ "efi/boot/bootx64.efi": "loader", "sources/boot.wim": "" });
  truncateSync(join(medium, "sources/boot.wim"), 1500 * MIB);
  commands["create-usb"] = [medium];
  // Data in every block, as zeros would be left out.
  const disk = join(directory, "disk.raw");
  writeFileSync(disk, "");
  truncateSync(disk, 1500 * MIB);
  const file = openSync(disk, "r+");
  for (let at = 0; at < 1500 * MIB; at += MIB) writeSync(file, noise(64, 1), 0, 64, at);
  commands.convert = [disk];
});

/** What each command reads. */
const commands: Record<string, readonly string[]> = {};
const CASES = [
  ["create-usb", "write", "new.img"],
  ["create-usb", "write", "new.vhdx"],
  ["convert", "convert", "new.vhd"],
  ["convert", "convert", "new.vhdx"],
] as const;

function start(command: string, path: string, signal: NodeJS.Signals, phase: string, options: readonly string[] = []) {
  let sent = false;
  return startAdk(["disk", command, ...(commands[command] ?? []), path, "--json", ...options], {
    onProgress({ phase: at, done, total }, child) {
      if (sent || at !== phase || done < 0.1 * total) return;
      sent = true;
      child.kill(signal);
    },
  }).ended;
}

function expectCancelled({ exitCode, stdout }: AdkEnd): void {
  expect(exitCode).toBe(130);
  expect(JSON.parse(stdout)).toMatchObject({ error: { kind: "cancelled" } });
}

describe.each(CASES)("%s, %s: %s", (command, phase, name) => {
  test("interrupted, it leaves nothing", async () => {
    const at = temporaryDirectory();
    expectCancelled(await start(command, join(at, name), "SIGINT", phase));
    expect(readdirSync(at)).toEqual([]);
  });

  test("killed, it leaves what was there", async () => {
    const at = temporaryDirectory();
    writeFileSync(join(at, name), "mine");
    expect((await start(command, join(at, name), "SIGKILL", phase, ["--force"])).exitCode).toBe(null);
    expect(readFileSync(join(at, name), "utf8")).toBe("mine");
  });
});

describe.skipIf(process.getuid?.() !== 0)("on a small file system (needs root, to mount one)", () => {
  test.each(CASES)("%s, %s: %s tells that the disk is full, and leaves nothing", async (command, _phase, name) => {
    const at = mountTmpfs("40m");
    if (at === undefined) return;
    const { exitCode, stderr } = await startAdk(["disk", command, ...(commands[command] ?? []), join(at, name)]).ended;
    expect(stderr).toContain("error[DISK_FULL]");
    expect(exitCode).toBe(4);
    expect(existsSync(join(at, name))).toBe(false);
    expect(readdirSync(at)).toEqual([]);
  });
});
