import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FileAccess, MemoryAccess, ProgressCounter, type RandomAccess, RangeAccess, withLimits } from "@adk/core";
import { temporaryDirectory } from "@adk/testing";
import { afterAll, expect, test } from "vitest";
import { KindSelection } from "./event-filter.ts";
import { EventBatch, openEtl, openEtlFiles, type TraceHealth } from "./index.ts";
import { KindTable } from "./kind-table.ts";
import { planUnits } from "./plan-units.ts";
import { samples, writeLog } from "./testing/samples.ts";
import { type DecodeRequest, InlineDecoder, PooledDecoder } from "./unit-decoder.ts";
import { startUnitPool, type UnitPool } from "./unit-pool.ts";

const pool = await startUnitPool(2);
afterAll(() => pool.close());

const limits = withLimits();

function requestForAll(): DecodeRequest {
  const kinds = new KindTable(limits);
  const selection = new KindSelection(undefined, kinds);
  const progress = new ProgressCounter(undefined, "read", "bytes", 0);
  return { kinds, selection, filters: undefined, from: -Infinity, to: Infinity, pointerSize: 0, limits, progress };
}

/** Each row as text, and what the table of buffers tells. */
async function decodeAll(access: RandomAccess, threads?: UnitPool): Promise<{ rows: string[]; health: TraceHealth }> {
  await using trace = await openEtl(access);
  const request = requestForAll();
  const decoder = threads ? new PooledDecoder(threads, request) : new InlineDecoder(request);
  const rows: string[] = [];
  for (const { log, unit } of planUnits(trace.logs, limits)) {
    const decoded = await decoder.decode(log, unit);
    const batch = new EventBatch(
      { clock: trace.clock, kinds: request.kinds },
      decoded.columns,
      decoded.length,
      decoded.data,
    );
    for (let row = 0; row < batch.length; row++) {
      const { processor, threadId } = batch.columns;
      const kind = JSON.stringify(batch.kindOf(row));
      rows.push(
        `${batch.filetime(row)} ${processor[row]} ${threadId[row]} ${kind} ${Buffer.from(batch.record(row)).toString("hex")}`,
      );
    }
    decoder.recycle(decoded);
  }
  return { rows, health: trace.health };
}

const plain = await writeLog(samples(6000, 3));
const compressed = await writeLog(samples(6000, 3), { compress: true });

test.each([
  ["plain", plain],
  ["compressed", compressed],
])("threads decode a %s log as this one does", async (name, bytes) => {
  const here = await decodeAll(new MemoryAccess(bytes));
  expect(here.rows.length).toBe(6001);
  // What has no descriptor is read for them.
  expect(await decodeAll(new MemoryAccess(bytes), pool)).toEqual(here);
  const within = new MemoryAccess(Buffer.concat([new Uint8Array(999), bytes]));
  expect(await decodeAll(new RangeAccess(within, 999, bytes.length), pool)).toEqual(here);
  const path = join(temporaryDirectory(), `${name}.etl`);
  await writeFile(path, bytes);
  expect(await decodeAll(await FileAccess.open(path), pool)).toEqual(here);
});

test("what threads cannot decompress is noted", async () => {
  const bytes = compressed.slice();
  const first = new DataView(bytes.buffer).getUint32(0, true);
  bytes.fill(0xff, first + 72, first + 200);
  const here = await decodeAll(new MemoryAccess(bytes));
  expect(here.health.undecodableBuffers).toBe(1);
  expect(await decodeAll(new MemoryAccess(bytes), pool)).toEqual(here);
});

test("a file that becomes shorter while threads read it", async () => {
  const path = join(temporaryDirectory(), "short.etl");
  await writeFile(path, plain);
  await using trace = await openEtlFiles([path]);
  await writeFile(path, plain.subarray(0, 70_000));
  const decoder = new PooledDecoder(pool, requestForAll());
  const [{ log, unit } = expect.fail()] = planUnits(trace.logs, limits);
  await expect(decoder.decode(log, unit)).rejects.toMatchObject({ code: "UNEXPECTED_END" });
});
