import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { formatFiletime, MemoryAccess, parseFiletime } from "@adk/core";
import {
  copyTrace,
  type EtlTrace,
  EtlWriter,
  type EventBatch,
  HeaderType,
  isEtl,
  type LogfileHeader,
  MemoryLog,
  openEtl,
  openEtlFiles,
  type ReadOptions,
} from "@adk/etl";
import { random, temporaryDirectory } from "@adk/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { describeWithData } from "./support/data.ts";
import { describeWithPeer } from "./support/peers.ts";

/** Groups of kernel events as the counts name them: those of PerfView. */
const GROUPS: Readonly<Record<number, readonly string[]>> = {
  0: ["EventTrace"],
  1: ["DiskIO", "DiskIo"],
  2: ["Memory", "PageFault"],
  3: ["Process"],
  4: ["FileIO", "FileIo"],
  5: ["Thread"],
  6: ["TcpIp"],
  8: ["UdpIp"],
  11: ["Config"],
  15: ["PerfInfo"],
  20: ["Image"],
  24: ["StackWalk"],
};

/**
 * Records behind the saved offset of the first buffer, by type of group 0. The counts were made without them; dissect.etl reads
 * them as well.
 */
const UNSAVED: Readonly<Record<string, readonly number[]>> = {
  JL: [80],
  TraceLoggingTester: [80, 82],
  "waasmedic.20251005_113019_195": [66, 64],
};

/** The logs by the names of their counts, and some that have none. */
const LOGS: Readonly<Record<string, string>> = {
  JL: "JL_PerfViewData.etl.zip/PerfViewData.etl",
  TraceLoggingTester: "TraceLoggingTester.7z/TraceLoggingTester.etl",
  "WindowsUpdate.20251008.140245.443.8": "WindowsUpdate.20251008.140245.443.8.etl",
  "diaghub.etl": "diaghub-dotnetcore3.1-win-x64-diagsession.zip/diaghub.etl",
  "diaghub.kernel.1.etl": "diaghub-dotnetcore3.1-win-x64-diagsession.zip/diaghub.kernel.1.etl",
  "diaghub.user_injected.1.etl": "diaghub-dotnetcore3.1-win-x64-diagsession.zip/diaghub.user_injected.1.etl",
  "diaghub.user_paged.1.etl": "diaghub-dotnetcore3.1-win-x64-diagsession.zip/diaghub.user_paged.1.etl",
  hw3d: "hw3d_trace.etl.gz",
  "net.4.5.2.x64": "net.4.5.2.x64.etl.zip/net.4.5.2.x64.etl",
  sawbuck_image_data_32_v0: "sawbuck_image_data_32_v0.etl.gz",
  sawbuck_image_data_32_v2: "sawbuck_image_data_32_v2.etl.gz",
  sawbuck_image_data_64_v1: "sawbuck_image_data_64_v1.etl.gz",
  sawbuck_process_data_32_v1: "sawbuck_process_data_32_v1.etl.gz",
  sawbuck_process_data_64_v3: "sawbuck_process_data_64_v3.etl.gz",
  "waasmedic.20251005_113019_195": "waasmedic.20251005_113019_195.etl",
  gcevents: "gcevents.etl.zip/PerfViewData.etl",
  "primitive-types": "primitive-types.etl.zip/primitive-types.etl",
  SelfDescribingSingleEvent: "SelfDescribingSingleEvent.etl",
  CldFlt0: "CldFlt0-2025-12-21-121418.etlgz",
};

/** Buffers, records, and losses of the sessions. */
const FACTS: Readonly<Record<string, readonly [buffers: number, records: number, eventsLost: number]>> = {
  JL: [13, 104, 0],
  TraceLoggingTester: [41, 172_716, 0],
  "WindowsUpdate.20251008.140245.443.8": [7, 82, 41],
  "diaghub.etl": [103, 62_379, 0],
  "diaghub.kernel.1.etl": [59, 16_335, 0],
  "diaghub.user_injected.1.etl": [2, 4, 0],
  "diaghub.user_paged.1.etl": [139, 22_035, 0],
  "net.4.5.2.x64": [360, 179_474, 0],
  CldFlt0: [2, 17, 0],
};

