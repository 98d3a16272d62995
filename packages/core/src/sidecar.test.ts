import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDirectory } from "./directory-volume.ts";
import { AdkError } from "./errors.ts";
import { FileAttribute } from "./file-attributes.ts";
import { Findings } from "./findings.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import {
  formatSidecarHeader,
  formatSidecarLine,
  MOST_LINE_BYTES,
  parseSidecarLine,
  SIDECAR_NAME,
  SIDECAR_STREAMS_NAME,
  type SidecarEntry,
} from "./sidecar.ts";
import { Sidecar } from "./sidecar-reader.ts";

const SECONDS = 1_600_000_000;
const HOST_TIME = 132_444_736_000_000_000n;

const FILE: SidecarEntry = {
  path: "/file",
  kind: "file",
  hostSize: 4,
  hostTime: HOST_TIME,
  hostTarget: "",
  attributes: FileAttribute.HIDDEN,
  creationTime: 1n,
  lastAccessTime: 0xffff_ffff_ffff_ffffn,
  lastWriteTime: HOST_TIME + 1n,
  shortName: "FILE~1",
  security: 3,
  reparse: { tag: 0x80000017, data: Uint8Array.of(1, 2, 3), reserved: 5, fixed: true },
  streams: [
    { name: "small", size: 2, data: Uint8Array.of(8, 9), sha1: "" },
    { name: "lone \ud800", size: 5000, data: undefined, sha1: "a".repeat(40) },
  ],
  items: [{ tag: 1, data: new Uint8Array(64) }],
};
const BARE: SidecarEntry = { ...FILE, shortName: "", security: undefined, reparse: undefined, streams: [], items: [] };

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "adk-sidecar-"));
  writeFileSync(join(directory, "file"), "data");
  utimesSync(join(directory, "file"), SECONDS, SECONDS);
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

function entryLine(entry: SidecarEntry): string {
  return formatSidecarLine({ kind: "entry", entry });
}

function put(...lines: readonly string[]): void {
  writeFileSync(join(directory, SIDECAR_NAME), [formatSidecarHeader(), ...lines].join("\n"));
}

function end(entries: number): string {
  return formatSidecarLine({ kind: "end", entries });
}

/** What the directory holds, seen with its sidecar. */
async function look(): Promise<{ names: string[]; shortNames: string[]; codes: string[] }> {
  const findings = new Findings();
  await using volume = await openDirectory(directory, { findings });
  const entries = await volume.list(volume.root);
  return {
    names: entries.map(({ name }) => name),
    shortNames: entries.map(({ shortName }) => shortName),
    codes: findings.list.map(({ code }) => code),
  };
}

