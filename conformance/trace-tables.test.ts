import { join } from "node:path";
import { MemoryAccess } from "@adk/core";
import { EtlWriter, MemoryLog, openEtl } from "@adk/etl";
import { Analysis, openTrace, type Row, TABLES } from "@adk/trace";
import { beforeAll, expect, test } from "vitest";
import { describeWithData } from "./support/data.ts";
import { expectedValue, readEventVectors } from "./support/event-vectors.ts";
import { type PrintedEvent, readBaseline } from "./support/perfview-baseline.ts";

/** Tables of real traces, beside what PerfView prints of the same events: the first five of each kind. */
describeWithData("trace", (directory) => {
  const names = ["disk", "hardfault", "network", "memory", "services", "sysconfig"];
  const tables = new Map<string, Row[]>();
  let printed: PrintedEvent[] = [];

  beforeAll(async () => {
    printed = readBaseline(join(directory, "net.4.5.2.x64.baseline.txt.gz"));
    await using opened = await openTrace([join(directory, "net.4.5.2.x64.etl.zip")]);
    const wanted = TABLES.filter(({ name }) => names.includes(name));
    const analysis = await Analysis.of(opened.trace, wanted);
    for (const table of wanted) tables.set(table.name, [...table.rows(analysis)]);
  }, 60_000);

  const rowsOf = (name: string) => tables.get(name) ?? [];
  const printedOf = (name: string) =>
    printed
      .filter((event) => event.name === `Windows Kernel/${name}`)
      .map(({ milliseconds, fields }) => ({ milliseconds, ...Object.fromEntries(fields) }) as Record<string, string>);
  /** To three decimals, a half upwards as .NET does it. */
  const three = (value: unknown) => (Math.round(Number(value) * 1000 + 1e-6) / 1000).toFixed(3);
  const plain = (text = "") => text.replaceAll(",", "");
  const cut = (text: unknown) => (String(text).length > 20 ? `${String(text).slice(0, 20)}...` : String(text));

  test.each(["Read", "Write"])("disk %ss have the times, sizes and files that PerfView prints", (operation) => {
    const events = printedOf(`DiskIO/${operation}`);
    expect(events).toHaveLength(5);
    const rows = rowsOf("disk").filter((row) => row["operation"] === operation);
    const found = rows.slice(0, 5).map((row) => ({
      milliseconds: three(row["completeTime"]),
      ElapsedTimeMSec: three(Number(row["ioTime"]) / 1000),
      DiskServiceTimeMSec: three(Number(row["serviceTime"]) / 1000),
      TransferSize: String(row["size"]),
      ByteOffset: String(row["offset"]),
      FileName: cut(row["path"]),
    }));
    expect(found).toEqual(
      events.map((event) => ({
        milliseconds: event["milliseconds"],
        ElapsedTimeMSec: plain(event["ElapsedTimeMSec"]),
        DiskServiceTimeMSec: plain(event["DiskServiceTimeMSec"]),
        TransferSize: plain(event["TransferSize"]),
        ByteOffset: plain(event["ByteOffset"]),
        FileName: event["FileName"],
      })),
    );
  });

  test("hard faults have the times that PerfView prints", () => {
    const events = printedOf("Memory/HardFault");
    expect(events).toHaveLength(5);
    const found = rowsOf("hardfault")
      .slice(0, 5)
      .map((row) => [three(row["completeTime"]), three(Number(row["ioTime"]) / 1000), row["size"]]);
    expect(found).toEqual(
      events.map((event) => [
        event["milliseconds"],
        plain(event["ElapsedTimeMSec"]),
        Number(plain(event["ByteCount"])),
      ]),
    );
  });

  test("what goes over TCP has its own end on one side, whichever way it goes", () => {
    const tcp = rowsOf("network").filter((row) => row["protocol"] === "TCP");
    // PerfView counts 240 of one and 250 of the other; all are of the redirector.
    expect(tcp.reduce((sum, row) => sum + Number(row["sends"]), 0)).toBe(240);
    expect(tcp.reduce((sum, row) => sum + Number(row["receives"]), 0)).toBe(250);
    expect(new Set(tcp.map((row) => String(row["remote"])))).toEqual(
      new Set(["[2001:4898:e0:81:7cb9:ab:cd5:e6af]:445"]),
    );
    expect(new Set(tcp.map((row) => row["process"]))).toEqual(new Set(["System"]));
  });

  test("the last counters of processes are those that PerfView prints", () => {
    const events = [...printedOf("Process/PerfCtr"), ...printedOf("Process/PerfCtrRundown")];
    expect(events.length).toBeGreaterThan(4);
    for (const event of events) {
      const row = rowsOf("memory").find(({ pid }) => pid === Number(plain(event["ProcessID"])));
      expect(row).toMatchObject({
        workingSet: Number(plain(event["WorkingSetSize"])),
        peakWorkingSet: Number(plain(event["PeakWorkingSetSize"])),
        privateBytes: Number(plain(event["PrivatePageCount"])),
        peakCommit: Number(plain(event["PeakPagefileUsage"])),
        pageFaults: Number(plain(event["MemoryCount"])),
        handles: Number(plain(event["HandleCount"])),
      });
    }
  });

  test("the system has the processors, disk, volume and adapters that PerfView prints", () => {
    const value = (category: string, property: string, item = 0) =>
      rowsOf("sysconfig").find(
        (row) => row["category"] === category && row["property"] === property && row["item"] === item,
      )?.["value"];
    expect(value("CPU", "ComputerName")).toBe("BRIANROB-W8");
    expect(value("CPU", "NumberOfProcessors")).toBe("8");
    expect(value("PhyDisk", "Cylinders")).toBe("16578");
    expect(value("LogDisk", "DriveLetterString")).toBe("C:");
    expect(value("LogDisk", "TotalNumberOfClusters")).toBe("33202175");
    expect(value("Platform", "SystemProductName")).toBe("Virtual Machine");
    // 44,360,508,708,096 as PerfView prints it; Microsoft's virtual adapters begin with 00-15-5d.
    expect(value("NIC", "PhysicalAddr")).toMatch(/^00-15-5d(-[0-9a-f]{2}){3}$/);
    expect(value("NIC", "NICDescription", 1)).toContain("Software Loopback In");
  });

  test("services are those that PerfView prints; the use of the processors is of their threads", () => {
    const rows = rowsOf("services");
    expect(rows).toHaveLength(157);
    for (const event of printedOf("SystemConfig/Services")) {
      const row = rows.find(({ service }) => service === event["ServiceName"]);
      expect(cut(row?.["displayName"])).toBe(event["DisplayName"]);
      expect(row?.["state"]).toBe(event["ServiceState"] === "4" ? "Running" : "Stopped");
    }
    expect(rows[0]).toMatchObject({ service: "WinDefend", process: "MsMpEng.exe" });
    expect(rows.find(({ service }) => service === "SysMain")).toMatchObject({ process: "svchost.exe", threads: 1 });
  });

  test("the assessment of the system (WinSAT) in a trace of Windows 11", async () => {
    await using opened = await openTrace([join(directory, "JL_PerfViewData.etl.zip")]);
    const wanted = TABLES.filter(({ name }) => name === "sysconfig");
    const rows = [...(wanted[0] as (typeof TABLES)[number]).rows(await Analysis.of(opened.trace, wanted))];
    const told = (category: string, property: string) =>
      rows.find((row) => row["category"] === `WinSat ${category}` && row["property"] === property)?.["value"];
    expect(told("SystemConfig", "OSVersion/OSName")).toMatch(/^Windows 1[01]/);
    expect(Number(told("SystemConfig", "Processor/Instance[0]/NumCPUs"))).toBe(opened.trace.header?.processors);
    expect(told("WinSPR", "SystemScore")).toMatch(/^\d\.\d/);
    expect(told("Metrics", "MemoryMetrics/Bandwidth")).toMatch(/ units=MB\/s$/);
  });
});

