import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import { protobufMessages, protobufNumbers, readProtobuf, schemaViolations, temporaryDirectory } from "@adk/testing";
import {
  Analysis,
  EXPORT_TABLES,
  exportSource,
  openTrace,
  PROFILE_FORMATS,
  type ProfileSource,
  sampleTable,
  TABLE_FORMATS,
  writeExport,
} from "@adk/trace";
import { parquetReadObjects } from "hyparquet";
import { beforeAll, describe, expect, test } from "vitest";
import { describeWithData } from "./support/data.ts";
import { describeWithPeer } from "./support/peers.ts";

const require = createRequire(import.meta.url);
const SPEEDSCOPE = dirname(require.resolve("speedscope/dist/release/file-format-schema.json"));

/** What readers of each format find: the sum of all weights, in nanoseconds, and how many samples. */
interface Found {
  readonly total: number;
  readonly samples: number;
}

const sum = (numbers: Iterable<number>) => {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
};
// biome-ignore lint/suspicious/noExplicitAny: the tests tell what is in it
const json = (bytes: Uint8Array): any => JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
const lines = (bytes: Uint8Array) => new TextDecoder("utf-8", { fatal: true }).decode(bytes).trim().split(/\r?\n/);
const whole = (milliseconds: number) => Math.round(milliseconds * 1e6);

/** Each by fields that the format's own documents name; none knows what wrote the file. */
const READERS: Readonly<Record<string, (bytes: Uint8Array) => Found | Promise<Found>>> = {
  speedscope(bytes) {
    const [all, ...threads] = json(bytes).profiles;
    const weights = threads.flatMap((profile: { weights: number[] }) => profile.weights);
    expect(sum(weights)).toBe(all.endValue);
    expect(weights).toHaveLength(all.samples.length);
    return { total: sum(all.weights), samples: all.samples.length };
  },
  firefox(bytes) {
    const weights = json(bytes).threads.flatMap((thread: { samples: { weight: number[] } }) => thread.samples.weight);
    return { total: sum(weights.map(whole)), samples: weights.length };
  },
  chrome(bytes) {
    const weights = json(bytes).samples.map(({ weight }: { weight: number }) => weight);
    return { total: sum(weights), samples: weights.length };
  },
  collapsed(bytes) {
    const total = sum(lines(bytes).map((line) => Number(/^[^;\s].* (\d+)$/.exec(line)?.[1])));
    return { total, samples: total / 1e6 };
  },
  pprof(bytes) {
    const values = protobufMessages(readProtobuf(gunzipSync(bytes)), 2).map((sample) => protobufNumbers(sample, 2));
    return { total: sum(values.map((each) => each[1] ?? 0)), samples: sum(values.map((each) => each[0] ?? 0)) };
  },
  perfetto(bytes) {
    const packets = protobufMessages(readProtobuf(bytes), 1);
    const samples = packets.flatMap((packet) => protobufMessages(packet, 66));
    const counters = new Map<number, number>();
    for (const sample of samples) {
      const [cpu = 0, counter = 0] = [protobufNumbers(sample, 1)[0], protobufNumbers(sample, 6)[0]];
      expect(counter).toBeGreaterThan(counters.get(cpu) ?? 0);
      counters.set(cpu, counter);
    }
    return { total: sum(counters.values()), samples: samples.length };
  },
  async parquet(bytes) {
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    const rows = await parquetReadObjects({ file, columns: ["weight"] });
    return { total: sum(rows.map(({ weight }) => whole(weight))), samples: rows.length };
  },
  csv(bytes) {
    const [head = "", ...rows] = lines(bytes);
    const column = head.split(",").indexOf("Weight (ms)");
    return { total: sum(rows.map((row) => whole(Number(row.split(",")[column])))), samples: rows.length };
  },
  jsonl(bytes) {
    const weights = lines(bytes).map((line) => JSON.parse(line).weight);
    return { total: sum(weights.map(whole)), samples: weights.length };
  },
};

