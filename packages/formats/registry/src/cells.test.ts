import { truncateSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@adk/testing";
import { expect, test } from "vitest";
import { HiveEditor, openHiveFile, RegType } from "./index.ts";
import { contentOf } from "./testing/content.ts";

/** A hive that is too large to be read at once. */
async function largeHive(): Promise<{ path: string; editor: HiveEditor }> {
  const editor = HiveEditor.create({ time: 1n });
  for (let i = 0; i < 40; i++) {
    editor.setValue(editor.createKey(`key ${i}`), "data", RegType.BINARY, new Uint8Array(500_000).fill(i));
  }
  const path = join(temporaryDirectory(), "hive");
  await editor.save(path);
  return { path, editor };
}

test("a large hive is read as it is looked at, and holds the same", async () => {
  const { path, editor } = await largeHive();
  await using hive = await openHiveFile(path);
  expect(hive.key("KEY 17")?.value("data")?.data()).toEqual(new Uint8Array(500_000).fill(17));
  // What was not looked at was not read.
  expect(Buffer.from(hive.cells.bytes.buffer).includes(Buffer.alloc(100_000, 18))).toBe(false);
  expect(contentOf(hive)).toEqual(contentOf(editor.hive));
  expect(hive.findings.list).toEqual([]);
});

test("a file that becomes shorter meanwhile", async () => {
  const { path } = await largeHive();
  await using hive = await openHiveFile(path);
  truncateSync(path, 65_536);
  expect(hive.key("key 39")?.value("data")).toBeUndefined();
  expect(hive.findings.list.map(({ code }) => code)).toContain("UNEXPECTED_END");
});
