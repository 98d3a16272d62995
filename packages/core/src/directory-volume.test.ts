import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDirectory } from "./directory-volume.ts";
import { formatFiletime } from "./filetime.ts";
import { Findings } from "./findings.ts";
import { linkTarget, parseReparseData, REPARSE_TAG_SYMLINK } from "./reparse-point.ts";
import { type Volume, type VolumeEntry, walk } from "./volume.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "adk-volume-"));
  mkdirSync(join(directory, "Windows/System32"), { recursive: true });
  writeFileSync(join(directory, "Windows/System32/ntdll.dll"), "MZ");
  writeFileSync(join(directory, "empty"), "");
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function entryAt(volume: Volume, path: string): Promise<VolumeEntry> {
  const entry = await volume.lookup(path);
  if (!entry) throw new Error(`no ${path}`);
  return entry;
}

async function targetOf(volume: Volume, path: string) {
  const point = await volume.reparsePoint(await entryAt(volume, path));
  const parsed = parseReparseData(REPARSE_TAG_SYMLINK, point?.data ?? new Uint8Array(0));
  return { target: parsed.kind === "symlink" ? linkTarget(parsed) : undefined, fixed: point?.fixed };
}

describe("a directory as a volume", () => {
  test("finds entries whatever their case, and gives their real names", async () => {
    const volume = await openDirectory(directory);
    expect((await entryAt(volume, "/WINDOWS/system32/NTDLL.dll")).path).toBe("/Windows/System32/ntdll.dll");
    expect(await volume.lookup("/Windows/nothing")).toBeUndefined();
    expect((await entryAt(volume, "/")).path).toBe("/");
  });

  test("an exact match goes before one that differs in case", async () => {
    writeFileSync(join(directory, "EMPTY"), "upper");
    const volume = await openDirectory(directory);
    expect((await entryAt(volume, "/EMPTY")).size).toBe(5);
    expect((await entryAt(volume, "/empty")).size).toBe(0);
  });

  test("walks every entry, directories before what they hold", async () => {
    const volume = await openDirectory(directory);
    const paths: string[] = [];
    for await (const batch of walk(volume)) paths.push(...batch.map(({ path }) => path));
    expect(paths).toEqual(["/", "/Windows", "/empty", "/Windows/System32", "/Windows/System32/ntdll.dll"]);
  });

  test("reads data whole and in parts, and has no streams", async () => {
    const volume = await openDirectory(directory);
    const entry = await entryAt(volume, "/windows/system32/ntdll.dll");
    expect(Buffer.from(await volume.read(entry)).toString()).toBe("MZ");
    const access = await volume.open(entry);
    expect(Buffer.from(await access.read(1, 1)).toString()).toBe("Z");
    await access.close();
    await expect(volume.read(entry, "Zone.Identifier")).rejects.toMatchObject({ code: "STREAM_NOT_FOUND" });
  });

  test("times count from 1601 in 100 ns, and looking does not change them", async () => {
    utimesSync(join(directory, "empty"), 1_700_000_000, 1_600_000_000.5);
    const entry = await entryAt(await openDirectory(directory), "/empty");
    expect(formatFiletime(entry.lastWriteTime)).toBe("2020-09-13T12:26:40.5000000Z");
    expect(entry.lastAccessTime).toBe(entry.lastWriteTime);
  });

  test("names of one file share an identity", async () => {
    linkSync(join(directory, "empty"), join(directory, "again"));
    const volume = await openDirectory(directory);
    const [first, second] = [await entryAt(volume, "/empty"), await entryAt(volume, "/again")];
    expect(first.linkId).toBeDefined();
    expect(second.linkId).toBe(first.linkId);
    expect((await entryAt(volume, "/windows/system32/ntdll.dll")).linkId).toBeUndefined();
  });

  test("links are reparse points; absolute targets inside count from the root", async () => {
    symlinkSync(join(directory, "Windows"), join(directory, "inside"));
    symlinkSync("/somewhere/else", join(directory, "outside"));
    symlinkSync("Windows/System32", join(directory, "relative"));
    symlinkSync("loop", join(directory, "loop"));
    const volume = await openDirectory(directory);
    expect(await targetOf(volume, "/inside")).toEqual({ target: "C:\\Windows", fixed: true });
    expect(await targetOf(volume, "/outside")).toEqual({ target: "C:\\somewhere\\else", fixed: false });
    expect(await targetOf(volume, "/relative")).toEqual({ target: "Windows\\System32", fixed: false });
    expect((await entryAt(volume, "/inside")).attributes).toBe(0x410);
    expect((await entryAt(volume, "/loop")).attributes).toBe(0x400);

    const asIs = await openDirectory(directory, { fixLinks: false });
    expect(await targetOf(asIs, "/inside")).toMatchObject({ fixed: false });
  });

  test("a name that Windows cannot have is left out with a finding", async () => {
    writeFileSync(join(directory, "back\\slash"), "");
    writeFileSync(Buffer.concat([Buffer.from(`${directory}/`), Buffer.from([0x66, 0xff])]), "");
    const findings = new Findings();
    const volume = await openDirectory(directory, { findings });
    const names = (await volume.list(volume.root)).map(({ name }) => name);
    expect(names).toEqual(["Windows", "empty"]);
    expect(findings.list.map(({ code }) => code)).toEqual(["NAME_NOT_FOR_WINDOWS", "NAME_NOT_FOR_WINDOWS"]);
  });
});

test("what is no directory is refused", async () => {
  await expect(openDirectory(join(directory, "empty"))).rejects.toMatchObject({ code: "NOT_A_DIRECTORY" });
  await expect(openDirectory(join(directory, "nothing"))).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
});
