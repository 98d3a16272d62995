import { join } from "node:path";
import { MemoryAccess } from "@adk/core";
import { adkError, orRefused, temporaryDirectory } from "@adk/testing";
import { expect, test } from "vitest";
import { parseHeader, type WimHeader, writeHeader } from "./header.ts";
import { wimInfo } from "./info.ts";
import { memoryVolume } from "./testing/memory-volume.ts";
import { toPipable } from "./testing/pipable.ts";
import { STAMP, writeSample } from "./testing/samples.ts";
import { verifyWim } from "./verify.ts";
import { WimFile } from "./wim-file.ts";

const SMALL = memoryVolume({ a: { data: "some data" }, d: { children: { b: { data: "other data" } } } });

function sample(integrity = false): Promise<Uint8Array> {
  return writeSample(join(temporaryDirectory(), "a.wim"), { volumes: [SMALL, memoryVolume({})], integrity });
}

function open(bytes: Uint8Array, limits = {}): Promise<WimFile> {
  return WimFile.open(new MemoryAccess(bytes, "f"), limits);
}

function withHeader(bytes: Uint8Array, change: (header: WimHeader) => Partial<WimHeader>): Uint8Array {
  const copy = bytes.slice();
  const header = parseHeader(copy);
  copy.set(writeHeader({ ...header, ...change(header) }));
  return copy;
}

test("every truncation is refused, or found", async () => {
  for (const whole of [await sample(true), toPipable(await sample())]) {
    for (let length = 0; length < whole.length; length++) {
      const file = await orRefused(() => open(whole.slice(0, length)));
      if (!file) continue;
      const result = await verifyWim(file, { threads: 1 });
      if (result.ok) expect.fail(`${length} of ${whole.length} bytes pass`);
    }
  }
});

test("images are found by name: the exact one first, then without regard to case", async () => {
  const file = await open(await sample());
  file.properties(2).set("NAME", "ONE");
  expect(["one", "ONE", "One", "two", ""].map((name) => file.findImage(name))).toEqual([1, 2, 1, undefined, undefined]);
});

test("the size of limits, not what the file says, bounds what is taken into memory", async () => {
  const bytes = await sample();
  await expect(open(bytes, { memoryBytes: 1000 })).rejects.toThrow(adkError("LIMIT_EXCEEDED"));
  await expect(open(bytes, { entries: 2 })).rejects.toThrow(adkError("LIMIT_EXCEEDED"));
  const { lookupTable } = parseHeader(bytes);
  for (const size of [2 ** 52, 50 * 2 ** 28]) {
    const huge = withHeader(bytes, () => ({ lookupTable: { ...lookupTable, flags: 4, size } }));
    await expect(open(huge)).rejects.toThrow(adkError("LIMIT_EXCEEDED"));
  }
});

test("without its XML data a file can still be read", async () => {
  const bytes = await sample();
  const codeOf = async (change: (header: WimHeader) => Partial<WimHeader>) => {
    const file = await open(withHeader(bytes, change));
    expect((await file.metadata(1)).root.children?.length).toBe(2);
    expect(file.properties(1).name).toBe("");
    return file.findings.list.map(({ code }) => code);
  };
  const missing = ["WIM_XML_IMAGE_MISSING", "WIM_XML_IMAGE_MISSING"];
  expect(await codeOf(({ xmlData }) => ({ xmlData: { ...xmlData, storedSize: 0, size: 0 } }))).toEqual([
    "WIM_BAD_XML",
    ...missing,
  ]);
  expect(await codeOf(({ xmlData }) => ({ xmlData: { ...xmlData, offset: 1e9 } }))).toEqual([
    "WIM_RESOURCE_OUTSIDE_FILE",
    ...missing,
  ]);
});

test("counts that differ, and a change that was going on, are told", async () => {
  const bytes = await sample();
  const file = await open(withHeader(bytes, ({ flags }) => ({ imageCount: 3, flags: flags | 0x40 })));
  expect(file.findings.list.map(({ code }) => code)).toEqual([
    "WIM_WRITE_IN_PROGRESS",
    "WIM_IMAGE_COUNT",
    "WIM_XML_IMAGE_MISSING",
  ]);
});

test("an image that is not there is told", async () => {
  const file = await open(await sample());
  for (const index of [0, 3, -1, 1.5, Number.NaN]) {
    await expect(file.metadata(index)).rejects.toThrow(adkError("WIM_NO_SUCH_IMAGE", { expected: "1 to 2" }));
  }
});

test("an encrypted ESD is refused in words", async () => {
  const bytes = await sample();
  const text = Buffer.from("\uFEFF<WIM><ESD><ENCRYPTED/></ESD></WIM>", "utf16le");
  const joined = Buffer.concat([bytes, text]);
  const xmlData = { storedSize: text.length, flags: 2, offset: bytes.length, size: text.length };
  await expect(open(withHeader(joined, () => ({ xmlData })))).rejects.toThrow(
    adkError("WIM_ENCRYPTED", { kind: "unsupported" }),
  );
});

test("a file that is no WIM file is refused and closed", async () => {
  let closed = 0;
  for (const content of [new Uint8Array(0), new Uint8Array(300), new TextEncoder().encode("MSWIM\0\0\0")]) {
    const access = new MemoryAccess(content);
    access.close = async () => void closed++;
    await expect(WimFile.open(access)).rejects.toThrow(adkError("WIM_BAD_MAGIC"));
  }
  expect(closed).toBe(3);
});

test("what a file says of itself is plain JSON", async () => {
  const file = await open(await sample(true));
  const one = file.properties(1);
  for (const [path, text] of Object.entries({
    "WINDOWS/ARCH": "9",
    "WINDOWS/VERSION/MAJOR": "10",
    "WINDOWS/VERSION/MINOR": "0",
    "WINDOWS/VERSION/BUILD": "26100",
    "WINDOWS/VERSION/SPBUILD": "1742",
    "WINDOWS/LANGUAGES/LANGUAGE": "en-US",
  })) {
    one.set(path, text);
  }
  file.properties(2).set("WINDOWS/ARCH", "toString");
  file.properties(2).setTime("CREATIONTIME", 2n ** 64n - 1n);
  const info = wimInfo(file);
  expect(JSON.parse(JSON.stringify(info))).toEqual(info);
  expect(info).toMatchObject({
    version: 0x10d00,
    compression: "xpress",
    solid: false,
    chunkSize: 32768,
    integrity: true,
  });
  expect(info.images[0]).toEqual({
    index: 1,
    name: "one",
    description: "",
    dirCount: 2,
    fileCount: 2,
    totalBytes: 19,
    hardLinkBytes: 0,
    created: "2022-06-18T04:26:40.0000000Z",
    modified: "2022-06-18T04:26:40.0000000Z",
    architecture: "x64",
    version: "10.0.26100.1742",
    languages: ["en-US"],
  });
  expect(STAMP).toBe(133_000_000_000_000_000n);
  expect(info.images[1]).toMatchObject({ architecture: "toString" });
  expect(info.images[1]?.created).toBeUndefined();
});
