import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FileAccess, MemoryAccess, RangeAccess, readPieces } from "./random-access.ts";

const bytes = Uint8Array.from({ length: 100 }, (_, i) => i);
const unexpectedEnd = expect.objectContaining({ code: "UNEXPECTED_END" });

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "adk-access-"));
  path = join(directory, "data");
  writeFileSync(path, bytes);
});
afterEach(() => rmSync(directory, { recursive: true }));

test("files, memory and ranges give the same bytes", async () => {
  const file = await FileAccess.open(path);
  for (const access of [file, new MemoryAccess(bytes), new RangeAccess(new MemoryAccess(bytes), 0, 100)]) {
    expect(access.size).toBe(100);
    expect(Array.from(await access.read(10, 3))).toEqual([10, 11, 12]);
    const into = new Uint8Array(8);
    expect(Array.from(await access.read(98, 2, into))).toEqual([98, 99]);
    expect(into[1]).toBe(99);
    for (const [offset, length] of [
      [99, 2],
      [-1, 1],
      [0, -1],
      [Number.NaN, 1],
      [0, 101],
    ] as const) {
      await expect(access.read(offset, length), `${offset} ${length}`).rejects.toThrow(unexpectedEnd);
    }
  }
  await file.close();
});

test("a range ends where it ends, not where the file does", async () => {
  const range = new RangeAccess(new MemoryAccess(bytes), 40, 10);
  expect(Array.from(await range.read(0, 2))).toEqual([40, 41]);
  await expect(range.read(9, 2)).rejects.toThrow(unexpectedEnd);
  expect(() => new RangeAccess(new MemoryAccess(bytes), 95, 10)).toThrow(unexpectedEnd);
});

test("pieces make up the whole", async () => {
  const pieces: number[] = [];
  for await (const piece of readPieces(new MemoryAccess(bytes), 33)) pieces.push(...piece);
  expect(pieces).toEqual(Array.from(bytes));
});

test("a file that cannot be opened, or becomes shorter", async () => {
  await expect(FileAccess.open(directory)).rejects.toThrow(expect.objectContaining({ code: "IS_A_DIRECTORY" }));
  await expect(FileAccess.open(join(directory, "none"))).rejects.toThrow(
    expect.objectContaining({ code: "FILE_NOT_FOUND" }),
  );
  const file = await FileAccess.open(path);
  truncateSync(path, 50);
  await expect(file.read(40, 20)).rejects.toThrow(unexpectedEnd);
  await file.close();
});
