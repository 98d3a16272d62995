import { appendFileSync, existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { adkError, temporaryDirectory } from "@adk/testing";
import { expect, test } from "vitest";
import { HiveEditor, openHiveFile } from "./index.ts";
import { makeDirty, newLog } from "./testing/logs.ts";

const TIME = 132_000_000_000_000_000n;

async function newHive(): Promise<string> {
  const path = join(temporaryDirectory(), "hive");
  await HiveEditor.create({ time: TIME }).save(path);
  return path;
}

test("a new hive does not replace a file", async () => {
  const path = await newHive();
  const before = readFileSync(path);
  await expect(HiveEditor.create().save(path)).rejects.toEqual(adkError("ALREADY_EXISTS"));
  expect(readFileSync(path).equals(before)).toBe(true);
  const saved = await HiveEditor.create({ time: TIME, rootName: "other" }).save(path, { overwrite: true });
  expect(saved).toEqual({ path, size: 8192, backup: `${path}.bak` });
  expect(readFileSync(`${path}.bak`).equals(before)).toBe(true);
});

test("a hive that was opened is replaced, and kept as a back-up", async () => {
  const path = await newHive();
  const before = readFileSync(path);
  const editor = await HiveEditor.openFile(path, { time: TIME });
  expect(editor.changed).toBe(false);
  editor.createKey("key");
  expect(editor.changed).toBe(true);
  expect(await editor.save(path)).toEqual({ path, size: 8192, backup: `${path}.bak` });
  expect(editor.changed).toBe(false);
  expect(readFileSync(`${path}.bak`).equals(before)).toBe(true);
  await using hive = await openHiveFile(path);
  expect(hive.key("KEY")?.name).toBe("key");
  // Saving once more continues from what was saved.
  editor.createKey("second");
  await editor.save(path);
  await using again = await openHiveFile(path);
  expect(again.baseBlock.primarySequence).toBe(3);
  expect(readdirSync(join(path, "..")).sort()).toEqual(["hive", "hive.bak"]);
});

test("a hive that someone else changed is left alone", async () => {
  const path = await newHive();
  const [one, two] = [await HiveEditor.openFile(path), await HiveEditor.openFile(path)];
  one.createKey("one");
  two.createKey("two");
  await one.save(path);
  const after = readFileSync(path);
  await expect(two.save(path)).rejects.toEqual(adkError("REG_CHANGED"));
  expect(readFileSync(path).equals(after)).toBe(true);
});

test("a back-up replaces only an older hive", async () => {
  const path = await newHive();
  writeFileSync(`${path}.bak`, "mine");
  const editor = await HiveEditor.openFile(path);
  editor.createKey("key");
  await expect(editor.save(path)).rejects.toEqual(adkError("REG_BACKUP_IN_THE_WAY"));
  expect(readFileSync(`${path}.bak`, "utf8")).toBe("mine");
});

test("a symbolic link stays, and what it points to is replaced", async () => {
  const path = await newHive();
  const link = join(temporaryDirectory(), "link");
  symlinkSync(path, link);
  const editor = await HiveEditor.openFile(link);
  editor.createKey("key");
  await editor.save(link);
  await using hive = await openHiveFile(path);
  expect(hive.key("key")).toBeDefined();
  expect(existsSync(`${path}.bak`)).toBe(true);
});

test("logs beside a dirty hive are found in any case", async () => {
  const path = await newHive();
  const clean = readFileSync(path);
  const editor = await HiveEditor.openFile(path, { time: TIME });
  editor.createKey("logged");
  writeFileSync(path, makeDirty(clean, 5, 4));
  await expect(openHiveFile(path)).rejects.toEqual(adkError("REG_DIRTY"));
  writeFileSync(`${path}.log2`, newLog(clean, [{ sequence: 5, after: editor.toBytes() }]));
  writeFileSync(`${path}.LOG1`, "");
  await using hive = await openHiveFile(path);
  expect(hive.logsApplied).toBe(1);
  expect(hive.key("logged")).toBeDefined();
});

test("what lies behind the bins is kept", async () => {
  const path = await newHive();
  appendFileSync(path, Buffer.alloc(8192, 7));
  const editor = await HiveEditor.openFile(path);
  editor.createKey("key");
  await editor.save(path);
  expect(readFileSync(path).subarray(8192).equals(Buffer.alloc(8192, 7))).toBe(true);
});
