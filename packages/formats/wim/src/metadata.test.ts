import { ByteWriter, FileAttribute, Findings, withLimits } from "@adk/core";
import { adkError, expectTruncationsRefused } from "@adk/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Dentry, dentrySize, newDentry, writeDentry } from "./dentry.ts";
import { type ImageMetadata, parseMetadata, writeMetadata } from "./metadata.ts";
import { bytes, tree } from "./testing/arbitraries.ts";

const LIMITS = withLimits();

function parsed(metadata: Uint8Array, limits = LIMITS): { root: Dentry; codes: string[] } {
  const findings = new Findings();
  const { root } = parseMetadata(metadata, limits, findings, "f");
  return { root, codes: findings.list.map(({ code }) => code) };
}

function directory(name: string, ...children: Dentry[]): Dentry {
  return { ...newDentry(name, FileAttribute.DIRECTORY, 0n), children };
}

function file(name: string, shortName = ""): Dentry {
  return { ...newDentry(name, FileAttribute.NORMAL, 0n), shortName };
}

function names(root: Dentry): string[] {
  return root.children?.map(({ name }) => name) ?? [];
}

test("trees are written as they were read", () => {
  fc.assert(
    fc.property(tree, fc.array(bytes(0, 40), { maxLength: 5 }), (root, security) => {
      const metadata: ImageMetadata = { security, root };
      const findings = new Findings();
      expect(parseMetadata(writeMetadata(metadata), LIMITS, findings)).toEqual(metadata);
      expect(findings.list).toEqual([]);
    }),
  );
});

test("a wide and a deep tree", () => {
  let deep = directory("d0", file("leaf"));
  for (let i = 1; i < 500; i++) deep = directory(`d${i}`, deep);
  const wide = directory("wide", ...Array.from({ length: 5000 }, (_, i) => file(`file ${i}`)));
  const metadata = { security: [], root: directory("", wide, deep) };
  expect(parseMetadata(writeMetadata(metadata), LIMITS, new Findings())).toEqual(metadata);
});

test("every truncation is refused", () => {
  const root = directory("", file("a"), directory("b", file("c"), directory("d")), file("e"));
  const sample = writeMetadata({ security: [new Uint8Array(20)], root });
  expectTruncationsRefused(sample, (part) => parsed(part));
});

test("names that lead elsewhere are left out, the others stay", () => {
  const bad = ["..", ".", "a/b", "a\\b", "..\\..\\x", "a\0b", "/", "x".repeat(256)];
  const root = directory(
    "",
    file("first"),
    ...bad.map((name) => file(name)),
    directory("..", file("hidden")),
    file("last"),
  );
  const { root: read, codes } = parsed(writeMetadata({ security: [], root }));
  expect(names(read)).toEqual(["first", "last"]);
  expect(codes).toEqual([...Array(7).fill("WIM_UNSAFE_NAME"), "WIM_NAME_TOO_LONG", "WIM_UNSAFE_NAME"]);
});

test("of two entries with one name the first counts; names that differ in case are two", () => {
  const root = directory("", file("a"), file("A"), { ...file("a"), attributes: 1 });
  const { root: read, codes } = parsed(writeMetadata({ security: [], root }));
  expect(read.children?.map(({ name, attributes }) => [name, attributes])).toEqual([
    ["a", FileAttribute.NORMAL],
    ["A", FileAttribute.NORMAL],
  ]);
  expect(codes).toEqual(["WIM_DUPLICATE_NAME"]);
});

test("an unsafe short name is left out, its entry stays", () => {
  const { root, codes } = parsed(
    writeMetadata({ security: [], root: directory("", file("a", "..\\x"), file("b", "B~1")) }),
  );
  expect(root.children?.map(({ name, shortName }) => [name, shortName])).toEqual([
    ["a", ""],
    ["b", "B~1"],
  ]);
  expect(codes).toEqual(["WIM_UNSAFE_NAME"]);
});

/** Metadata without security data whose root's entries lie where `offsets` of dentries say. */
function crafted(rootChildren: number, ...placed: [dentry: Dentry, childrenOffset: number][]): Uint8Array {
  const writer = new ByteWriter();
  writer.u32(8).u32(0);
  writeDentry(writer, directory(""), rootChildren);
  writer.zeros(8);
  for (const [dentry, offset] of placed) writeDentry(writer, dentry, offset);
  return writer.zeros(8).finish();
}

const ROOT_END = 8 + dentrySize(directory("")) + 8;

test("cycles and shared directories are refused", () => {
  const cyclic = adkError("WIM_CYCLIC_DIRECTORY", { file: "f" });
  expect(() => parsed(crafted(ROOT_END, [directory("a"), ROOT_END]))).toThrow(cyclic);
  const [first, second] = [directory("a"), directory("b")];
  const shared = ROOT_END + dentrySize(first) + dentrySize(second) + 8;
  const writer = new ByteWriter().bytes(crafted(ROOT_END, [first, shared], [second, shared]));
  writeDentry(writer, file("x"), 0);
  expect(() => parsed(writer.zeros(8).finish())).toThrow(cyclic);
});

test("directories that overlap cannot make a small file stand for an endless tree", () => {
  // Each directory's entries are those that follow it: 2^n paths if nobody counts.
  const count = 300;
  const size = dentrySize(directory("d000"));
  const placed = Array.from({ length: count }, (_, i): [Dentry, number] => {
    return [directory(`d${String(i).padStart(3, "0")}`), ROOT_END + (i + 1) * size];
  });
  expect(() => parsed(crafted(ROOT_END, ...placed))).toThrow(adkError("WIM_CYCLIC_DIRECTORY"));
});

test("empty directories may share their end", () => {
  const end = ROOT_END + 2 * dentrySize(directory("a"));
  const { root } = parsed(crafted(ROOT_END, [directory("a"), end], [directory("b"), end]));
  expect(names(root)).toEqual(["a", "b"]);
});

test("offsets and counts beyond the metadata are refused", () => {
  expect(() => parsed(crafted(10_000))).toThrow(adkError("UNEXPECTED_END"));
  expect(() => parsed(crafted(ROOT_END, [directory("a"), Number.MAX_SAFE_INTEGER]))).toThrow(
    adkError("UNEXPECTED_END"),
  );
});

test("limits bound depth and number", () => {
  let deep = directory("d");
  for (let i = 0; i < 20; i++) deep = directory("d", deep);
  const metadata = writeMetadata({
    security: [],
    root: directory("", deep, ...Array.from({ length: 30 }, (_, i) => file(`${i}`))),
  });
  expect(() => parsed(metadata, withLimits({ depth: 20 }))).toThrow(adkError("LIMIT_EXCEEDED"));
  expect(() => parsed(metadata, withLimits({ entries: 40 }))).toThrow(adkError("LIMIT_EXCEEDED"));
  expect(parsed(metadata, withLimits({ depth: 23, entries: 60 })).codes).toEqual([]);
});

test("an image without a root directory is refused", () => {
  for (const attributes of [FileAttribute.NORMAL, FileAttribute.DIRECTORY | FileAttribute.REPARSE_POINT]) {
    const root = newDentry("", attributes, 0n);
    expect(() => parsed(writeMetadata({ security: [], root }))).toThrow(adkError("WIM_BAD_ROOT"));
  }
  expect(() => parsed(new Uint8Array(16))).toThrow(adkError("WIM_BAD_ROOT"));
});
