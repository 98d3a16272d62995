import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SIDECAR_NAME } from "@adk/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { wimExtractResult } from "../schemas.ts";
import { makeTree, wim, wimJson } from "../testing/samples.ts";

let cwd = "";
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "adk-sidecar-"));
  makeTree(join(cwd, "tree"));
  const entry = {
    path: "/Windows/System32/notes.txt",
    kind: "file",
    host: { size: 5, time: "132444736000000000" },
    attributes: 0x23,
    created: "1",
    accessed: "2",
    written: "132444736000000001",
    shortName: "NOTES~1.TXT",
    security: 0,
    streams: [{ name: "Zone.Identifier", data: "Wm9uZQ==" }],
  };
  const header = { format: "adk-metadata", version: 1 };
  const descriptor = { descriptor: 0, data: "AQAEgAAAAAAAAAAAAAAAAAAAAAA=" };
  const lines = [header, descriptor, entry, { entries: 1 }].map((line) => JSON.stringify(line));
  writeFileSync(join(cwd, "tree", SIDECAR_NAME), lines.join("\n"));
  utimesSync(join(cwd, "tree"), 1_600_000_000, 1_600_000_000);
  await wimJson(cwd, "capture", "tree", "a.wim");
});
afterAll(() => rmSync(cwd, { recursive: true }));

const EXPECTED = {
  attributes: 0x23,
  created: "1601-01-01T00:00:00.0000001Z",
  modified: "2020-09-13T12:26:40.0000001Z",
  shortName: "NOTES~1.TXT",
  streams: [{ name: "Zone.Identifier", size: 4, sha1: expect.any(String) }],
};

async function entryOf(image: string, path: string): Promise<unknown> {
  const entries = await wimJson(cwd, "dir", image);
  return entries.find((entry: { path: string }) => entry.path === path);
}

describe("wim apply", () => {
  test("keeps in the sidecar what capture reads back", async () => {
    expect(await entryOf("a.wim", "/Windows/System32/notes.txt")).toMatchObject(EXPECTED);
    const result = await wimJson(cwd, "apply", "a.wim", "out");
    expect(wimExtractResult.parse(result)).toEqual(result);
    expect(result).toMatchObject({
      kept: { entries: 1, streams: 1, securityDescriptors: 1, shortNames: 1, reparsePoints: 0 },
      notHeld: { streams: 0, securityDescriptors: 0, shortNames: 0, reparsePoints: 0 },
    });
    await wimJson(cwd, "capture", "out", "b.wim");
    expect(await wimJson(cwd, "dir", "b.wim")).toEqual(await wimJson(cwd, "dir", "a.wim"));
  });

  test("says what it kept", async () => {
    const { stdout } = await wim(cwd, ["apply", "a.wim", "said"]);
    expect(stdout).toBe(
      "4 files (34.2 KiB), 3 directories, 1 symbolic link, 1 hard link\n" +
        "Kept in .adk-metadata.jsonl, as this file system cannot hold them: attributes and times of 1 entry, " +
        "1 alternate data stream, 1 security descriptor, 1 short name\n",
    );
  });

  test("keeps nothing with --no-sidecar, and says what is lost", async () => {
    const { stdout } = await wim(cwd, ["apply", "a.wim", "lost", "--no-sidecar"]);
    expect(stdout).toContain("Not kept, as this file system cannot hold them: 1 alternate data stream, 1 security");
    expect(existsSync(join(cwd, "lost", SIDECAR_NAME))).toBe(false);
  });
});

describe("wim extract", () => {
  test("keeps nothing unless told to", async () => {
    await wimJson(cwd, "extract", "a.wim", "/Windows/System32/notes.txt", "--to", "part");
    expect(readdirSync(join(cwd, "part"))).toEqual(["notes.txt"]);
    await wimJson(cwd, "extract", "a.wim", "/Windows/System32/notes.txt", "--to", "kept", "--sidecar");
    expect(readdirSync(join(cwd, "kept")).sort()).toEqual([SIDECAR_NAME, "notes.txt"]);
    await wimJson(cwd, "capture", "kept", "kept.wim");
    expect(await entryOf("kept.wim", "/notes.txt")).toMatchObject(EXPECTED);
  });
});
