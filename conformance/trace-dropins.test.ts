import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runForTest } from "@adk/cli-kit/testing";
import { ByteWriter } from "@adk/core";
import { EtlWriter, MemoryLog } from "@adk/etl";
import { IO_PRIORITY, valueName } from "@adk/event-schema";
import { groups } from "@adk/trace/cli";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeWithData } from "./support/data.ts";

let directory = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "adk-dropins-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describeWithData("trace", (data) => {
  const trace = join(data, "net.4.5.2.x64.etl.zip");
  const exportedFile = join(data, "Disk_Usage_Utilization_by_Disk.csv");

  describe("wpaexporter", () => {
    test("a log of the requests that a real export tells of gives that export again", async () => {
      const truth = csvRows(await readFile(exportedFile, "utf8"));
      const log = join(directory, "disk.etl");
      await writeFile(log, await logOf(truth.slice(1)));
      const profile = join(data, "DiscIO.wpaProfile");
      const argv = ["wpaexporter", "-i", log, "-profile", profile, "-outputfolder", directory];
      const { exitCode, stderr } = await runForTest(groups, argv);
      expect([exitCode, stderr]).toEqual([0, ""]);
      const found = csvRows(await readFile(join(directory, "Disk_Usage_Utilization_by_Disk.csv"), "utf8"));
      expect(found[0]).toEqual(truth[0]);
      expect(found.length).toBe(truth.length);
      // WPA has those of one disk together; requests are told apart by disk, time and path.
      const key = (row: readonly string[]) => `${row[0]} ${row[9]} ${row[3]}`;
      expect(found.slice(1).map((row) => row[4])).toEqual(truth.slice(1).map((row) => row[4]));
      const byKey = new Map(found.slice(1).map((row) => [key(row), row]));
      const differences = truth
        .slice(1)
        .filter((row) => byKey.get(key(row))?.slice(0, 6).join() !== row.slice(0, 6).join());
      expect(differences).toEqual([]);
      const [service, ioTime, size, init, complete] = [6, 7, 8, 10, 11].map(
        (column) =>
          truth.slice(1).filter((row) => byKey.get(key(row))?.[column] === row[column]).length / (truth.length - 1),
      );
      expect([ioTime, size]).toEqual([1, 1]);
      // Depths of queues and times of service are those of WPA's rules but for a few requests that end in one moment.
      expect(Math.min(init ?? 0, complete ?? 0)).toBeGreaterThan(0.98);
      expect(service).toBeGreaterThan(0.9);
    });

    test("the real profiles give tables of a real trace", async () => {
      for (const [profile, name, first] of [
        ["DiscIO", "Disk_Usage_Utilization_by_Disk.csv", (await readFile(exportedFile, "utf8")).split("\n")[0]],
        [
          "CPUWeight",
          "CPU_Usage_(Sampled)_Utilization_By_CPU.csv",
          "CPU,Process,Thread ID,Weight (in view) (ms),TimeStamp (s)",
        ],
      ]) {
        const argv = [
          "wpaexporter",
          trace,
          "-profile",
          join(data, `${profile}.wpaProfile`),
          "-outputfolder",
          directory,
        ];
        expect((await runForTest(groups, argv)).exitCode).toBe(0);
        const lines = (await readFile(join(directory, name as string), "utf8")).trim().split("\n");
        expect(lines[0]).toBe(first);
        expect(lines.length - 1).toBe(
          await countOf(profile === "DiscIO" ? /^DiskIO\/(Read|Write|FlushBuffers)$/ : /^PerfInfo\/Sample$/),
        );
      }
    });
  });

  interface EventCount {
    readonly provider: string;
    readonly event: string;
    readonly count: number;
  }
  let counts: readonly EventCount[] | undefined;

  async function countOf(event: RegExp): Promise<number> {
    counts ??= JSON.parse((await runForTest(groups, ["trace", "counts", trace, "--json"])).stdout)
      .counts as EventCount[];
    const found = counts.filter((each) => each.provider === "Windows Kernel" && event.test(each.event));
    return found.reduce((sum, { count }) => sum + count, 0);
  }

  test("xperf's dump has a line for each event of the kernel", async () => {
    const output = join(directory, "dump.txt");
    expect((await runForTest(groups, ["xperf", "-i", trace, "-o", output])).exitCode).toBe(0);
    const dump = await readFile(output, "latin1");
    const bodyStart = dump.indexOf("EndHeader\n") + 10;
    const head = dump.slice(0, bodyStart);
    const lines = new Map<string, number>();
    let firstFault = "";
    // 500,000 lines: none of them is cut out but for its name.
    for (let start = bodyStart; start > 0 && start < dump.length; start = dump.indexOf("\n", start) + 1) {
      const name = dump.slice(start, dump.indexOf(",", start)).trim();
      lines.set(name, (lines.get(name) ?? 0) + 1);
      if (name === "HardFault" && firstFault === "") firstFault = dump.slice(start, dump.indexOf("\n", start));
    }
    for (const [record, event] of [
      ["P-DCStart", /^Process\/DCStart$/],
      ["T-Start", /^Thread\/Start$/],
      ["I-DCEnd", /^Image\/DCStop$/],
      ["DiskRead", /^DiskIO\/Read$/],
      ["HardFault", /^Memory\/HardFault$/],
      ["FileNameRundown", /^FileIO\/FileRundown$/],
      ["SampledProfile", /^PerfInfo\/Sample(\/Idle)?$/],
    ] as const) {
      expect([record, lines.get(record)]).toEqual([record, await countOf(event)]);
      expect(head).toContain(`${record.padStart(23)},  TimeStamp, `);
    }
    expect(lines.get("Stack")).toBeGreaterThan(50_000);
    // The first of each, as PerfView prints them: a hard fault at 1,491.295 ms that took 3.426 ms.
    expect(firstFault).toMatch(/^ {14}HardFault, {4}1491295, .*, +342[56], /);
  });

  test("xperf's actions count what the events of the kernel are", async () => {
    // One run: the trace is opened once.
    const headings = {
      hardfault: "Process Name ( PID),FileName,Count,Bytes",
      diskidlehistogram: "I/O Type,Count,Size,Service Time,Elapsed Time",
      "diskio -overlap": "Disk,Others Under Way,I/O Count,%",
      "stack -summary": "Exclusive,Exclusive %,Inclusive,Inclusive %,Module!Function",
      "profile -detail": "Process Name ( PID),Weight,Usage %,Module!Function",
    };
    const calls = Object.keys(headings).flatMap((action) => ["-a", ...action.split(" ")]);
    const { exitCode, stdout } = await runForTest(groups, ["xperf", "-i", trace, "-target", "machine", ...calls]);
    expect(exitCode).toBe(0);
    const lines = stdout.split("\n");
    const sumOf = (action: keyof typeof headings, column: number) => {
      const start = lines.indexOf(headings[action]) + 1;
      const others: readonly string[] = [...Object.values(headings), "", "Disk 0"];
      const end = lines.findIndex((line, i) => i >= start && others.includes(line));
      return csvRows(lines.slice(start, end).join("\n")).reduce((sum, row) => sum + Number(row[column]), 0);
    };
    const transfers = await countOf(/^DiskIO\/(Read|Write|FlushBuffers)$/);
    expect([sumOf("diskidlehistogram", 1), sumOf("diskio -overlap", 2)]).toEqual([transfers, transfers]);
    expect(sumOf("hardfault", 2)).toBe(await countOf(/^Memory\/HardFault$/));
    // A millisecond a sample; stacks of idle processors are left out.
    const samples = await countOf(/^PerfInfo\/Sample(\/Idle)?$/);
    expect(sumOf("profile -detail", 1)).toBe(samples * 1000);
    expect(sumOf("stack -summary", 0)).toBeLessThan(samples);
  });

  test("a real recording profile has no errors, and tags of a real file find samples", async () => {
    const lint = await runForTest(groups, ["trace", "wprp", "lint", join(data, "TraceLoggingProfile.wprp"), "--json"]);
    expect(JSON.parse(lint.stdout)).toMatchObject({ errors: 0, warnings: 0, files: [{ findings: [] }] });
    const tags = await runForTest(groups, [
      "trace",
      "tags",
      trace,
      "--stacktags",
      join(data, "default.stacktags"),
      "--json",
    ]);
    const result = JSON.parse(tags.stdout) as { total: number; tags: { tag: string; weight: number }[] };
    expect(result.tags.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(result.total);
    expect(result.tags.map(({ tag }) => tag)).toContain("Antivirus - Windows Defender");
  });
});

