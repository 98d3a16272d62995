import { MemoryAccess } from "@adk/core";
import { adkError, expectTruncationsRefused, orRefused } from "@adk/testing";
import { expect, test } from "vitest";
import { changeBaseBlock, isDirty, newBaseBlock, parseBaseBlock } from "./base-block.ts";
import { HiveEditor, openHive } from "./index.ts";
import { contentOf } from "./testing/content.ts";

test("what is written is read", () => {
  const bytes = newBaseBlock(5, "C:\\Users\\someone with a long name\\NTUSER.DAT");
  const change = { sequence: 0xffff_ffff, lastWritten: 2n ** 62n, rootCell: 32, hiveBinsSize: 4096, flags: 1 };
  changeBaseBlock(bytes, change);
  const { sequence, ...rest } = change;
  expect(parseBaseBlock(bytes)).toEqual({
    ...rest,
    primarySequence: sequence,
    secondarySequence: sequence,
    majorVersion: 1,
    minorVersion: 5,
    fileType: 0,
    fileName: "one with a long name\\NTUSER.DAT",
    lastReorganized: 0n,
    checksumRight: true,
  });
});

test("a checksum is never 0 or all ones", () => {
  const bytes = newBaseBlock(5, "");
  changeBaseBlock(bytes, {});
  const view = new DataView(bytes.buffer);
  const sum = view.getUint32(508, true);
  // The field at 100 is not used: it brings the sum to these values.
  view.setUint32(100, sum, true);
  changeBaseBlock(bytes, {});
  expect(view.getUint32(508, true)).toBe(1);
  view.setUint32(100, ~sum, true);
  changeBaseBlock(bytes, {});
  expect(view.getUint32(508, true)).toBe(0xffff_fffe);
  expect(isDirty(parseBaseBlock(bytes))).toBe(false);
});

test("every truncation is refused", () => {
  expectTruncationsRefused(newBaseBlock(5, "").slice(0, 512), (bytes) => parseBaseBlock(bytes));
});

test("a hive that ends anywhere is refused, or read in part with a finding", async () => {
  const editor = HiveEditor.create({ time: 1n });
  for (const name of ["a", "b", "c"]) editor.setValue(editor.createKey(name), "v", 3, new Uint8Array(3000).fill(7));
  const bytes = editor.toBytes();
  for (let length = 0; length < bytes.length; length += 61) {
    const hive = await orRefused(() => openHive(new MemoryAccess(bytes.subarray(0, length))));
    if (!hive) continue;
    await orRefused(() => contentOf(hive));
    expect(hive.findings.list.map(({ code }) => code)).toContain("REG_BAD_SIZE");
  }
});

test("other files are told from hives", async () => {
  const open = (text: string): Promise<unknown> => openHive(new MemoryAccess(new TextEncoder().encode(text)));
  await expect(open("MZ".repeat(600))).rejects.toEqual(adkError("REG_BAD_SIGNATURE"));
  await expect(open("")).rejects.toEqual(adkError("REG_BAD_SIGNATURE"));
  await expect(open("regf")).rejects.toEqual(adkError("REG_BAD_BASE_BLOCK"));
});
