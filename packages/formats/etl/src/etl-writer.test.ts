import { MemoryAccess, parseFiletime } from "@adk/core";
import { adkError } from "@adk/testing";
import { expect, test } from "vitest";
import { copyTrace, EtlWriter, type EventKind, MemoryLog, openEtl, type TraceEvent } from "./index.ts";
import {
  bytesOf,
  eventsOf,
  everyRecord,
  HEADER,
  ORIGIN,
  PROVIDER,
  START,
  samples,
  writeLog,
} from "./testing/samples.ts";

async function read(bytes: Uint8Array, order: "file" | "time" = "file"): Promise<TraceEvent[]> {
  const trace = await openEtl(new MemoryAccess(bytes));
  const events = await eventsOf(trace, { order });
  expect(trace.findings.list).toEqual([]);
  expect(trace.health).toMatchObject({
    lostBytes: 0,
    undecodableBuffers: 0,
    partlyReadBuffers: 0,
    records: events.length,
  });
  return events.slice(1);
}

test.each([false, true])("every header is read as it was written, compressed: %s", async (compress) => {
  const records = everyRecord();
  const events = await read(
    await writeLog(
      records.map((record, i) => ({ processor: i, record })),
      { compress },
    ),
  );
  expect(events.map(({ payload }) => Buffer.from(payload).toString("hex").length / 2)).toEqual(
    // An opaque record has its four bytes behind the marker in its header.
    records.map(({ payload, header }) => payload.length - (header === "opaque" ? 4 : 0)),
  );
  expect(events.map(({ kind }) => kind)).toEqual([
    { form: "kernel", hook: 0x0301, version: 2 },
    { form: "kernel", hook: 0x0524, version: 4 },
    { form: "kernel", hook: 0x0f2e, version: 2 },
    { form: "kernel", hook: 0x0f2f, version: 2 },
    { form: "classic", provider: PROVIDER, opcode: 10, version: 2 },
    { form: "classic", provider: PROVIDER, opcode: 1, version: 0 },
    { form: "event", provider: PROVIDER, id: 65_534, version: 1, opcode: 254 },
    { form: "event", provider: PROVIDER, id: 1, version: 0, opcode: 0 },
    { form: "wpp", message: PROVIDER, componentId: 0, number: 12 },
    { form: "opaque", headerType: 13 },
  ] satisfies EventKind[]);
  expect(events.map(({ pointerSize }) => pointerSize)).toEqual([8, 4, 8, 8, 8, 4, 8, 4, 8, 8]);
  expect(events.map(({ processor }) => processor)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(events.map(({ threadId }) => threadId)).toEqual([8, 8, undefined, undefined, 8, 8, 8, 8, 8, undefined]);
  for (const [i, event] of events.slice(0, 9).entries()) {
    expect(Buffer.from(event.payload)).toEqual(Buffer.from(records[i]?.payload as Uint8Array));
    expect(event.filetime).toBe(START);
  }
  const [event] = events.slice(6);
  expect(event).toMatchObject({ level: 5, keyword: 0x8000_0000_0000_0001n, activityId: PROVIDER });
  expect(event?.relatedActivityId).toMatch(/^[0-9a-f-]{36}$/);
  expect(event?.extended.map(({ type, data }) => [type, data.length])).toEqual([
    [1, 16],
    [6, 32],
    [11, 3],
  ]);
  expect(event?.stacks).toEqual([{ matchId: 77n, addresses: new BigUint64Array([0xffff_f800_1234_5678n, 0n, 0n]) }]);
});

test("counters and the PEBS index of a PERFINFO header", async () => {
  const trace = await openEtl(
    new MemoryAccess(await writeLog(everyRecord().map((record) => ({ processor: 0, record })))),
  );
  for await (const batch of trace.batches({ kinds: [{ hook: 0x0f2f }] })) {
    expect([batch.length, batch.counters(0), batch.pebsIndex(0)]).toEqual([1, [1n, 2n ** 60n], 9n]);
    expect(batch.counters(0).length + batch.payload(0).length).toBe(11);
  }
});

test("what the header tells", async () => {
  const header = { ...HEADER, sessionName: "Sitzung", fileName: "C:\\log.etl", eventsLost: 3, cpuSpeedMhz: 2400 };
  const bytes = await writeLog(samples(5000, 3), { header, pointerSize: 4 });
  const trace = await openEtl(new MemoryAccess(bytes));
  expect(trace.header).toMatchObject({
    ...header,
    processors: 3,
    pointerSize: 4,
    buffersWritten: trace.health.buffers,
  });
  expect(trace.header?.endTime).toBe(START + 4999n);
  expect(trace.header?.timeZone).toMatchObject({ bias: 0, standardName: "UTC" });
  expect(trace.health.notFinalised).toBe(false);
  const time = parseFiletime("2025-01-01T00:00:00Z");
  const ended = await openEtl(new MemoryAccess(await writeLog([], { header: { endTime: time } })));
  expect(ended.header?.endTime).toBe(time);
});

test("losses are told in the header, in the buffers and by the numbers", async () => {
  const output = new MemoryLog();
  const writer = EtlWriter.over(output, { header: { ...HEADER, bufferSize: 1024 } });
  for (const { processor, record } of samples(100, 2)) {
    if (record.header === "perfinfo" && record.timeStamp === ORIGIN + 60n) {
      writer.loseEvents(0, 7);
      writer.loseBuffer(1);
    }
    writer.add(processor, record);
  }
  await writer.finish();
  const trace = await openEtl(new MemoryAccess(output.toBytes()));
  expect(trace.health).toMatchObject({ eventsLost: 7, buffersLost: 1, eventsLostBuffers: 1, bufferLostBuffers: 1 });
  expect(trace.health).toMatchObject({ sequenceGaps: 1, sequenceMissing: 1 });
});

test("a copy of a range of time has those records, byte by byte", async () => {
  const bytes = await writeLog(samples(20_000, 4, 100n), { header: { bufferSize: 4096 } });
  const trace = await openEtl(new MemoryAccess(bytes));
  const output = new MemoryLog();
  const writer = EtlWriter.over(output, { header: trace.header ?? {}, compress: true });
  const copied = await copyTrace(trace, writer, {
    from: 50,
    to: 100,
    keep: (batch, row) => batch.columns.processor[row] !== 2,
  });
  await writer.finish();
  const events = await read(output.toBytes(), "time");
  expect(events.length).toBe(copied);
  const wanted = (await read(bytes, "time")).filter(({ milliseconds, processor }) => {
    return milliseconds >= 50 && milliseconds <= 100 && processor !== 2;
  });
  expect(wanted.length).toBeGreaterThan(3000);
  expect(events).toEqual(wanted);
  // Plain LZ77 finds little in these; the header buffer alone is smaller.
  expect(output.toBytes().length).toBeLessThan(wanted.length * 40);
});

test("buffers of 16 MiB", async () => {
  const bytes = await writeLog(samples(300_000, 1), { header: { bufferSize: 16 << 20 } });
  expect((await openEtl(new MemoryAccess(bytes))).health.buffers).toBe(2);
  let rows = 0;
  const trace = await openEtl(new MemoryAccess(bytes));
  for await (const batch of trace.batches({ order: "time" })) rows += batch.length;
  expect(rows).toBe(300_001);
});

test("what no log can hold is refused", async () => {
  const writer = EtlWriter.over(new MemoryLog(), { header: { bufferSize: 4096 } });
  const payload = bytesOf(5000);
  const record = { header: "perfinfo", hook: 1, timeStamp: 0n } as const;
  expect(() => writer.add(0, { ...record, payload })).toThrow(adkError("ETL_RECORD_TOO_LARGE") as Error);
  expect(() => writer.add(0, { ...record, payload: bytesOf(70_000) })).toThrow(
    adkError("ETL_RECORD_TOO_LARGE") as Error,
  );
  expect(() => writer.add(5000, { ...record, payload: bytesOf(1) })).toThrow(adkError("ETL_BAD_PROCESSOR") as Error);
  expect(() => EtlWriter.over(new MemoryLog(), { header: { bufferSize: 1001 } })).toThrow(
    adkError("ETL_BUFFER_SIZE") as Error,
  );
});