/** Counts of a row in the words of the truth files. */
function countedNames(batch: EventBatch, row: number): readonly string[] {
  const kind = batch.kindOf(row);
  const header = batch.columns.headerType[row] as number;
  if (kind.form === "kernel") {
    const extension = batch.counters(row).length * 8;
    const { hook, version } = kind;
    return (GROUPS[hook >>> 8] ?? []).map((name) => `${name}/${hook & 0xff} v${version} H${header} x${extension}`);
  }
  if (kind.form === "classic")
    return [`CL ${kind.provider} op=${kind.opcode} lvl=${batch.level(row)} v=${kind.version} H${header}`];
  if (kind.form !== "event") return [];
  const extended = batch.eventFlags(row) & 1;
  return [`EV ${kind.provider} id=${kind.id} v=${kind.version} op=${kind.opcode} H${header} fl=${extended}`];
}

/** `  12 name` a line; those of extended items count only some of them. */
function parseCounts(path: string): Map<string, number> {
  const lines = readFileSync(path, "utf8").split("\n");
  return new Map(
    lines.flatMap((line) => {
      const [, count, name = ""] = /^ {2}(\d+) (.*)$/.exec(line) ?? [];
      return count === undefined ? [] : [[name, Number(count)]];
    }),
  );
}

/** Counts by name; of the names of a group the one that the truth uses. */
async function countEvents(trace: EtlTrace, truth: ReadonlyMap<string, number>): Promise<Map<string, number>> {
  const tallies = new Map<number, { count: number; names: readonly string[] }>();
  for await (const batch of trace.batches()) {
    for (let row = 0; row < batch.length; row++) {
      const { kind, headerType } = batch.columns;
      const what = ((kind[row] as number) * 256 + (headerType[row] as number)) * 256 + batch.level(row);
      const key = what * 2 + (batch.eventFlags(row) & 1);
      const known = tallies.get(key);
      if (known) known.count++;
      else tallies.set(key, { count: 1, names: countedNames(batch, row) });
    }
  }
  const counts = new Map<string, number>();
  for (const { count, names } of tallies.values()) {
    const name = names.find((each) => truth.has(each)) ?? names[0] ?? "other";
    counts.set(name, (counts.get(name) ?? 0) + count);
  }
  return counts;
}

/** What every order and number of threads must tell alike: a sum over all columns and payloads, and how many rows. */
async function fingerprint(trace: EtlTrace, options: ReadOptions, withoutHeader = false): Promise<string> {
  let rows = 0;
  let sum = 0;
  for await (const batch of trace.batches(options)) {
    const { time, processId, threadId, processor, payloadLength, pointerSize, headerType, extendedLength } =
      batch.columns;
    for (let row = 0; row < batch.length; row++) {
      const kind = batch.kindOf(row);
      if (withoutHeader && kind.form === "kernel" && kind.hook === 0) continue;
      let hash = 0;
      const at = batch.columns.record[row] as number;
      const end = (batch.columns.payload[row] as number) + (payloadLength[row] as number);
      for (let i = at; i < end; i += 61) hash = Math.imul(hash ^ (batch.data[i] as number), 0x01000193);
      const numbers = [
        processId[row],
        threadId[row],
        processor[row],
        pointerSize[row],
        headerType[row],
        extendedLength[row],
      ];
      for (const number of numbers as number[]) hash = Math.imul(hash ^ number, 0x01000193);
      sum = (sum + (hash >>> 0) + (time[row] as number)) % 2 ** 40;
      rows++;
    }
  }
  return `${rows} ${sum}`;
}

async function countInversions(trace: EtlTrace): Promise<number> {
  let last = Number.NEGATIVE_INFINITY;
  let inversions = 0;
  for await (const { columns, length } of trace.batches({ order: "time" })) {
    for (let row = 0; row < length; row++) {
      if ((columns.time[row] as number) < last) inversions++;
      last = columns.time[row] as number;
    }
  }
  return inversions;
}

