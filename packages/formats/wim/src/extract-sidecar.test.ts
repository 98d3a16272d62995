import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import {
  FileAttribute,
  Findings,
  MemoryAccess,
  openDirectory,
  SIDECAR_NAME,
  SIDECAR_STREAMS_NAME,
  type Volume,
} from "@adk/core";
import { noise, prose, temporaryDirectory } from "@adk/testing";
import { expect, test } from "vitest";
import { applyImage, type ExtractResult, extract } from "./extract.ts";
import { openImage } from "./image-volume.ts";
import { memoryVolume } from "./testing/memory-volume.ts";
import { richVolume, writeSample } from "./testing/samples.ts";
import { volumeContent } from "./testing/volume-content.ts";
import { WimFile } from "./wim-file.ts";

async function wimOf(volume: Volume, findings = new Findings()): Promise<WimFile> {
  const path = join(temporaryDirectory(), "a.wim");
  return WimFile.open(new MemoryAccess(await writeSample(path, { volumes: [volume], capture: { findings } })));
}

async function applied(file: WimFile, directory: string): Promise<{ result: ExtractResult; codes: string[] }> {
  const findings = new Findings();
  const result = await applyImage(file, 1, directory, { threads: 1, sidecar: true, overwrite: true, findings });
  return { result, codes: findings.list.map(({ code }) => code) };
}

/** The content of what a capture of a directory gives. */
async function captured(directory: string): Promise<{ content: Record<string, unknown>; codes: string[] }> {
  const findings = new Findings();
  await using volume = await openDirectory(directory, { findings });
  const content = await volumeContent(await openImage(await wimOf(volume, findings), 1));
  return { content, codes: findings.list.map(({ code }) => code) };
}

test("an image that was applied and is captured again is the same", async () => {
  const file = await wimOf(richVolume());
  const to = join(temporaryDirectory(), "target");
  const { result, codes } = await applied(file, to);
  expect(codes).toEqual(["NAME_NOT_REPRESENTABLE"]);
  expect(result).toMatchObject({
    kept: { entries: 19, streams: 5, securityDescriptors: 7, shortNames: 3, reparsePoints: 2 },
    notHeld: { streams: 0, securityDescriptors: 0, shortNames: 0, reparsePoints: 0 },
  });
  expect(readdirSync(to).sort()).toEqual([
    SIDECAR_NAME,
    SIDECAR_STREAMS_NAME,
    "Program Files",
    "Windows",
    "last, third name",
  ]);
  expect(readdirSync(join(to, SIDECAR_STREAMS_NAME))).toHaveLength(1);

  const before = await volumeContent(await openImage(file, 1));
  delete before["/Windows/\ud800 lone"];
  const again = await captured(to);
  expect(again.content).toEqual(before);
  expect(again.codes).toEqual([]);

  // Moved or copied it is the same, although its absolute links lead to where it was.
  renameSync(to, `${to} moved`);
  expect((await captured(`${to} moved`)).content).toEqual(before);
  const copy = { recursive: true, preserveTimestamps: true, verbatimSymlinks: true };
  const links = ["Windows/link", "Windows/junction", "Windows/relative link"].map((path) => join(`${to} moved`, path));
  cpSync(`${to} moved`, to, { ...copy, filter: (path) => !links.includes(path) });
  // The two names of a file are two files in a copy; links that are not copied are no entries.
  const { content } = await captured(to);
  expect(content).toMatchObject({ "/Windows/text.txt": before["/Windows/text.txt"] });
  expect(Object.keys(content)).toHaveLength(Object.keys(before).length - links.length);
});

test("to apply twice changes nothing", async () => {
  const file = await wimOf(richVolume());
  const to = join(temporaryDirectory(), "target");
  await applied(file, to);
  const first = readFileSync(join(to, SIDECAR_NAME), "utf8");
  await applied(file, to);
  expect(readFileSync(join(to, SIDECAR_NAME), "utf8")).toBe(first);
});

test("a tree of which the host keeps all gets no sidecar", async () => {
  const time = 132_000_000_000_000_000n;
  const plain = { times: [time, time, time] } as const;
  const to = join(temporaryDirectory(), "target");
  const volume = memoryVolume({ file: { ...plain, data: "x" }, directory: { ...plain, children: {} } }, plain);
  const { result } = await applied(await wimOf(volume), to);
  expect(readdirSync(to).sort()).toEqual(["directory", "file"]);
  expect(result.kept).toBeUndefined();
});

test("without a sidecar the result says what is lost", async () => {
  const to = join(temporaryDirectory(), "target");
  const result = await applyImage(await wimOf(richVolume()), 1, to, { threads: 1, findings: new Findings() });
  expect(existsSync(join(to, SIDECAR_NAME))).toBe(false);
  expect(result.kept).toBeUndefined();
  expect(result.notHeld).toMatchObject({ streams: 5, shortNames: 3 });
});

