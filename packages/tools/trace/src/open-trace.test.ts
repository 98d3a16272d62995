import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateRawSync, gzipSync, zstdCompressSync } from "node:zlib";
import { ByteWriter } from "@adk/core";
import { adkError, temporaryDirectory } from "@adk/testing";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Analysis } from "./analysis.ts";
import { openTrace } from "./open-trace.ts";
import { everydayTrace } from "./testing/every-event.ts";

const temporary = temporaryDirectory();
const files = temporaryDirectory();
beforeAll(() => {
  vi.stubEnv("TMPDIR", temporary);
});
afterAll(() => {
  vi.unstubAllEnvs();
});

interface ZipEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** What the archive says of its size. */
  readonly size?: number;
}

/** A ZIP archive; some of whose entries may lie. */
function zip(entries: readonly ZipEntry[]): Uint8Array {
  const writer = new ByteWriter();
  const central = new ByteWriter();
  for (const { name, bytes, size = bytes.length } of entries) {
    const at = writer.position;
    const packed = deflateRawSync(bytes);
    const common = (out: ByteWriter) =>
      out
        .u16(20)
        .u16(0x800)
        .u16(8)
        .u32(0)
        .u32(crc32(bytes))
        .u32(packed.length)
        .u32(size)
        .u16(Buffer.byteLength(name))
        .u16(0);
    common(writer.u32(0x04034b50)).bytes(Buffer.from(name)).bytes(packed);
    common(central.u32(0x02014b50).u16(20)).u16(0).u16(0).u16(0).u32(0).u32(at).bytes(Buffer.from(name));
  }
  const [at, directory] = [writer.position, central.finish()];
  writer.bytes(directory).u32(0x06054b50).u32(0).u16(entries.length).u16(entries.length).u32(directory.length);
  return writer.u32(at).u16(0).finish();
}

function write(name: string, bytes: Uint8Array): string {
  const path = join(files, name);
  writeFileSync(path, bytes);
  return path;
}

async function eventsOf(path: string): Promise<number> {
  await using opened = await openTrace([path]);
  return (await Analysis.of(opened.trace, [])).counts.total;
}

test("a log, and the same in containers; what was unpacked is removed", async () => {
  const log = await everydayTrace().toBytes();
  const events = await eventsOf(write("a.etl", log));
  expect(events).toBeGreaterThan(50);
  expect(await eventsOf(write("a.etl.gz", gzipSync(log)))).toBe(events);
  expect(await eventsOf(write("a.etl.zst", zstdCompressSync(log)))).toBe(events);
  const archive = zip([
    { name: "LogFile.txt", bytes: Buffer.from("text") },
    { name: "deep/in/a.ETL", bytes: log },
    { name: "b.etl", bytes: Buffer.from("no log at all") },
  ]);
  // Names of containers say nothing.
  expect(await eventsOf(write("a.diagsession", archive))).toBe(events);
  expect(readdirSync(temporary)).toEqual([]);
});

test("several logs in an archive are one trace", async () => {
  const log = await everydayTrace().toBytes();
  const one = await eventsOf(write("one.etl", log));
  expect(
    await eventsOf(
      write(
        "two.zip",
        zip([
          { name: "1.etl", bytes: log },
          { name: "2.etl", bytes: log },
        ]),
      ),
    ),
  ).toBe(one * 2);
});

test("hostile names lead nowhere", async () => {
  const log = await everydayTrace().toBytes();
  const outside = [
    "../../evil.etl",
    "/tmp/adk-evil.etl",
    "..\\..\\evil.etl",
    "C:\\evil.etl",
    "a/../../evil.etl",
    "nul.etl",
  ];
  for (const name of [...outside, "/etc/adk-evil.etl"]) {
    // Either refused or unpacked under another name.
    await eventsOf(write("hostile.zip", zip([{ name, bytes: log }]))).catch((error) => {
      expect(error).toEqual(adkError("TRACE_BAD_CONTAINER"));
    });
    expect(readdirSync(temporary)).toEqual([]);
  }
  for (const place of [
    join(temporary, "../evil.etl"),
    "/tmp/adk-evil.etl",
    "/etc/adk-evil.etl",
    join(files, "../evil.etl"),
  ]) {
    expect(existsSync(place), place).toBe(false);
  }
});

test("what would unpack to far more than it is is refused before it is written", async () => {
  const bomb = zip([{ name: "bomb.etl", bytes: new Uint8Array(4096), size: 0xffff_fff0 }]);
  await expect(openTrace([write("bomb.zip", bomb)])).rejects.toThrow(adkError("LIMIT_EXCEEDED"));
  // One that says less than it has.
  const liar = zip([{ name: "liar.etl", bytes: new Uint8Array(1 << 20), size: 4096 }]);
  await expect(openTrace([write("liar.zip", liar)])).rejects.toThrow(adkError("TRACE_BAD_CONTAINER"));
  expect(readdirSync(temporary)).toEqual([]);
});

test("a compressed log that is cut off is read as far as it goes", async () => {
  const packed = gzipSync(await everydayTrace().toBytes());
  expect(await eventsOf(write("cut.gz", packed.subarray(0, packed.length - 9)))).toBeGreaterThan(0);
  await expect(openTrace([write("stub.gz", packed.subarray(0, 12))])).rejects.toThrow(adkError("TRACE_BAD_CONTAINER"));
  expect(readdirSync(temporary)).toEqual([]);
});

test("no log: a code for each way", async () => {
  const none = zip([{ name: "a.txt", bytes: Buffer.from("x") }]);
  await expect(openTrace([])).rejects.toThrow(adkError("TRACE_NO_LOG"));
  await expect(openTrace([join(files, "missing.etl")])).rejects.toThrow(adkError("FILE_NOT_FOUND"));
  await expect(openTrace([write("none.zip", none)])).rejects.toThrow(adkError("TRACE_NO_LOG"));
  await expect(openTrace([write("bad.zip", none.subarray(0, 30))])).rejects.toThrow(adkError("TRACE_BAD_CONTAINER"));
  await expect(openTrace([write("text.gz", gzipSync(Buffer.from("text")))])).rejects.toThrow(adkError("TRACE_NO_LOG"));
  await expect(openTrace([write("bad.cab", Buffer.from("MSCF and nothing"))])).rejects.toMatchObject({
    name: "AdkError",
  });
  await expect(openTrace([files])).rejects.toThrow(adkError("IS_A_DIRECTORY"));
  await expect(openTrace([write("empty.etl", new Uint8Array(0))])).rejects.toMatchObject({ name: "AdkError" });
  expect(readdirSync(temporary)).toEqual([]);
});

test("a cancelled operation leaves nothing", async () => {
  const path = write("slow.etl.gz", gzipSync(new Uint8Array(1 << 26)));
  const controller = new AbortController();
  const opening = openTrace([path], { signal: controller.signal });
  setTimeout(() => controller.abort(), 5);
  await expect(opening).rejects.toThrow(adkError("CANCELLED"));
  const large = write("slow.zip", zip([{ name: "a.etl", bytes: new Uint8Array(1 << 26) }]));
  await expect(openTrace([large], { signal: AbortSignal.abort() })).rejects.toThrow(adkError("CANCELLED"));
  expect(readdirSync(temporary)).toEqual([]);
});
