import { MemoryAccess } from "@adk/core";
import { fuzz, mutate, orRefused, type Sample } from "@adk/testing";
import { expect, test } from "vitest";
import { copyTrace, type EtlTrace, EtlWriter, MemoryLog, openEtl, type TraceHealth } from "./index.ts";
import { everyRecord, ORIGIN, type SampleRecord, samples, writeLog } from "./testing/samples.ts";

// Damaged logs must be refused with an `AdkError`, or read as far as they go: in bounded time and memory, with every loss counted.
// `npm run fuzz` runs more of them: executions in ADK_FUZZ_EXECUTIONS, another sequence with ADK_FUZZ_SEED.

const LIMITS = { memoryBytes: 2 ** 26, ratio: 512 };
/** What special numbers are here: sizes of buffers, markers, types. */
const EDGES = [0x47, 0x48, 0x49, 2048, 4096, 64 << 20, (64 << 20) + 1, 0xc0110002, 0x90000020, 0xc00d0008];

async function makeSamples(): Promise<Sample[]> {
  const all: SampleRecord[] = [];
  for (let i = 0; i < 4; i++)
    all.push(...everyRecord(ORIGIN + BigInt(i)).map((record) => ({ processor: i % 3, record })));
  const logs: Uint8Array[] = [];
  for (const compress of [false, true]) {
    logs.push(await writeLog(all, { compress, header: { bufferSize: 2048 } }));
    logs.push(
      await writeLog(samples(200, 3), { compress, pointerSize: 4, header: { bufferSize: 1024, clockType: "system" } }),
    );
  }
  logs.push(Buffer.concat(logs.slice(0, 2)));
  return logs.map((bytes) => ({ bytes, regions: bufferHeaders(bytes), edges: EDGES }));
}

/** The headers of buffers, the beginnings of their records, and the logfile header event. */
function bufferHeaders(bytes: Uint8Array): [number, number][] {
  const regions: [number, number][] = [[0x48, 0x48 + 320]];
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let at = 0; at + 0x48 <= bytes.length; at += view.getUint32(at, true))
    regions.push([at, at + 0x48], [at + 0x48, at + 0xa8]);
  return regions;
}

test("damaged logs", { timeout: 0 }, async () => {
  const logs = await makeSamples();
  const outcomes = { refused: 0, losses: 1 / 10, sound: 1 / 50 };
  await fuzz({ executions: 1500, mostTime: 2000, outcomes }, (next, execution) => {
    const sample = logs[next() % logs.length] as Sample;
    return use(mutate(sample, next), execution);
  });
});

/** Does with a log what tools do. */
async function use(bytes: Uint8Array, execution: number): Promise<"refused" | "losses" | "sound"> {
  const trace = await orRefused(() => openEtl(new MemoryAccess(bytes, "fuzz"), { limits: LIMITS }));
  if (!trace) return "refused";
  const rows = await orRefused(() => readAll(trace, "file"));
  if (rows === undefined) return "refused";
  const health = trace.health;
  expectAccounted(bytes, trace, health, rows);
  const merged = await orRefused(() => readAll(trace, "time"));
  if (merged !== undefined) {
    expect(merged).toBe(rows);
    // Reading again counts nothing twice.
    expect(trace.health).toEqual(health);
  }
  if (execution % 4 === 0) await copy(trace, rows);
  const { lostBytes, unclaimedBytes, truncatedBuffers, sequenceGaps, notFinalised } = health;
  return lostBytes + unclaimedBytes + truncatedBuffers + sequenceGaps > 0 || notFinalised ? "losses" : "sound";
}

async function readAll(trace: EtlTrace, order: "file" | "time"): Promise<number> {
  let rows = 0;
  for await (const batch of trace.batches({ order })) {
    const { record, payload, payloadLength, extendedLength, time } = batch.columns;
    for (let row = 0; row < batch.length; row++) {
      const [start, body] = [record[row] as number, payload[row] as number];
      const end = body + (payloadLength[row] as number);
      if (start % 8 !== 0 || body - (extendedLength[row] as number) < start + 8 || end > batch.data.length)
        expect.fail(`row ${row}`);
      if (Number.isNaN(time[row])) expect.fail(`time of row ${row}`);
      batch.filetime(row);
      batch.kindOf(row);
      batch.stacks(row);
      batch.counters(row);
      batch.activityId(row);
      batch.relatedActivityId(row);
      batch.timeStamp(row);
    }
    rows += batch.length;
  }
  return rows;
}

/** Every byte of the file is of a buffer or told to be of none, and every record is a row. */
function expectAccounted(bytes: Uint8Array, trace: EtlTrace, health: TraceHealth, rows: number): void {
  const [{ table }] = trace.files as [EtlTrace["files"][number]];
  let claimed = 0;
  for (let i = 0; i < table.length; i++) claimed += table.columns.size[i] as number;
  expect(claimed + health.unclaimedBytes + health.blankBytes).toBe(bytes.length);
  expect(health.records).toBe(rows);
  expect(health.decodedBuffers).toBe(health.buffers);
}

/** What was read can be written and read again. */
async function copy(trace: EtlTrace, rows: number): Promise<void> {
  const output = new MemoryLog();
  const header = { ...trace.header, bufferSize: 65_536 };
  const writer = await orRefused(() => EtlWriter.over(output, { header, compress: rows % 2 === 0 }));
  const copied = writer && (await orRefused(() => copyTrace(trace, writer)));
  if (!writer || copied === undefined || (await orRefused(() => writer.finish().then(() => true))) === undefined)
    return;
  const again = await openEtl(new MemoryAccess(output.toBytes(), "copy"));
  expect(await readAll(again, "file")).toBe(copied + 1);
  expect(again.health).toMatchObject({ lostBytes: 0, unclaimedBytes: 0, sequenceGaps: 0, truncatedBuffers: 0 });
}