describeWithData("trace", (data) => {
  describeWithPeer(["7zz"], (sevenZip) => {
    const paths = new Map<string, string>();
    const pathOf = (name: string) => paths.get(name) as string;

    beforeAll(async () => {
      const directory = temporaryDirectory();
      const archives = new Set(
        Object.values(LOGS).flatMap((path) => (path.includes("/") ? [path.split("/")[0] as string] : [])),
      );
      for (const archive of archives)
        await sevenZip.run(["e", "-y", `-o${join(directory, archive)}`, join(data, archive)]);
      for (const [name, path] of Object.entries(LOGS)) {
        if (path.includes("/")) paths.set(name, join(directory, path));
        else if (!/gz$/.test(path)) paths.set(name, join(data, path));
        else {
          const unpacked = join(directory, basename(path));
          writeFileSync(unpacked, gunzipSync(readFileSync(join(data, path))));
          paths.set(name, unpacked);
        }
      }
    });

    test("every log with counts is compared", () => {
      const counted = readdirSync(join(data, "truth")).filter((name) => name.endsWith(".counts.txt"));
      expect(counted.map((name) => name.replace(".counts.txt", "")).filter((name) => !(name in LOGS))).toEqual([]);
      expect(counted.length).toBe(15);
    });

    describe.each(Object.keys(LOGS))("%s", (name) => {
      test("every record is read, as the truth counts them", async () => {
        await using trace = await openEtlFiles([pathOf(name)]);
        let truth = new Map<string, number>();
        try {
          truth = parseCounts(join(data, `truth/${name}.counts.txt`));
        } catch {
          // A log without counts.
        }
        const counts = await countEvents(trace, truth);
        for (const type of UNSAVED[name] ?? []) {
          const [found = ""] = [...counts.keys()].filter((key) => key.startsWith(`EventTrace/${type} `));
          const count = (counts.get(found) as number) - 1;
          if (count === 0) counts.delete(found);
          else counts.set(found, count);
        }
        if (truth.size > 0) expect(Object.fromEntries(counts)).toEqual(Object.fromEntries(truth));
        const { health } = trace;
        const [buffers, records, eventsLost] = FACTS[name] ?? [health.buffers, health.records, 0];
        expect(health).toMatchObject({
          buffers,
          records,
          eventsLost,
          buffersWritten: buffers,
          decodedBuffers: buffers,
        });
        expect(health).toMatchObject({
          notFinalised: false,
          lostBytes: 0,
          undecodableBuffers: 0,
          partlyReadBuffers: 0,
        });
        expect(health).toMatchObject({ sequenceGaps: 0, unclaimedBytes: 0, timeInversions: 0, opaqueRecords: 0 });
        expect(trace.findings.list).toEqual([]);
      });

      test("in the order of time the same events", async () => {
        await using trace = await openEtlFiles([pathOf(name)]);
        expect(await fingerprint(trace, { order: "time" })).toBe(await fingerprint(trace, {}));
      });

      test("the order of time has no inversion", async () => {
        await using trace = await openEtlFiles([pathOf(name)]);
        expect(await countInversions(trace)).toBe(0);
      });

      test.each([false, true])("a copy has the same events, compressed: %s", async (compress) => {
        await using trace = await openEtlFiles([pathOf(name)]);
        const output = new MemoryLog();
        const writer = EtlWriter.over(output, { header: trace.header ?? {}, compress });
        await copyTrace(trace, writer);
        await writer.finish();
        const copy = await openEtl(new MemoryAccess(output.toBytes()));
        const options = { order: "time" } as const;
        expect(await fingerprint(copy, options, true)).toBe(await fingerprint(trace, options, true));
        expect(copy.health).toMatchObject({ lostBytes: 0, sequenceGaps: 0, timeInversions: 0, unsavedRecords: 0 });
        const { buffersWritten: _, pointerSize: _p, logFileMode: _m, ...told } = trace.header as LogfileHeader;
        expect(copy.header).toMatchObject(told);
      });

      test("truncated anywhere it is read as far as it goes, and the loss is told", { timeout: 60_000 }, async () => {
        const bytes = readFileSync(pathOf(name));
        const whole = await openEtl(new MemoryAccess(bytes));
        for await (const _ of whole.batches());
        const complete = whole.health;
        const next = random(name.length);
        // Every place in small logs costs little; of large ones the first buffers are enough to stand on borders of all kinds.
        const part = bytes.subarray(0, Math.min(bytes.length, 1 << 17));
        const cuts = Array.from({ length: 24 }, (_, i) =>
          i < 4 ? ([71, 72, 73, 200][i] as number) : 80 + (next() % (part.length - 80)),
        );
        for (const cut of cuts) {
          const access = new MemoryAccess(part.subarray(0, cut));
          if (cut < 72) {
            await expect(openEtl(access)).rejects.toMatchObject({ code: "ETL_NO_BUFFERS" });
            continue;
          }
          const trace = await openEtl(access);
          let rows = 0;
          for await (const batch of trace.batches()) rows += batch.length;
          const { health } = trace;
          expect(rows).toBe(health.records);
          expect(rows).toBeLessThanOrEqual(complete.records);
          if (cut < bytes.length) expect(health.buffers < complete.buffers || health.truncatedBuffers > 0).toBe(true);
        }
      });
    });

    test("a compressed log: all buffers decompress to the length that they tell, and fields are where PerfView finds them", async () => {
      await using trace = await openEtlFiles([pathOf("net.4.5.2.x64")]);
      const found = new Set<string>();
      let firstHardFault = 0;
      for await (const batch of trace.batches({ order: "time" })) {
        for (let row = 0; row < batch.length; row++) {
          const milliseconds = batch.milliseconds(row);
          const kind = batch.kindOf(row);
          if (kind.form === "kernel" && kind.hook === 0x0220 && firstHardFault === 0) firstHardFault = milliseconds;
          const { processor, payloadLength } = batch.columns;
          // Half a microsecond is rounded one way there and another here.
          for (const off of [-1e-6, 1e-6])
            found.add(`${(milliseconds + off).toFixed(3)} ${processor[row]} ${payloadLength[row]}`);
        }
      }
      expect(firstHardFault.toFixed(4)).toBe("1491.2953");
      const [{ table } = expect.fail()] = trace.files;
      const compressed = table.columns.flags.subarray(0, table.length).filter((flags) => flags & 0x40).length;
      expect([compressed, trace.health.undecodableBuffers]).toEqual([359, 0]);
      const baseline = gunzipSync(readFileSync(join(data, "net.4.5.2.x64.baseline.txt.gz"))).toString();
      const events = [...baseline.matchAll(/^EVENT ([\d,.]+): .*?ProceNum=(\d+); DataLen=(\d+);/gm)];
      expect(events.length).toBeGreaterThan(250);
      const absent = events.filter(
        ([, time = "", processor, length]) => !found.has(`${time.replaceAll(",", "")} ${processor} ${length}`),
      );
      expect(absent.map(([line]) => line.slice(0, 90))).toEqual([]);
    });

    test("the header tells what PerfView reads in it", async () => {
      await using trace = await openEtlFiles([pathOf("net.4.5.2.x64")]);
      const { header } = trace;
      expect(header).toMatchObject({
        bufferSize: 65_536,
        osBuild: 9200,
        processors: 8,
        timerResolution: 156_250,
        maximumFileSize: 500,
        logFileMode: 67_174_401,
        buffersWritten: 360,
        startBuffers: 1,
        pointerSize: 8,
        eventsLost: 0,
        cpuSpeedMhz: 3592,
        perfFrequency: 10_000_000n,
        clockType: "qpc",
        buffersLost: 0,
        sessionName: "Relogger",
        fileName: "[multiple files]",
      });
      expect(formatFiletime(header?.startTime ?? 0n)).toMatch(/^2020-07-29T00:07:00\.62/);
      expect(formatFiletime(header?.endTime ?? 0n)).toMatch(/^2020-07-29T00:07:10\.69/);
      expect(formatFiletime(header?.bootTime ?? 0n)).toMatch(/^2020-07-29T00:03:46\.48/);
    });

    test("WPP messages of a log whose time stamps are FILETIMEs", async () => {
      await using trace = await openEtlFiles([pathOf("CldFlt0")]);
      expect(trace.clock.type).toBe("system");
      const messages = [];
      for await (const event of trace.events({ kinds: [{ form: "wpp" }] })) messages.push(event);
      expect(messages.length).toBe(13);
      const { endTime = 0n, startTime = 0n } = trace.header ?? {};
      for (const { filetime, headerType, processId, pointerSize } of messages) {
        expect([headerType, pointerSize, processId !== undefined]).toEqual([HeaderType.WPP, 8, true]);
        expect(filetime >= startTime && filetime <= endTime).toBe(true);
      }
    });

    test("times of a service log are those that dissect.etl tells", async () => {
      await using trace = await openEtlFiles([pathOf("waasmedic.20251005_113019_195")]);
      const text = readFileSync(join(data, "waasmedic.s4.stdout"), "utf8");
      const expected = [...text.matchAll(/timestamp=(\d{4}-\d\d-\d\d) ([\d:]+\.\d{6})/g)].map(([, day, time]) =>
        parseFiletime(`${day}T${time}Z`),
      );
      const found: bigint[] = [];
      for await (const { filetime } of trace.events()) found.push(filetime);
      expect(found.length).toBe(21);
      // It rounds to microseconds, and adds them up in floating point.
      const off = found.map((time, i) => Math.abs(Number(time - (expected[i] ?? 0n))));
      expect(Math.max(...off)).toBeLessThan(25);
    });

    test("the width of pointers can be told where the headers do not know it", async () => {
      await using trace = await openEtl(new MemoryAccess(readFileSync(pathOf("sawbuck_image_data_64_v1"))), {
        pointerSize: 8,
      });
      const widths = new Set<number>();
      for await (const { pointerSize } of trace.events()) widths.add(pointerSize);
      expect([...widths]).toEqual([8]);
    });

    test("several logs of one session are one trace", async () => {
      const names = ["diaghub.kernel.1.etl", "diaghub.user_paged.1.etl", "diaghub.user_injected.1.etl", "diaghub.etl"];
      await using trace = await openEtlFiles(names.map(pathOf) as [string, ...string[]]);
      expect(await countInversions(trace)).toBe(0);
      expect(trace.health.records).toBe(62_379 + 16_335 + 4 + 22_035);
      // All counted by one performance counter: no time was guessed.
      expect(trace.health.alignedLogs).toBe(0);
      expect(trace.logs.map(({ base }) => base.scale)).toEqual([1, 1, 1, 1]);
    });

    test("a range of time and some kinds", async () => {
      await using trace = await openEtlFiles([pathOf("net.4.5.2.x64")]);
      const samples: number[] = [];
      for await (const { milliseconds } of trace.events({ kinds: [{ hook: 0x0f2e }], from: 2000, to: 2100 }))
        samples.push(milliseconds);
      let all = 0;
      for await (const batch of trace.batches()) {
        for (let row = 0; row < batch.length; row++) {
          const kind = batch.kindOf(row);
          const time = batch.milliseconds(row);
          if (kind.form === "kernel" && kind.hook === 0x0f2e && time >= 2000 && time <= 2100) all++;
        }
      }
      expect(samples.length).toBe(all);
      expect(all).toBeGreaterThan(500);
      expect(Math.min(...samples)).toBeGreaterThanOrEqual(2000);
    });

    test("threads read a long compressed log as one does, and are left in the middle of it", async () => {
      const log = readFileSync(pathOf("net.4.5.2.x64"));
      const others = log.subarray(log.readUInt32LE(0));
      const path = join(temporaryDirectory(), "long.etl");
      writeFileSync(path, Buffer.concat([log, ...Array.from({ length: 8 }, () => others)]));
      await using one = await openEtlFiles([path]);
      await using two = await openEtlFiles([path], { threads: 2 });
      expect(await fingerprint(two, {})).toBe(await fingerprint(one, {}));
      expect(two.health).toEqual(one.health);
      const kinds = [{ hook: 0x0f2e }];
      expect(await fingerprint(two, { kinds, to: 9000 })).toBe(await fingerprint(one, { kinds, to: 9000 }));
      for await (const { length } of two.batches()) if (length > 0) break;
    });

    test("stacks in extended data", async () => {
      await using trace = await openEtlFiles([pathOf("TraceLoggingTester")]);
      let stacks = 0;
      for await (const { stacks: found } of trace.events({
        kinds: [{ provider: "a214eced-be64-5e23-fac1-1d7b9052efa4" }],
      })) {
        for (const stack of found) {
          stacks++;
          expect("addresses" in stack && stack.addresses.length).toBeGreaterThan(3);
        }
      }
      expect(stacks).toBe(70);
    });

    test("buffers in any order, and what lies between them, change nothing but what is told", async () => {
      const bytes = readFileSync(pathOf("diaghub.kernel.1.etl"));
      const buffers = Array.from({ length: bytes.length >>> 16 }, (_, i) => bytes.subarray(i << 16, (i + 1) << 16));
      const [head, ...others] = buffers;
      const next = random(3);
      const shuffled = others.map((buffer) => [next(), buffer] as const).sort((a, b) => a[0] - b[0]);
      const garbage = Buffer.alloc(1003).map(() => next());
      const pieces = [head as Buffer, ...shuffled.flatMap(([, buffer], i) => (i === 7 ? [garbage, buffer] : [buffer]))];
      const trace = await openEtl(new MemoryAccess(Buffer.concat(pieces)));
      await using sound = await openEtlFiles([pathOf("diaghub.kernel.1.etl")]);
      expect(await fingerprint(trace, { order: "time" })).toBe(await fingerprint(sound, { order: "time" }));
      expect(trace.health).toMatchObject({ unclaimedBytes: 1003, timeInversions: 0, sequenceGaps: 0, lostBytes: 0 });
      expect(trace.findings.list.map(({ code }) => code)).toEqual(["ETL_GARBAGE"]);
    });

    test("a log that was appended to another, and one that lost its start", async () => {
      const [first, second] = ["WindowsUpdate.20251008.140245.443.8", "waasmedic.20251005_113019_195"].map((name) =>
        readFileSync(pathOf(name)),
      ) as [Buffer, Buffer];
      const both = await openEtl(new MemoryAccess(Buffer.concat([first, second])));
      expect(both.logs.length).toBe(2);
      const times: string[] = [];
      for await (const event of both.events({ order: "time" })) times.push(formatFiletime(event.filetime));
      expect(times.length).toBe(82 + 21);
      // The second is older by some days: one boot, one performance counter.
      expect([both.health.alignedLogs, times[0]?.slice(0, 10), times.at(-1)?.slice(0, 10)]).toEqual([
        0,
        "2025-10-05",
        "2025-10-08",
      ]);
      const headless = await openEtl(new MemoryAccess(first.subarray(4096)));
      expect(headless.findings.list.map(({ code }) => code)).toEqual(["ETL_NO_HEADER"]);
      let rows = 0;
      for await (const batch of headless.batches()) rows += batch.length;
      expect([rows, headless.header, headless.health.notFinalised]).toEqual([80, undefined, true]);
      expect(isEtl(first) && !isEtl(first.subarray(4096))).toBe(true);
    });
  });
});

