import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { AtomicFile } from "./atomic-file.ts";

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "adk-atomic-"));
  path = join(directory, "out.bin");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const text = (value: string) => new TextEncoder().encode(value);

test("appears only when it is committed", async () => {
  const file = await AtomicFile.create(path);
  await file.write(text("header--"));
  await file.write(text("body"));
  await file.writeAt(text("HEAD"), 0);
  expect(file.size).toBe(12);
  expect(new TextDecoder().decode(await file.readAt(4, 6))).toBe("er--bo");
  await expect(file.readAt(8, 5)).rejects.toThrow(expect.objectContaining({ code: "UNEXPECTED_END" }));
  expect(readdirSync(directory)).toEqual([expect.stringMatching(/^\.out\.bin\..*\.tmp$/)]);
  await file.commit();
  expect(readdirSync(directory)).toEqual(["out.bin"]);
  expect(readFileSync(path, "utf8")).toBe("HEADer--body");
  await expect(file.write(text("x"))).rejects.toThrow(expect.objectContaining({ code: "FILE_CLOSED" }));
});

test("await using discards what was not committed", async () => {
  {
    await using file = await AtomicFile.create(path);
    await file.write(text("half"));
  }
  expect(readdirSync(directory)).toEqual([]);
});

test("a file that is there stays as it is", async () => {
  writeFileSync(path, "old");
  const exists = expect.objectContaining({ code: "ALREADY_EXISTS" });
  await expect(AtomicFile.create(path)).rejects.toThrow(exists);
  expect(readdirSync(directory)).toEqual(["out.bin"]);
});

test("a file that appears meanwhile is not replaced", async () => {
  const file = await AtomicFile.create(path);
  writeFileSync(path, "other");
  await expect(file.commit()).rejects.toThrow(expect.objectContaining({ code: "ALREADY_EXISTS" }));
  expect(readFileSync(path, "utf8")).toBe("other");
  expect(readdirSync(directory)).toEqual(["out.bin"]);
});

test("overwrite replaces a file in one step, and never a directory", async () => {
  writeFileSync(path, "old");
  const file = await AtomicFile.create(path, { overwrite: true });
  await file.write(text("new"));
  expect(readFileSync(path, "utf8")).toBe("old");
  await file.commit();
  expect(readFileSync(path, "utf8")).toBe("new");
  mkdirSync(join(directory, "dir"));
  await expect(AtomicFile.create(join(directory, "dir"), { overwrite: true })).rejects.toThrow(
    expect.objectContaining({ code: "IS_A_DIRECTORY" }),
  );
});

test("a directory that is missing or a file", async () => {
  await expect(AtomicFile.create(join(directory, "none", "x"))).rejects.toThrow(
    expect.objectContaining({ code: "FILE_NOT_FOUND" }),
  );
  writeFileSync(path, "");
  await expect(AtomicFile.create(join(path, "x"))).rejects.toThrow(
    expect.objectContaining({ code: "NOT_A_DIRECTORY" }),
  );
});

test("names as long as a file system takes them", async () => {
  const long = join(directory, "한".repeat(85));
  const file = await AtomicFile.create(long);
  await file.commit();
  expect(readdirSync(directory)).toEqual(["한".repeat(85)]);
});

/** Mounts a file system of memory on the directory, where this process may. */
function mount(options: string): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", options, "none", directory], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

test("a full disk: an error with its own code, the old file kept, nothing left behind", async ({ skip }) => {
  skip(!mount("size=256k"), "needs the right to mount");
  try {
    writeFileSync(path, "old");
    const write = async () => {
      await using file = await AtomicFile.create(path, { overwrite: true });
      for (let i = 0; i < 8; i++) await file.write(new Uint8Array(64 << 10));
      await file.commit();
    };
    await expect(write()).rejects.toThrow(expect.objectContaining({ code: "DISK_FULL", kind: "environment" }));
    expect(readdirSync(directory)).toEqual(["out.bin"]);
    expect(readFileSync(path, "utf8")).toBe("old");
  } finally {
    execFileSync("umount", [directory]);
  }
});

test("a read-only file system", async ({ skip }) => {
  skip(!mount("ro"), "needs the right to mount");
  try {
    await expect(AtomicFile.create(path)).rejects.toThrow(expect.objectContaining({ code: "READ_ONLY_FILE_SYSTEM" }));
  } finally {
    execFileSync("umount", [directory]);
  }
});

/** Another process that writes half a file, says so, and then does what `last` says. */
async function half(last: string): Promise<{ signal: NodeJS.Signals | null; code: number | null }> {
  const module = new URL("./atomic-file.ts", import.meta.url).href;
  const script = `
    import { AtomicFile } from ${JSON.stringify(module)};
    const file = await AtomicFile.create(${JSON.stringify(path)}, { overwrite: true });
    await file.write(new Uint8Array(1000));
    process.on("SIGINT", () => process.exit(130));
    console.log("half");
    ${last}
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  child.stdout.once("data", () => {
    if (last === WAIT) child.kill("SIGINT");
    if (last === HANG) child.kill("SIGKILL");
  });
  return new Promise((done) => child.on("close", (code, signal) => done({ code, signal })));
}
const WAIT = "setInterval(() => {}, 1000);";
const HANG = "setInterval(() => {}, 2000);";

test("Ctrl-C leaves nothing behind", async () => {
  writeFileSync(path, "old");
  expect(await half(WAIT)).toEqual({ code: 130, signal: null });
  expect(readdirSync(directory)).toEqual(["out.bin"]);
  expect(readFileSync(path, "utf8")).toBe("old");
});

test("an error that ends the process leaves nothing behind", async () => {
  writeFileSync(path, "old");
  expect(await half("process.exit(3);")).toEqual({ code: 3, signal: null });
  expect(readdirSync(directory)).toEqual(["out.bin"]);
});

test("killed in the middle: the old file is whole", async () => {
  writeFileSync(path, "old");
  expect(await half(HANG)).toEqual({ code: null, signal: "SIGKILL" });
  expect(readFileSync(path, "utf8")).toBe("old");
});