describe("lines", () => {
  test("are read as they were written", () => {
    for (const entry of [FILE, BARE, { ...BARE, kind: "link", hostTarget: "../x", path: "/" } as const]) {
      expect(parseSidecarLine(entryLine(entry))).toEqual({ kind: "entry", entry });
    }
    const descriptor = { kind: "descriptor", number: 7, bytes: Uint8Array.of(1, 0, 4, 0x80) } as const;
    expect(parseSidecarLine(formatSidecarLine(descriptor))).toEqual(descriptor);
    expect(parseSidecarLine(end(9))).toEqual({ kind: "end", entries: 9 });
  });

  test("say nothing of what is not there", () => {
    expect(JSON.parse(entryLine({ ...BARE, hostSize: 0 }))).toEqual({
      path: "/file",
      kind: "file",
      host: { time: String(HOST_TIME) },
      attributes: 2,
      created: "1",
      accessed: "18446744073709551615",
      written: String(HOST_TIME + 1n),
    });
  });

  test.each([
    ["no JSON", "{"],
    ["no object", "[]"],
    ["another kind", entryLine(FILE).replace('"file"', '"pipe"')],
    ["attributes beyond 32 bits", entryLine({ ...FILE, attributes: 2 ** 32 })],
    ["half an attribute", entryLine({ ...FILE, attributes: 0.5 })],
    ["a time beyond 64 bits", entryLine({ ...FILE, creationTime: 2n ** 64n })],
    ["a time before 1601", entryLine({ ...FILE, creationTime: -1n })],
    ["a short name that leads elsewhere", entryLine({ ...FILE, shortName: "../x" })],
    ["a stream with the name of another", entryLine({ ...FILE, streams: [{ ...FILE.streams[0]!, name: "a:b" }] })],
    ["a stream file that leads elsewhere", entryLine(FILE).replace("a".repeat(40), `../${"a".repeat(37)}`)],
    ["too much reparse data", entryLine({ ...FILE, reparse: { ...FILE.reparse!, data: new Uint8Array(16377) } })],
    ["no reparse tag", entryLine({ ...FILE, reparse: { ...FILE.reparse!, tag: 0 } })],
    [
      "a stream too large for a line",
      entryLine({ ...FILE, streams: [{ ...FILE.streams[0]!, data: new Uint8Array(4097) }] }),
    ],
    ["no base64", entryLine(FILE).replace('"AQID"', '"AQI"')],
    ["streams that are no list", entryLine(FILE).replace(/"streams":\[.*\],"items"/, '"streams":{},"items"')],
    ["a flag that is none", entryLine(FILE).replace('"fixed":true', '"fixed":1')],
    ["a name from the prototype", '{"path":"/x","kind":"file","host":{"__proto__":{"time":"1"}}}'],
  ])("with %s are refused", (_, line) => {
    expect(() => parseSidecarLine(line)).toThrow(expect.objectContaining({ code: "SIDECAR_BAD_LINE" }));
  });

  test("damaged at any place they are read or refused", () => {
    const line = entryLine(FILE);
    for (let at = 0; at < line.length; at++) {
      for (const text of [
        line.slice(0, at),
        `${line.slice(0, at)}9${line.slice(at + 1)}`,
        line.slice(0, at) + line.slice(at + 1),
      ]) {
        try {
          parseSidecarLine(text);
        } catch (error) {
          if (!(error instanceof AdkError)) throw error;
        }
      }
    }
  });
});

