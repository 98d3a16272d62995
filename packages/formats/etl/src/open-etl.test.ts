import { createEncoder } from "@adk/compression";
import { MemoryAccess } from "@adk/core";
import { adkError } from "@adk/testing";
import { expect, test } from "vitest";
import { isEtl, type OpenEtlOptions, openEtl, type TraceHealth } from "./index.ts";
import { everyRecord, samples, writeLog } from "./testing/samples.ts";

const HEAD = 72;

async function readAll(bytes: Uint8Array, options: OpenEtlOptions = {}) {
  const trace = await openEtl(new MemoryAccess(bytes, "log"), options);
  let rows = 0;
  for await (const batch of trace.batches()) rows += batch.length;
  return { rows, health: trace.health, codes: trace.findings.list.map(({ code }) => code), trace };
}

/** The log with its data buffers compressed in another way, as `pack` does it. */
function repacked(log: Uint8Array, format: number, pack: (data: Uint8Array) => Uint8Array): Uint8Array {
  const pieces: Uint8Array[] = [];
  const size = 65_536;
  for (let at = 0; at < log.length; at += size) {
    const buffer = log.slice(at, at + size);
    const view = new DataView(buffer.buffer);
    if (at === 0) {
      view.setUint32(0x2c, format, true);
      view.setUint32(HEAD + 32 + 32, 0x0400_0001, true);
      pieces.push(buffer);
      continue;
    }
    const packed = pack(buffer.subarray(HEAD, view.getUint32(4, true)));
    view.setUint32(0, HEAD + packed.length, true);
    view.setUint16(0x34, view.getUint16(0x34, true) | 0x40, true);
    pieces.push(buffer.subarray(0, HEAD), packed);
  }
  return Buffer.concat(pieces);
}

const whole = await writeLog(samples(6000, 3));

test("a file that is no log", async () => {
  await expect(openEtl(new MemoryAccess(new Uint8Array(5000)))).rejects.toEqual(adkError("ETL_NO_BUFFERS"));
  await expect(openEtl(new MemoryAccess(new Uint8Array(0)))).rejects.toEqual(adkError("ETL_NO_BUFFERS"));
  const text = new TextEncoder().encode("no log at all ".repeat(100_000));
  await expect(openEtl(new MemoryAccess(text))).rejects.toEqual(adkError("ETL_NO_BUFFERS"));
  expect([isEtl(text), isEtl(whole), isEtl(whole.subarray(0, 100))]).toEqual([false, true, false]);
});

test("LZNT1 and XPRESS Huffman buffers", async () => {
  const encoder = createEncoder("xpress", 65_536);
  const huffman = repacked(whole, 4, (data) => {
    const output = new Uint8Array(data.length);
    return output.slice(0, encoder.encode(data, output));
  });
  // Chunks that are not compressed are LZNT1 as well.
  const lznt1 = repacked(whole, 2, (data) => {
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < data.length; at += 4096) {
      const chunk = data.subarray(at, at + 4096);
      chunks.push(new Uint8Array(new Uint16Array([0x3000 | (chunk.length - 1)]).buffer), chunk);
    }
    return Buffer.concat(chunks);
  });
  for (const log of [huffman, lznt1]) {
    const { rows, health } = await readAll(log);
    expect([rows, health.undecodableBuffers, health.timeInversions]).toEqual([6001, 0, 0]);
  }
});

test("reserved space behind the last buffer, and garbage anywhere", async () => {
  const blank = await readAll(Buffer.concat([whole, new Uint8Array(3_000_000)]));
  expect([blank.rows, blank.health.blankBytes, blank.health.unclaimedBytes, blank.codes]).toEqual([
    6001,
    3_000_000,
    0,
    ["ETL_BLANK"],
  ]);
  const text = new TextEncoder().encode("something else ".repeat(1001));
  const cut = 65_536;
  const between = await readAll(Buffer.concat([whole.subarray(0, cut), text, whole.subarray(cut)]));
  expect([between.rows, between.health.unclaimedBytes, between.codes]).toEqual([6001, text.length, ["ETL_GARBAGE"]]);
  const before = await readAll(Buffer.concat([text, whole]));
  expect([before.rows, before.health.unclaimedBytes, before.trace.header?.osBuild]).toEqual([
    6001,
    text.length,
    26_100,
  ]);
});

