import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { basename, join } from "node:path";
import { gunzipSync, gzipSync, zstdCompressSync } from "node:zlib";
import { runForTest } from "@adk/cli-kit/testing";
import { KernelEvents } from "@adk/event-schema";
import { temporaryDirectory } from "@adk/testing";
import { Analysis, openTrace, TABLES, type TraceInfo } from "@adk/trace";
import { groups } from "@adk/trace/cli";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { describeWithData } from "./support/data.ts";
import { describeWithPeer } from "./support/peers.ts";

type Counts = ReadonlyMap<string, number>;

/** Numbers of the groups of kernel events that the counts of records name. */
const GROUPS: Readonly<Record<string, number>> = {
  EventTrace: 0,
  DiskIO: 1,
  DiskIo: 1,
  Memory: 2,
  PageFault: 2,
  Process: 3,
  FileIO: 4,
  FileIo: 4,
  Thread: 5,
  TcpIp: 6,
  UdpIp: 8,
  Config: 11,
  PerfInfo: 15,
  Image: 20,
  StackWalk: 24,
};

/** Records behind the saved offset of the first buffer, which the counts were made without. */
const UNSAVED: Readonly<Record<string, number>> = { JL: 1, TraceLoggingTester: 2, "waasmedic.20251005_113019_195": 2 };

async function json<Result>(...argv: string[]): Promise<Result> {
  const { stdout, stderr, exitCode } = await runForTest(groups, ["trace", ...argv, "--json"]);
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout) as Result;
}

async function countsOf(...files: string[]): Promise<Counts> {
  type Result = { counts: { provider: string; event: string; count: number }[] };
  const { counts } = await json<Result>("counts", ...files);
  return new Map(counts.map(({ provider, event, count }) => [`${provider}/${event}`, count]));
}

function total(counts: Counts): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

/** `COUNT Windows Kernel/DiskIO/Read:1208` */
function perfViewCounts(path: string): [name: string, count: number][] {
  const bytes = readFileSync(path);
  const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  return [...text.matchAll(/^COUNT (.+):(\d+)\r?$/gm)].map(([, name = "", count]) => [name, Number(count)]);
}

