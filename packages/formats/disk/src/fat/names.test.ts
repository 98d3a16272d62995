import { ByteWriter, filetimeFromDate } from "@adk/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { LongNameReader, longNameEntries, shortNameChecksum, writeLongName } from "./long-name.ts";
import { ShortNames, shortNameText } from "./short-name.ts";
import { fatTimeOf, fatTimeToFiletime } from "./time.ts";

test("8.3 names as Windows makes them", () => {
  const names = new ShortNames();
  const made = [
    "README.TXT",
    "readme.md",
    "Setup.exe",
    "sources",
    "The Quick Brown.fox",
    "the quick.fox",
    ".profile",
  ].map((name) => {
    const { bytes, needsLongName, lowerCase } = names.add(name);
    return [shortNameText(bytes, lowerCase), needsLongName];
  });
  expect(made).toEqual([
    ["README.TXT", false],
    ["readme.md", false],
    ["SETUP.EXE", true],
    ["sources", false],
    ["THEQUI~1.FOX", true],
    ["THEQUI~2.FOX", true],
    ["PROFIL~1", true],
  ]);
  const many = new ShortNames();
  const keys = Array.from({ length: 1200 }, (_, i) => shortNameText(many.add(`long name ${i}.text`).bytes));
  expect(new Set(keys).size).toBe(1200);
  expect([keys[8], keys[9], keys[1199]]).toEqual(["LONGNA~9.TEX", "LONGN~10.TEX", "LON~1200.TEX"]);
});

test("8.3 names in the code page of the first PCs", () => {
  expect(shortNameText(Uint8Array.from([0x9a, 0x42, 0x45, 0x52, 32, 32, 32, 32, 0xe1, 0xff, 0x80]))).toBe(
    "ÜBER.ß\u00a0Ç",
  );
});

test("any long name is read as it was written", () => {
  const name = fc.string({
    unit: fc.integer({ min: 1, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    minLength: 1,
    maxLength: 255,
  });
  const short = fc.uint8Array({ minLength: 11, maxLength: 11 });
  fc.assert(
    fc.property(name, short, (name, short) => {
      const writer = new ByteWriter();
      writeLongName(writer, name, shortNameChecksum(short));
      const bytes = writer.finish();
      expect(bytes.length).toBe(longNameEntries(name) * 32);
      const reader = new LongNameReader();
      for (let at = 0; at < bytes.length; at += 32) reader.add(bytes.subarray(at, at + 32));
      expect(reader.take(short)).toBe(name);
      expect(reader.take(short)).toBeUndefined();
    }),
  );
});

test("parts of a long name that are missing or belong to another one", () => {
  const short = new Uint8Array(11).fill(65);
  const writer = new ByteWriter();
  writeLongName(writer, "a name of more than thirteen", shortNameChecksum(short));
  const bytes = writer.finish();
  const take = (parts: readonly number[], name = short) => {
    const reader = new LongNameReader();
    for (const part of parts) reader.add(bytes.subarray(part * 32, part * 32 + 32));
    return reader.take(name);
  };
  expect(take([0, 1, 2])).toBe("a name of more than thirteen");
  for (const parts of [
    [1, 2],
    [0, 2],
    [0, 1],
    [2, 1, 0],
    [0, 1, 2, 2],
  ])
    expect(take(parts)).toBeUndefined();
  expect(take([0, 1, 2], new Uint8Array(11).fill(66))).toBeUndefined();
});

test("times", () => {
  const to = (iso: string) => fatTimeToFiletime(fatTimeOf(filetimeFromDate(new Date(iso))));
  const same = (iso: string) => expect(to(iso)).toBe(filetimeFromDate(new Date(iso)));
  same("2026-11-22T18:42:51.990Z");
  same("1980-01-01T00:00:00Z");
  same("2107-12-31T23:59:59.990Z");
  expect(to("1971-05-05T05:05:05Z")).toBe(filetimeFromDate(new Date("1980-01-01T00:00:00Z")));
  expect(to("2200-05-05T05:05:05Z")).toBe(filetimeFromDate(new Date("2107-12-31T23:59:59.990Z")));
  expect(fatTimeToFiletime({ date: 0, time: 0, hundredths: 0 })).toBe(0n);
});
