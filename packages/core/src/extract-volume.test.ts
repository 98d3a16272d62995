import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { adkError, makeTree, temporaryDirectory } from "@adk/testing";
import { expect, test } from "vitest";
import { openDirectory } from "./directory-volume.ts";
import { AdkError } from "./errors.ts";
import { extractVolume } from "./extract-volume.ts";
import type { Volume } from "./volume.ts";

const TREE = { "a.txt": "first", "d/b.txt": "second", "d/e/": "", "f/c.txt": "third" };

async function sample(): Promise<Volume> {
  return openDirectory(await makeTree(TREE));
}

test("all of a volume, with times", async () => {
  const to = join(temporaryDirectory(), "new");
  expect(await extractVolume(await sample(), to)).toEqual({ files: 3, bytes: 16, findings: [] });
  expect(readdirSync(to, { recursive: true }).sort()).toEqual(["a.txt", "d", "d/b.txt", "d/e", "f", "f/c.txt"]);
  expect(readFileSync(join(to, "d/b.txt"), "utf8")).toBe("second");
  expect(statSync(join(to, "d/b.txt")).mtime.toISOString()).toBe("2024-05-01T00:00:00.000Z");
});

test("what a pattern names, with everything below", async () => {
  const to = temporaryDirectory();
  expect(await extractVolume(await sample(), to, { paths: ["d", "/f/*.md"] })).toMatchObject({ files: 1 });
  expect(readdirSync(to)).toEqual(["d"]);
});

test("what is there is replaced only if that is asked for", async () => {
  const to = await makeTree({ "a.txt": "own" });
  await expect(extractVolume(await sample(), to)).rejects.toThrow(adkError("ALREADY_EXISTS"));
  expect(readdirSync(to)).toEqual(["a.txt"]);
  expect(readFileSync(join(to, "a.txt"), "utf8")).toBe("own");
  expect(await extractVolume(await sample(), to, { overwrite: true })).toMatchObject({ files: 3 });
  expect(readFileSync(join(to, "a.txt"), "utf8")).toBe("first");
});

test("a file that cannot be read is left out, the others are there", async () => {
  const volume = await sample();
  const open = volume.open.bind(volume);
  volume.open = async (entry) => {
    if (entry.path === "/d/b.txt") throw new AdkError("BAD", "Damaged.", { offset: 7 });
    return open(entry);
  };
  const to = temporaryDirectory();
  const { files, findings } = await extractVolume(volume, to);
  expect(files).toBe(2);
  expect(findings).toMatchObject([{ code: "BAD", where: { path: "/d/b.txt", offset: 7 } }]);
  expect(existsSync(join(to, "d/b.txt"))).toBe(false);
});

test("a limit or a signal ends it, and nothing stays", async () => {
  const to = join(temporaryDirectory(), "new");
  const limited = extractVolume(await sample(), to, { limits: { outputBytes: 15 } });
  await expect(limited).rejects.toThrow(adkError("LIMIT_EXCEEDED"));
  expect(existsSync(to)).toBe(false);
  const controller = new AbortController();
  const onProgress = ({ done }: { done: number }) => done > 0 && controller.abort();
  const cancelled = extractVolume(await sample(), to, {
    signal: controller.signal,
    onProgress: (p) => void onProgress(p),
  });
  await expect(cancelled).rejects.toThrow(adkError("CANCELLED"));
  expect(existsSync(to)).toBe(false);
});