function csvRows(text: string): string[][] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) =>
      [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, cell = ""]) =>
        cell.replace(/^"(.*)"$/, "$1").replaceAll('""', '"'),
      ),
    )
    .map((cells) => cells.slice(0, 12));
}

const ORIGIN = 1_000_000_000n;
const HOOKS: Readonly<Record<string, number>> = { Read: 0x10a, Write: 0x10b, Flush: 0x10e };
const NANOSECONDS = (text: string, scale: number) => BigInt(Math.round(Number(text.replaceAll(",", "")) * scale));

/** A log with a tick a nanosecond, of the requests that rows of an export tell of: ours, with the figures of a real one. */
async function logOf(rows: readonly (readonly string[])[]): Promise<Uint8Array> {
  const log = new MemoryLog();
  const header = {
    startTime: 133_500_000_000_000_000n,
    timeStamp: ORIGIN,
    perfFrequency: 1_000_000_000n,
    osBuild: 14_393,
  };
  const writer = EtlWriter.over(log, { pointerSize: 8, header });
  const add = (hook: number, version: number, timeStamp: bigint, payload: ByteWriter) =>
    writer.add(0, {
      header: "compact",
      hook,
      version,
      timeStamp,
      payload: payload.finish(),
      pointerSize: 8,
      processId: 4,
      threadId: 8,
    });
  const [files, processes, threads] = [new Map<string, number>(), new Set<string>(), new Set<string>()];
  const requests: { readonly time: bigint; readonly add: () => void }[] = [];
  for (const [
    disk = "",
    process = "",
    thread = "",
    path = "",
    type = "",
    priority = "",
    ,
    ioTime = "",
    size = "",
    complete = "",
  ] of rows) {
    const [, name = "", pid = ""] = /^(.*) \((\d+)\)$/.exec(process) ?? [];
    if (!processes.has(pid)) add(0x303, 4, ORIGIN, processPayload(Number(pid), name));
    processes.add(pid);
    if (!threads.has(thread)) add(0x503, 3, ORIGIN, new ByteWriter().u32(Number(pid)).u32(Number(thread)).zeros(64));
    threads.add(thread);
    const file = path === "" ? 0 : (files.get(path) ?? files.size + 1);
    if (file > 0 && !files.has(path)) add(0x424, 2, ORIGIN, new ByteWriter().u64(BigInt(file)).utf16(`${path}\0`));
    if (file > 0) files.set(path, file);
    const flags = [0, 1, 2, 3, 4, 5].find((each) => valueName(IO_PRIORITY, each) === priority.replace(" ", "")) ?? 0;
    const time = ORIGIN + NANOSECONDS(complete, 1e9);
    const payload = new ByteWriter().u32(Number(disk)).u32(flags << 17);
    if (type !== "Flush")
      payload
        .u32(Number(size.replaceAll(",", "")))
        .u32(0)
        .u64(0n)
        .u64(BigInt(file))
        .u64(1n);
    payload.u64(NANOSECONDS(ioTime, 1000));
    if (type === "Flush") payload.u64(1n);
    payload.u32(Number(thread));
    requests.push({ time, add: () => add(HOOKS[type] as number, 3, time, payload) });
  }
  for (const request of requests.sort((a, b) => Number(a.time - b.time))) request.add();
  await writer.finish();
  return log.toBytes();
}

function processPayload(pid: number, name: string): ByteWriter {
  const payload = new ByteWriter().u64(1n).u32(pid).u32(4).u32(0).u32(0).u64(0n).u32(0).u32(0);
  for (const character of `${name}\0`) payload.u8(character.charCodeAt(0));
  return payload.utf16("\0\0\0");
}
