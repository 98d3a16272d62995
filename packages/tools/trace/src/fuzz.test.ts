import { MemoryAccess } from "@adk/core";
import { type EtlTrace, openEtl } from "@adk/etl";
import { fuzz, mutate, orRefused, type Sample } from "@adk/testing";
import { expect, test } from "vitest";
import { Analysis } from "./analysis.ts";
import { assessCompleteness } from "./completeness.ts";
import { decodeEvents, fieldTexts } from "./event-lines.ts";
import { cpuProfile } from "./stacks/stack-profile.ts";
import { TABLES } from "./tables/tables.ts";
import { everydayTrace, everyKernelEvent } from "./testing/every-event.ts";
import { SyntheticBoot } from "./testing/synthetic-boot.ts";

// Damaged synthetic traces must be refused with an `AdkError`, or give tables of what can be read, in bounded time and memory.
// `npm run fuzz` runs more of them: executions in ADK_FUZZ_EXECUTIONS, another sequence with ADK_FUZZ_SEED.

const LIMITS = { memoryBytes: 2 ** 26, ratio: 512 };
/** Rows of a table that are asked for. */
const MOST_ROWS = 20_000;

async function makeSamples(): Promise<Sample[]> {
  const boot = new SyntheticBoot({ header: { bufferSize: 4096 } });
  boot.boot().beforeKernel().logon().idleDetection().suspend().shutdown();
  const traces = [everyKernelEvent(), everydayTrace(), everydayTrace(4), boot.until(48_000)];
  return Promise.all(
    traces.map(async (trace) => {
      const bytes = await trace.toBytes();
      return { bytes, regions: buffersOf(bytes), edges: [0x47, 0x48, 4096, 0xc0110002, 0xc0120002, PID, TID] };
    }),
  );
}

const [PID, TID] = [100, 104];

/** What each buffer holds. */
function buffersOf(bytes: Uint8Array): [number, number][] {
  const regions: [number, number][] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let at = 0; at + 0x48 <= bytes.length; at += view.getUint32(at, true)) {
    regions.push([at, at + 0x48], [at + 0x48, at + view.getUint32(at + 48, true)]);
  }
  return regions;
}

test("tables, stacks and lines of damaged traces", { timeout: 0 }, async () => {
  const [every, ...everyday] = await makeSamples();
  const outcomes = { refused: 0, empty: 0, tables: 1 / 2 };
  await fuzz({ executions: 300, mostTime: 4000, outcomes }, async (next, execution) => {
    // The one with every event is large.
    const sample = next() % 32 === 0 ? every : everyday[next() % everyday.length];
    const bytes = mutate(sample as Sample, next);
    const trace = await orRefused(() => openEtl(new MemoryAccess(bytes, "fuzz"), { limits: LIMITS }));
    if (!trace) return "refused";
    const rows = await orRefused(() => readTables(trace));
    if (rows === undefined) return "refused";
    if (execution % 8 === 0) await orRefused(() => readLines(trace));
    return rows > 0 ? "tables" : "empty";
  });
});

/** Does with a trace what the commands do. @returns rows of all tables */
async function readTables(trace: EtlTrace): Promise<number> {
  const analysis = await Analysis.of(trace, TABLES);
  let rows = 0;
  for (const table of TABLES) {
    let own = 0;
    for (const row of table.rows(analysis)) {
      for (const { key } of table.columns) if (row[key] === undefined) expect.fail(`${table.name} has no ${key}`);
      if (++own >= MOST_ROWS) break;
    }
    rows += own;
  }
  const { score } = assessCompleteness(analysis, TABLES);
  if (!(score >= 0 && score <= 100)) expect.fail(`a score of ${score}`);
  const profile = await cpuProfile(analysis);
  if (!Number.isFinite(profile.total)) expect.fail(`a weight of ${profile.total}`);
  return rows;
}

async function readLines(trace: EtlTrace): Promise<void> {
  await decodeEvents(
    trace,
    {},
    (event) => void fieldTexts(event),
    async () => {},
  );
}