/** The bytes of a real event, in a log that is made for it. */
describeWithData("trace/facts", (directory) => {
  test("a real context switch is a row of the table", async () => {
    const vector = readEventVectors(directory).find(({ name }) => name === "Kernel_ThreadV4ContextSwitchEventView");
    const expected = new Map(vector?.expected.map(([name, value]) => [name, expectedValue(value)]));
    const log = new MemoryLog();
    const writer = EtlWriter.over(log, { header: { perfFrequency: 10_000_000n, timeStamp: 1000n } });
    const payload = vector?.bytes ?? new Uint8Array(0);
    writer.add(3, { header: "perfinfo", hook: 0x0524, version: 4, timeStamp: 21_000n, payload });
    await writer.finish();
    const tables = TABLES.filter(({ name }) => name === "cswitch");
    const analysis = await Analysis.of(await openEtl(new MemoryAccess(log.toBytes())), tables);
    const rows = tables.flatMap((table) => [...table.rows(analysis)]);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      newThread: Number(expected.get("new_thread_id")),
      oldThread: Number(expected.get("old_thread_id")),
      newPriority: Number(expected.get("new_thread_priority")),
      oldPriority: Number(expected.get("old_thread_priority")),
      oldState: "Ready",
      // 31 of KWAIT_REASON, and the state 1.
      oldWaitReason: "WrDispatchInt",
      idealCpu: 2,
      switchIn: 2,
      cpu: 3,
    });
  });
});