describeWithData("trace", (data) => {
  const file = (name: string) => join(data, name);
  const unpackedIn = temporaryDirectory();
  const temporaryTraces = () => readdirSync(unpackedIn).filter((name) => name.startsWith("adk-trace-"));
  beforeAll(() => {
    vi.stubEnv("TMPDIR", unpackedIn);
  });

  describe("counts of events", () => {
    test.each([
      ["net.4.5.2.x64.etl.zip", "net.4.5.2.x64.baseline.txt.gz", 152],
      ["gcevents.etl.zip", "gcevents.baseline.txt", 21],
      ["primitive-types.etl.zip", "primitive-types.baseline.txt", 2],
    ])("%s: every line of PerfView's baseline", async (name, baseline, lines) => {
      const counts = await countsOf(file(name));
      const expected = perfViewCounts(file(baseline));
      expect(expected).toHaveLength(lines);
      const different = expected.filter(([event, count]) => counts.get(event) !== count);
      expect(different.map(([event, count]) => [event, count, counts.get(event)])).toEqual([]);
    });

    test("four logs of Visual Studio as one trace have the events that PerfView's own test counts", async () => {
      const counts = await countsOf(file("diaghub-dotnetcore3.1-win-x64-diagsession.zip"));
      expect(total(counts)).toBe(62_379 + 16_335 + 4 + 22_035);
      // PerfView keeps those that map code of the runtime to lines in a table of its own, and drops the events.
      const mapped = counts.get("Microsoft-Windows-DotNETRuntime/Method/ILToNativeMap") ?? 0;
      expect(total(counts) - mapped).toBe(95_506);
    });
  });

  describeWithPeer(["7zz"], (sevenZip) => {
    const directory = temporaryDirectory();
    const unpacked: Readonly<Record<string, string>> = {
      JL: "JL_PerfViewData.etl.zip/PerfViewData.etl",
      TraceLoggingTester: "TraceLoggingTester.7z/TraceLoggingTester.etl",
      "diaghub.etl": "diaghub-dotnetcore3.1-win-x64-diagsession.zip/diaghub.etl",
      "diaghub.kernel.1.etl": "diaghub-dotnetcore3.1-win-x64-diagsession.zip/diaghub.kernel.1.etl",
      "diaghub.user_injected.1.etl": "diaghub-dotnetcore3.1-win-x64-diagsession.zip/diaghub.user_injected.1.etl",
      "diaghub.user_paged.1.etl": "diaghub-dotnetcore3.1-win-x64-diagsession.zip/diaghub.user_paged.1.etl",
    };
    const logOf = (truth: string): string => {
      const inside = unpacked[truth];
      if (inside !== undefined) return join(directory, inside);
      return file(
        readdirSync(data).find((name) => name.startsWith(truth) && /\.etl(\.gz|\.zip)?$|etlgz$/.test(name)) ??
          `${truth}_trace.etl.gz`,
      );
    };

    beforeAll(async () => {
      for (const archive of new Set(Object.values(unpacked).map((path) => path.split("/")[0] as string))) {
        await sevenZip.run(["e", "-y", `-o${join(directory, archive)}`, file(archive)]);
      }
    });

    const truths = readdirSync(join(data, "truth")).filter((name) => name.endsWith(".counts.txt"));
    test.each(truths.map((name) => basename(name, ".counts.txt")))(
      "%s: kernel events by their names, buffers, all events",
      async (truth) => {
        const text = readFileSync(join(data, "truth", `${truth}.counts.txt`), "utf8");
        const log = logOf(truth);
        const [, buffers, events] = /buffers (\d+) events (\d+)/.exec(text) ?? [];
        const info = await json<TraceInfo>("info", log);
        const extra = UNSAVED[truth] ?? 0;
        expect([info.buffers, info.events]).toEqual([Number(buffers), Number(events) + extra]);
        const counts = await countsOf(log);
        expect(total(counts)).toBe(info.events);

        const expected = new Map<string, number>();
        const pointerSize = info.pointerSize === 4 ? 4 : 8;
        for (const [, count, group = "", type, version] of text.matchAll(/^ +(\d+) (\w+)\/(\d+) v(\d+) H/gm)) {
          const payload = { length: 0xffff, pointerSize } as const;
          const layout = KernelEvents.load().byHook(GROUPS[group] ?? 255, Number(type), Number(version), payload);
          if (!layout || extra > 0) continue;
          const name = `${layout.task}/${layout.opcode}`.replace(/\/(Info)?$/, "");
          expected.set(name, (expected.get(name) ?? 0) + Number(count));
        }
        if (truth === "net.4.5.2.x64") expect(expected.size).toBeGreaterThan(50);
        const found = (name: string) => {
          const under = ["Windows Kernel", "MSNT_SystemTrace"].map(
            (provider) => counts.get(`${provider}/${name}`) ?? 0,
          );
          return Math.max(...under) + (counts.get(`Windows Kernel/${name}/Idle`) ?? 0);
        };
        const different = [...expected].filter(([name, count]) => found(name) !== count);
        expect(different.map(([name, count]) => [name, count, found(name)])).toEqual([]);
      },
    );

    test("containers that 7-Zip and gcab make", async () => {
      const log = file("SelfDescribingSingleEvent.etl");
      const packed = temporaryDirectory();
      const places = Object.fromEntries(
        ["zip", "diagsession", "gz", "etlgz", "zst"].map((end) => [end, join(packed, `a.${end}`)]),
      );
      await sevenZip.run(["a", "-tzip", places["zip"] as string, log]);
      writeFileSync(places["diagsession"] as string, readFileSync(places["zip"] as string));
      await sevenZip.run(["a", "-tgzip", places["gz"] as string, log]);
      writeFileSync(places["etlgz"] as string, gzipSync(readFileSync(log)));
      writeFileSync(places["zst"] as string, zstdCompressSync(readFileSync(log)));
      const plain = await countsOf(log);
      expect(total(plain)).toBe(23);
      for (const place of Object.values(places)) expect(await countsOf(place)).toEqual(plain);
      expect(temporaryTraces()).toEqual([]);
    });
  });

  describeWithPeer(["gcab"], (gcab) => {
    test("a cabinet that gcab makes", async () => {
      const cabinet = join(temporaryDirectory(), "logs.cab");
      const logs = ["SelfDescribingSingleEvent.etl", "waasmedic.20251005_113019_195.etl"].map(file);
      await gcab.run(["-c", "-z", "-n", cabinet, ...logs]);
      expect(await countsOf(cabinet)).toEqual(await countsOf(...logs));
    });
  });

  describe("what a trace is", () => {
    // Lost events, start and clock, as the logfile header has them. PerfView prints the start of the first to 10 ms, dissect.etl
    // prints that of waasmedic.
    test.each([
      ["net.4.5.2.x64.etl.zip", 0, "2020-07-29T00:07:00.6236167Z", "qpc", 9200, 8],
      ["waasmedic.20251005_113019_195.etl", 0, "2025-10-05T11:30:19.2015908Z", "qpc", 22631, 1],
      ["WindowsUpdate.20251008.140245.443.8.etl", 41, "2025-10-08T21:02:45.4479919Z", "qpc", 22631, 1],
      ["SelfDescribingSingleEvent.etl", 0, "2022-04-20T21:27:15.2722435Z", "qpc", 22000, 12],
      ["CldFlt0-2025-12-21-121418.etlgz", 0, "2025-12-19T01:28:04.0355567Z", "system", 26100, 1],
      ["sawbuck_image_data_32_v0.etl.gz", 0, "2011-05-02T12:56:39.4691628Z", "qpc", 7600, 16],
    ])("%s", async (name, lostEvents, start, clock, osBuild, cpus) => {
      const info = await json<TraceInfo>("info", file(name));
      expect(info).toMatchObject({ lostEvents, lostBuffers: 0, start, clock, osBuild, cpus });
      expect(info.completeness.reasons.some((reason) => reason.includes("lost"))).toBe(lostEvents > 0);
      if (lostEvents > 0) expect(info.completeness.score).toBeCloseTo((100 * 82) / (82 + 41), 5);
    });
  });

  test("logs that are cut off anywhere give tables and say so", async () => {
    const directory = temporaryDirectory();
    for (const name of ["waasmedic.20251005_113019_195.etl", "WindowsUpdate.20251008.140245.443.8.etl"]) {
      const whole = readFileSync(file(name));
      const all = total(await countsOf(file(name)));
      for (let i = 1; i <= 16; i++) {
        const length = Math.floor((whole.length * i) / 17);
        const path = join(directory, `${i}.etl`);
        writeFileSync(path, whole.subarray(0, length));
        await using opened = await openTrace([path]);
        const analysis = await Analysis.of(opened.trace, TABLES);
        for (const table of TABLES) expect([...table.rows(analysis)].length).toBeGreaterThanOrEqual(0);
        expect(analysis.counts.total).toBeLessThanOrEqual(all);
        const { truncatedBuffers, unclaimedBytes, records } = opened.trace.health;
        expect(records).toBe(analysis.counts.total);
        // Cut between two buffers nothing is seen but that some are missing.
        if (length % 4096 !== 0) expect(truncatedBuffers + unclaimedBytes, `${name} ${length}`).toBeGreaterThan(0);
      }
    }
  });

  test("a large log that was cut off while it was copied", async () => {
    const directory = temporaryDirectory();
    const archive = readFileSync(file("sawbuck_image_data_32_v0.etl.gz"));
    const cut = join(directory, "cut.etl.gz");
    writeFileSync(cut, archive.subarray(0, Math.floor(archive.length * 0.9)));
    const info = await json<TraceInfo>("info", cut);
    expect(info.findings.map(({ code }) => code)).toContain("TRACE_BAD_CONTAINER");
    const handle = await open(cut, "r+");
    await handle.truncate(12);
    await handle.close();
    const { exitCode, stderr } = await runForTest(groups, ["trace", "info", cut]);
    expect([exitCode, stderr]).toEqual([expect.any(Number), expect.stringMatching(/TRACE_BAD_CONTAINER|TRACE_NO_LOG/)]);
    expect(exitCode).not.toBe(0);
    expect(temporaryTraces()).toEqual([]);
  });
});