describe("a directory with a sidecar", () => {
  test("has what it keeps, and the sidecar is no part of it", async () => {
    mkdirSync(join(directory, SIDECAR_STREAMS_NAME));
    writeFileSync(join(directory, SIDECAR_STREAMS_NAME, "a".repeat(40)), Buffer.alloc(5000, 1));
    put(formatSidecarLine({ kind: "descriptor", number: 3, bytes: Uint8Array.of(1) }), entryLine(FILE), end(1));
    const findings = new Findings();
    const volume = await openDirectory(directory, { findings });
    const [entry, ...others] = await volume.list(volume.root);
    if (!entry) throw new Error("no entry");
    expect(others).toEqual([]);
    expect(findings.list).toEqual([]);
    expect(entry).toEqual({
      path: "/file",
      name: "file",
      shortName: "FILE~1",
      attributes: FileAttribute.HIDDEN | FileAttribute.REPARSE_POINT,
      size: 4,
      creationTime: 1n,
      lastAccessTime: 0xffff_ffff_ffff_ffffn,
      lastWriteTime: HOST_TIME + 1n,
      reparseTag: 0x80000017,
      linkId: undefined,
      sha1: undefined,
      streams: [
        { name: "small", size: 2, sha1: undefined },
        { name: "lone \ud800", size: 5000, sha1: undefined },
      ],
      items: FILE.items,
    });
    expect(await volume.read(entry, "SMALL")).toEqual(Uint8Array.of(8, 9));
    expect((await volume.read(entry, "lone \ud800")).length).toBe(5000);
    expect(await volume.securityDescriptor(entry)).toEqual(Uint8Array.of(1));
    expect(await volume.reparsePoint(entry)).toEqual({ data: Uint8Array.of(1, 2, 3), reserved: 5, fixed: true });
    await expect(volume.read(entry, "other")).rejects.toMatchObject({ code: "STREAM_NOT_FOUND" });
    expect((await volume.lookup(`/${SIDECAR_NAME}`))?.path).toBeUndefined();
  });

  test("what was kept of another kind of entry does not count", async () => {
    put(entryLine({ ...BARE, kind: "directory", shortName: "X" }), end(1));
    expect(await look()).toMatchObject({ names: ["file"], shortNames: [""], codes: [] });
  });

  test("a time that became coarser in a copy is the same time", async () => {
    put(entryLine({ ...BARE, hostTime: HOST_TIME + 15_000_000n }), end(1));
    const volume = await openDirectory(directory);
    expect((await volume.lookup("/file"))?.lastWriteTime).toBe(HOST_TIME + 1n);
    utimesSync(join(directory, "file"), SECONDS + 4, SECONDS + 4);
    expect((await volume.lookup("/file"))?.lastWriteTime).toBe(HOST_TIME + 40_000_000n);
  });

  test("what cannot be read is left out, the rest counts", async () => {
    const long = `{"path":"${"x".repeat(MOST_LINE_BYTES)}"}`;
    put("nonsense", long, entryLine({ ...BARE, shortName: "FILE~1" }), "", "{}", end(1));
    const bad = "SIDECAR_BAD_LINE";
    expect(await look()).toEqual({ names: ["file"], shortNames: ["FILE~1"], codes: [bad, bad, bad] });
  });

  test("a sidecar that was cut off says so", async () => {
    put(entryLine(BARE), entryLine({ ...BARE, path: "/other" }).slice(0, 50));
    expect((await look()).codes).toEqual(["SIDECAR_BAD_LINE", "SIDECAR_INCOMPLETE"]);
  });

  test("streams and descriptors that are not there are told of", async () => {
    put(entryLine(FILE), end(1));
    expect(await look()).toEqual({
      names: ["file"],
      shortNames: ["FILE~1"],
      codes: ["SIDECAR_STREAM_MISSING", "SIDECAR_DESCRIPTOR_MISSING"],
    });
  });

  test("nothing is read through links", async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), "adk-elsewhere-"));
    writeFileSync(join(elsewhere, "a".repeat(40)), Buffer.alloc(5000, 1));
    const [, stream] = FILE.streams;
    put(entryLine({ ...BARE, streams: [stream!] }), end(1));
    symlinkSync(elsewhere, join(directory, SIDECAR_STREAMS_NAME));
    expect((await look()).codes).toEqual(["SIDECAR_STREAM_MISSING"]);
    rmSync(join(directory, SIDECAR_STREAMS_NAME));
    mkdirSync(join(directory, SIDECAR_STREAMS_NAME));
    symlinkSync(join(elsewhere, "a".repeat(40)), join(directory, SIDECAR_STREAMS_NAME, "a".repeat(40)));
    expect((await look()).codes).toEqual(["SIDECAR_STREAM_MISSING"]);
    rmSync(elsewhere, { recursive: true });

    rmSync(join(directory, SIDECAR_NAME));
    symlinkSync("/etc/passwd", join(directory, SIDECAR_NAME));
    expect(await look()).toMatchObject({ names: [SIDECAR_NAME, SIDECAR_STREAMS_NAME, "file"], codes: [] });
  });

  test.skipIf(process.platform === "win32")("nobody waits for a pipe", async () => {
    execFileSync("mkfifo", [join(directory, SIDECAR_NAME)]);
    expect(await look()).toMatchObject({ names: ["file"], codes: ["NOT_A_FILE"] });
  });

  test.each(["", "\n\n", "{}", "[]", "null", '{"format":"other","version":1}', "\0\0\0"])(
    "a file that is no sidecar is not used: %j",
    async (text) => {
      writeFileSync(join(directory, SIDECAR_NAME), text);
      const { names, codes } = await look();
      expect(names).toEqual(["file"]);
      expect(codes).toEqual(["SIDECAR_BAD_HEADER"]);
    },
  );

  test("one of another version is refused", async () => {
    writeFileSync(join(directory, SIDECAR_NAME), formatSidecarHeader().replace("1", "2"));
    await expect(openDirectory(directory)).rejects.toMatchObject({
      code: "SIDECAR_UNSUPPORTED_VERSION",
      kind: "unsupported",
      found: "2",
    });
  });

  test("limits are kept", async () => {
    put(entryLine(BARE), entryLine({ ...BARE, path: "/b" }), end(2));
    const limits = { ...DEFAULT_LIMITS, entries: 1 };
    await expect(Sidecar.read(directory, undefined, limits)).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
    const small = { ...DEFAULT_LIMITS, memoryBytes: 100 };
    await expect(Sidecar.read(directory, undefined, small)).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
  });
});
