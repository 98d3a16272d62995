import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { adkError, temporaryDirectory } from "@adk/testing";
import { expect, test } from "vitest";
import { createFiles, OutputFileWriter } from "./output-file.ts";

const BYTES = new TextEncoder().encode("content");

test("files are made with their time, all or none", () => {
  const directory = temporaryDirectory();
  const files = ["a", "b", "c"].map((name) => ({ path: join(directory, name), time: 1_000_000_000, replace: false }));
  createFiles(files.slice(0, 2), BYTES);
  expect(statSync(join(directory, "a")).mtimeMs).toBe(1e12);
  // The second is there, so the third is not made; nor does it stay that the first was made anew.
  const again = [{ ...files[2], path: join(directory, "new") }, files[1]] as typeof files;
  expect(() => createFiles(again, BYTES)).toThrow(adkError("ALREADY_EXISTS"));
  expect(readdirSync(directory).sort()).toEqual(["a", "b"]);
});

test("a file that is replaced is there until the new one is complete", () => {
  const directory = temporaryDirectory();
  const path = join(directory, "x".repeat(255));
  writeFileSync(path, "old");
  const writer = OutputFileWriter.create({ path, time: 0, replace: true });
  writer.write(BYTES);
  expect(readFileSync(path, "utf8")).toBe("old");
  writer.finish();
  writer.discard();
  expect(readFileSync(path, "utf8")).toBe("content");
  const discarded = OutputFileWriter.create({ path, time: 0, replace: true });
  discarded.discard();
  discarded.discard();
  expect([readFileSync(path, "utf8"), readdirSync(directory).length]).toEqual(["content", 1]);
});

test("what is in the way is told, and nothing is left beside it", () => {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, "d", "x"), { recursive: true });
  const file = { path: join(directory, "d"), time: 0, replace: true };
  expect(() => createFiles([file], BYTES)).toThrow(adkError("IS_A_DIRECTORY"));
  expect(() => createFiles([{ ...file, path: join(directory, "no", "f") }], BYTES)).toThrow(adkError("FILE_NOT_FOUND"));
  expect(readdirSync(directory)).toEqual(["d"]);
});