/** Headers from the tests of snail-server: hexadecimal bytes, and what it reads in them. */
interface HeaderVector {
  readonly hex: string;
  readonly expect: readonly (readonly [name: string, value: string])[];
}

describeWithData("trace/facts", (facts) => {
  const vectors: Record<string, HeaderVector> = JSON.parse(
    readFileSync(join(facts, "event-test-vectors.json"), "utf8"),
  );

  test.each([
    "SystemTraceHeader",
    "PerfInfoTraceHeader",
    "PerfInfoTraceHeaderExtPmc",
    "PerfInfoTraceHeaderExtPebsExtPmc",
    "FullHeaderTraceHeader",
    "EventHeaderTraceHeader",
  ])("%s as snail-server reads it", async (name) => {
    const { hex, expect: told } = vectors[name] as HeaderVector;
    const values = new Map(told);
    const number = (key: string) => Number((values.get(key) ?? expect.fail(`no ${key}`)).replaceAll("'", ""));
    const header = Buffer.from(hex, "hex");
    // The payload is not there: zeros are put in its place.
    const size = values.has("size") ? number("size") : number("packet().size");
    const record = Buffer.concat([header, Buffer.alloc(size - header.length)]);
    const output = new MemoryLog();
    const writer = EtlWriter.over(output, { header: {} });
    writer.addRaw(1, 0n, record);
    await writer.finish();
    const trace = await openEtl(new MemoryAccess(output.toBytes()));
    // Behind the header event of the log itself.
    const { value: batch } = await trace.batches().next();
    if (!batch) expect.fail("no events");
    const row = batch.columns.processor.indexOf(1);
    const { threadId, processId } = batch.columns;
    const kind = batch.kindOf(row);
    if (values.has("thread_id"))
      expect([threadId[row], processId[row]]).toEqual([number("thread_id"), number("process_id")]);
    for (const key of ["system_time", "timestamp"]) {
      if (values.has(key)) expect(batch.timeStamp(row)).toBe(BigInt(number(key)));
    }
    if (kind.form === "kernel") {
      expect(kind).toMatchObject({ version: number("version") & 0xff });
      expect(kind.hook & 0xff).toBe(number("packet().type"));
    } else if (kind.form === "classic") {
      expect([kind.opcode, kind.version]).toEqual([number("trace_class().type"), number("trace_class().version")]);
    } else if (kind.form === "event") {
      expect([kind.id, kind.version]).toEqual([number("event_descriptor().id"), number("event_descriptor().version")]);
    } else {
      expect.fail(kind.form);
    }
    const count = values.has("ext_pmc_count") ? number("ext_pmc_count") : 0;
    expect(batch.counters(row)).toEqual(Array.from({ length: count }, (_, i) => BigInt(number(`ext_pmc(${i}`))));
    expect(batch.pebsIndex(row)).toBe(values.has("ext_pebs") ? BigInt(number("ext_pebs")) : undefined);
  });
});