test("a session that did not end", async () => {
  const log = whole.slice();
  const view = new DataView(log.buffer);
  view.setBigUint64(HEAD + 32 + 16, 0n, true);
  view.setUint32(HEAD + 32 + 36, 0, true);
  const { rows, health, codes } = await readAll(log);
  expect([rows, health.notFinalised, health.buffersWritten, health.buffers]).toEqual([6001, true, 0, 7]);
  expect(codes).toEqual(["ETL_NOT_FINALISED"]);
});

test("a record that makes no sense costs the rest of its buffer, a buffer that does not decompress itself", async () => {
  const damaged = whole.slice();
  damaged.fill(0x11, 65_536 + 1000, 65_536 + 1100);
  const { rows, health } = await readAll(damaged);
  expect(health).toMatchObject({ partlyReadBuffers: 1, records: rows });
  expect(health.lostBytes).toBeGreaterThan(60_000);
  const packed = await writeLog(samples(6000, 3), { compress: true });
  const second = new DataView(packed.buffer).getUint32(0, true);
  packed.fill(0xff, second + 100, second + 400);
  const undecodable = await readAll(packed);
  expect(undecodable.health).toMatchObject({ undecodableBuffers: 1, decodedBuffers: undecodable.health.buffers });
  expect(undecodable.health.lostBytes).toBeGreaterThan(1000);
  // Nothing is allocated for what cannot be true.
  new DataView(packed.buffer).setUint32(second + 4, 60 << 20, true);
  const boasting = await readAll(packed, { limits: { ratio: 100 } });
  expect(boasting.health.undecodableBuffers).toBe(1);
});

test("every truncation is read as far as it goes, and told", async () => {
  for (const compress of [false, true]) {
    const log = await writeLog(
      everyRecord().map((record) => ({ processor: 0, record })),
      { compress, header: { bufferSize: 2048 } },
    );
    const counts: TraceHealth[] = [];
    for (let length = HEAD; length < log.length; length++) {
      const { rows, health } = await readAll(log.subarray(0, length));
      const border = length === new DataView(log.buffer).getUint32(0, true);
      const told = health.truncatedBuffers + health.unclaimedBytes + health.blankBytes > 0;
      expect([health.records, told]).toEqual([rows, !border]);
      counts.push(health);
    }
    expect(counts.at(-1)?.records).toBeGreaterThan(0);
    expect(counts.every(({ records }, i) => i === 0 || records >= (counts[i - 1] as TraceHealth).records)).toBe(true);
  }
});

test("a batch that is kept", async () => {
  const trace = await openEtl(new MemoryAccess(whole));
  const kept = [];
  for await (const batch of trace.batches({ order: "time" })) kept.push(batch.copy());
  const rows = kept.flatMap((batch) => Array.from({ length: batch.length }, (_, row) => batch.milliseconds(row)));
  expect(rows.length).toBe(6001);
  expect(rows).toEqual(rows.toSorted((a, b) => a - b));
});

test("limits and signals stop it", async () => {
  await expect(readAll(whole, { limits: { entries: 2 } })).rejects.toEqual(adkError("LIMIT_EXCEEDED"));
  const trace = await openEtl(new MemoryAccess(whole));
  await expect(trace.batches({ signal: AbortSignal.abort() }).next()).rejects.toEqual(adkError("CANCELLED"));
  const reports: number[] = [];
  for await (const _ of trace.batches({ order: "time", onProgress: ({ done, total }) => reports.push(done / total) }));
  expect([reports[0], reports.length, reports.at(-1)]).toEqual([0, 8, 1]);
  await expect(trace.batches({ kinds: [{ hook: -1 }] }).next()).rejects.toEqual(adkError("ETL_BAD_FILTER"));
});