describeWithData("trace", (directory) => {
  let source: ProfileSource;

  beforeAll(async () => {
    await using opened = await openTrace([join(directory, "net.4.5.2.x64.etl.zip")]);
    source = await exportSource(await Analysis.of(opened.trace, EXPORT_TABLES), "net.4.5.2.x64.etl");
  }, 60_000);

  async function exported(format: string): Promise<Uint8Array> {
    const blocks: Uint8Array[] = [];
    const target = { write: async (block: Uint8Array) => void blocks.push(block) };
    const profile = PROFILE_FORMATS.find(({ name }) => name === format);
    const pieces = profile
      ? profile.pieces(source)
      : TABLE_FORMATS.find(({ name }) => name === format)?.pieces(sampleTable(source));
    await writeExport(pieces ?? [], target, { gzip: profile?.gzip });
    return Buffer.concat(blocks);
  }

  // PerfView prints 6320 samples of the profiler; one is a millisecond.
  test.each([...PROFILE_FORMATS, ...TABLE_FORMATS].map(({ name }) => name))("%s has all weights", async (format) => {
    expect(await READERS[format]?.(await exported(format))).toEqual({ total: 6_320_000_000, samples: 6320 });
  });

  test("the file for speedscope is as its schema has it", async () => {
    const schema = JSON.parse(readFileSync(join(SPEEDSCOPE, "file-format-schema.json"), "utf8"));
    expect(schemaViolations(schema, json(await exported("speedscope")))).toEqual([]);
  });

  test("the tables of the Firefox profile name only what is there", async () => {
    const { shared, threads } = json(await exported("firefox"));
    const { stackTable, frameTable, funcTable, resourceTable, stringArray } = shared;
    const within = (column: readonly (number | null)[], length: number) =>
      column.every((index) => index === null || index === -1 || (index >= 0 && index < length));
    expect(within(stackTable.frame, frameTable.length)).toBe(true);
    expect(stackTable.prefixOffset.every((offset: number, index: number) => offset >= 0 && offset <= index)).toBe(true);
    expect(within(frameTable.func, funcTable.length)).toBe(true);
    expect(within(funcTable.name, stringArray.length)).toBe(true);
    expect(within(funcTable.resource, resourceTable.length)).toBe(true);
    expect(within(resourceTable.name, stringArray.length)).toBe(true);
    for (const { samples } of threads) {
      expect(within(samples.stack, stackTable.length)).toBe(true);
      expect(samples.time.every((time: number, i: number) => i === 0 || time >= samples.time[i - 1])).toBe(true);
    }
  });

  describeWithPeer(["chromium"], (chromium) => {
    /** Text of speedscope's page after it imported a file. */
    async function opened(format: string): Promise<string> {
      const cwd = temporaryDirectory();
      const content = Buffer.from(await exported(format)).toString("base64");
      const script = join(cwd, "profile.js");
      writeFileSync(script, `speedscope.loadFileFromBase64("net.${format}", "${content}")`);
      const page = `${pathToFileURL(join(SPEEDSCOPE, "index.html")).href}#localProfilePath=${script}`;
      const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files"];
      const { text } = await chromium.run(
        [...flags, `--user-data-dir=${join(cwd, "profile")}`, "--virtual-time-budget=4000", "--dump-dom", page],
        { cwd },
      );
      return text
        .replaceAll(/<(style|script)[\s\S]*?<\/\1>/g, "")
        .replaceAll(/<[^>]*>/g, " ")
        .replaceAll(/\s+/g, " ");
    }

    describe("speedscope's own importer reads", () => {
      test("its format: the list of profiles has their weights", { timeout: 60_000 }, async () => {
        const text = await opened("speedscope");
        expect(text).toContain("CPU Usage (Sampled) (1/81)");
        expect(text).toContain("1 CPU Usage (Sampled) 6.32s 2 Test.x64.exe (3676), Thread 3680 5.13s");
      });

      test("Chrome's trace events: a profile for each thread", { timeout: 60_000 }, async () => {
        expect(await opened("chrome")).toContain("(pid 0, tid 0) (1/80)");
      });

      test("pprof's", { timeout: 60_000 }, async () => {
        expect(await opened("pprof")).toContain("Sandwich net.pprof");
      });
    });
  });
});