test("what belongs to the content of a file goes with it, the rest stays", async () => {
  const reparse = { tag: 0x80000017, data: noise(16), reserved: 0, fixed: false };
  const to = join(temporaryDirectory(), "target");
  const secret = { data: prose(50), attributes: FileAttribute.ENCRYPTED | FileAttribute.HIDDEN };
  const compact = { ...secret, shortName: "SHORT~1", streams: { a: "stream" }, reparse };
  const directory = { attributes: FileAttribute.DIRECTORY, reparse: { ...reparse, tag: 0x9000301a } };
  await applied(await wimOf(memoryVolume({ compact, directory, gone: secret, secret })), to);
  for (const name of ["compact", "secret"]) {
    writeFileSync(join(to, name), "changed");
    utimesSync(join(to, name), 1_700_000_000, 1_700_000_000);
  }
  writeFileSync(join(to, "directory", "new"), "new");
  rmSync(join(to, "gone"));

  const { content, codes } = await captured(to);
  const { HIDDEN, DIRECTORY, NORMAL } = FileAttribute;
  const written = 133_444_736_000_000_000n;
  expect(content).toMatchObject({
    "/compact": {
      attributes: HIDDEN,
      shortName: "SHORT~1",
      reparse: undefined,
      size: 7,
      streams: [["a", expect.anything()]],
    },
    "/directory": { attributes: DIRECTORY, reparse: undefined },
    "/directory/new": { attributes: NORMAL, size: 3 },
    "/secret": { attributes: HIDDEN | NORMAL, times: [132_000_000_000_000_000n, written, written] },
  });
  expect(Object.keys(content)).not.toContain("/gone");
  expect(codes).toEqual(["SIDECAR_REPARSE_POINT_DROPPED", "SIDECAR_REPARSE_POINT_DROPPED"]);
});

test("a further image in the same directory keeps what is known of the others", async () => {
  const to = join(temporaryDirectory(), "target");
  const one = { data: "1", shortName: "ONE~1" };
  const two = { data: "2", shortName: "TWO~1", streams: { s: prose(9000) } };
  await applied(await wimOf(memoryVolume({ one, "two two": two })), to);
  await applied(await wimOf(memoryVolume({ one: { data: "3", shortName: "OTHER~1" } })), to);
  expect((await captured(to)).content).toMatchObject({
    "/one": { shortName: "OTHER~1" },
    "/two two": { shortName: "TWO~1", size: 1, streams: [["s", expect.anything()]] },
  });
});

test("parts of an image are kept where they are put", async () => {
  const file = await wimOf(richVolume());
  const to = join(temporaryDirectory(), "target");
  const { root } = await file.metadata(1);
  const dentry = root.children?.find(({ name }) => name === "Windows") ?? root;
  const options = { threads: 1, findings: new Findings(), sidecar: await openImage(file, 1) };
  const { kept } = await extract(file, [{ dentry, to: ["moved"] }], to, options);
  expect(kept).toMatchObject({ streams: 5, shortNames: 2 });
  expect((await captured(to)).content).toMatchObject({ "/moved/text.txt": { shortName: "TEXT~1.TXT" } });
});

test("an entry of an image that would be taken for the sidecar is left out", async () => {
  const to = join(temporaryDirectory(), "target");
  const streams = { children: { x: { data: "x" } } };
  const volume = memoryVolume({ [SIDECAR_NAME]: { data: "hostile" }, [SIDECAR_STREAMS_NAME]: streams, other: {} });
  expect((await applied(await wimOf(volume), to)).codes).toEqual(["SIDECAR_NAME_TAKEN", "SIDECAR_NAME_TAKEN"]);
  expect(Object.keys((await captured(to)).content)).toEqual(["/", "/other"]);
});

test("a stream that is damaged is not kept", async () => {
  const path = join(temporaryDirectory(), "a.wim");
  const volume = memoryVolume({ file: { data: "x", streams: { good: "g", bad: noise(5000) } } });
  const bytes = await writeSample(path, { volumes: [volume], compression: "none" });
  bytes[Buffer.from(bytes).indexOf(noise(5000)) + 1]! ^= 1;
  const to = join(temporaryDirectory(), "target");
  const { result, codes } = await applied(await WimFile.open(new MemoryAccess(bytes)), to);
  expect(codes).toEqual(["SIDECAR_STREAM_CORRUPT"]);
  expect(result.kept).toMatchObject({ streams: 1 });
  expect((await captured(to)).content).toMatchObject({ "/file": { streams: [["good", expect.anything()]] } });
});

test("when it cannot be finished, nothing is left", async () => {
  const file = await wimOf(richVolume());
  const to = join(temporaryDirectory(), "target");
  const controller = new AbortController();
  const onProgress = ({ phase }: { phase: string }) => {
    if (phase === "keep") controller.abort();
  };
  const options = { threads: 1, findings: new Findings(), sidecar: true, signal: controller.signal, onProgress };
  await expect(applyImage(file, 1, to, options)).rejects.toMatchObject({ code: "CANCELLED" });
  expect(existsSync(to)).toBe(false);
});

test("the target keeps its own time", async () => {
  const to = join(temporaryDirectory(), "target");
  await applied(await wimOf(richVolume()), to);
  expect(statSync(to).mtime.getUTCFullYear()).toBe(2019);
});
