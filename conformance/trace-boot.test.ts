import { join } from "node:path";
import { MemoryAccess } from "@adk/core";
import { EtlWriter, MemoryLog, openEtl } from "@adk/etl";
import { MANIFEST_EVENT_ID } from "@adk/event-schema";
import { Analysis, openTrace, type Row, TABLES } from "@adk/trace";
import { expect, test } from "vitest";
import { describeWithData } from "./support/data.ts";

const NAMES = ["boot", "bootuse", "bootservices", "logon", "shutdown", "suspend"];
const tables = TABLES.filter(({ name }) => NAMES.includes(name));

describeWithData("trace", (directory) => {
  test.each(["net.4.5.2.x64.etl.zip", "gcevents.etl.zip", "JL_PerfViewData.etl.zip"])(
    "%s is no boot, logon, shutdown or sleep, and no service starts in it",
    async (name) => {
      await using opened = await openTrace([join(directory, name)]);
      const analysis = await Analysis.of(opened.trace, tables);
      for (const table of tables) expect([table.name, [...table.rows(analysis)]]).toEqual([table.name, []]);
    },
    60_000,
  );
});

/** Ticks a millisecond. */
const FREQUENCY = 10_000;

const WINLOGON = "dbe9b383-7cf3-4331-91cc-a3cb16a3b538";
const SERVICES = "0063715b-eeda-4007-9429-ad526f62696e";
const KERNEL_PNP = "9c205a39-1250-487d-abd7-e831c6290539";
const KERNEL_BOOT = "15ca44ff-4d7a-4baa-bba5-0998955e531e";
const WINSRV = "9d55b53d-449b-4824-a637-24f9d69aa02f";
const WININIT = "206f6dea-d3c5-4d10-bc72-989f03c8b84b";
const SHELL_CORE = "30336ed4-e327-447c-9de0-51b652c86108";

const u16 = (value: number) => Buffer.from(Uint16Array.of(value).buffer);
const u32 = (...values: number[]) => Buffer.from(Uint32Array.from(values).buffer);
const u64 = (...values: bigint[]) => Buffer.from(BigUint64Array.from(values).buffer);
/** A text that ends with a zero, and one that a number of characters stands before. */
const text = (value: string) => Buffer.from(`${value}\0`, "utf16le");
const counted = (value: string) => Buffer.concat([u16(value.length), Buffer.from(value, "utf16le")]);

/** A synthetic boot and shutdown, byte by byte as public lists of the manifests have their events: nobody recorded it. */
class HandMadeTrace {
  readonly #log = new MemoryLog();
  readonly #writer = EtlWriter.over(this.#log, {
    header: { perfFrequency: BigInt(FREQUENCY * 1000), timeStamp: 0n, processors: 1, cpuSpeedMhz: 2000 },
  });

  /** @param event provider, id, version */
  say([provider, id, version = 0]: readonly [string, number, number?], time: number, pid: number, ...data: Buffer[]) {
    const common = { header: "event", timeStamp: BigInt(time * FREQUENCY), processId: pid, threadId: pid + 1 } as const;
    this.#writer.add(0, { ...common, provider, id, version, payload: Buffer.concat(data) });
    return this;
  }

  /** Process/Start, version 3: key, process, parent, session, exit code, page directory, user, name, command line. */
  start(pid: number, name: string, session: number, time: number) {
    const user = Buffer.concat([u64(1n, 0n), Buffer.from("010100000000000512000000", "hex")]);
    const image = Buffer.from(`${name}\0`, "latin1");
    const payload = Buffer.concat([u64(BigInt(pid)), u32(pid, 0, session, 0), u64(0n), user, image, text(name)]);
    const common = { header: "system", hook: 0x0301, version: 3, payload } as const;
    this.#writer.add(0, { ...common, timeStamp: BigInt(time * FREQUENCY), processId: 4, threadId: 8 });
    return this;
  }

  /** An instrumentation manifest that the trace carries. */
  manifest(provider: string, xml: string, time: number) {
    const head = Buffer.concat([Buffer.from([1, 1, 0, 0x5b]), u16(1), u16(0)]);
    return this.say([provider, MANIFEST_EVENT_ID], time, 400, head, Buffer.from(xml));
  }

  async rows(name: string): Promise<Row[]> {
    await this.#writer.finish();
    const analysis = await Analysis.of(await openEtl(new MemoryAccess(this.#log.toBytes())), tables);
    return tables.filter((table) => table.name === name).flatMap((table) => [...table.rows(analysis)]);
  }
}

function handMade(): HandMadeTrace {
  const state = (service: string, current: number, pid = 0) => [
    u32(0, current, 2, pid),
    text(service),
    text("svchost.exe"),
  ];
  return (
    new HandMadeTrace()
      .say([KERNEL_BOOT, 11], 1, 4, u64(3210n))
      .say([KERNEL_BOOT, 27, 1], 1, 4, u32(1), Buffer.from("NOEXECUTE=OPTIN\0"))
      // Version 1 has six further times behind its two.
      .say([KERNEL_PNP, 204, 1], 2, 4, u64(1_000_000_000n, 4_000_000_000n, 1n, 2n, 3n, 4n, 5n, 6n))
      .say([KERNEL_PNP, 200], 10, 4)
      .say([KERNEL_PNP, 226], 20, 4, counted("\\Driver\\disk"))
      .say([KERNEL_PNP, 227], 270, 4, counted("\\Driver\\disk"), u32(0))
      .say([KERNEL_PNP, 201], 400, 4)
      .start(100, "smss.exe", 0, 1000)
      .start(300, "services.exe", 0, 1800)
      .start(150, "wininit.exe", 0, 1900)
      .start(140, "csrss.exe", 1, 2000)
      .start(200, "winlogon.exe", 1, 3000)
      .start(320, "svchost.exe", 0, 3050)
      .say([SERVICES, 103], 3100, 300, text("Network"))
      .say([SERVICES, 105], 3110, 300, ...state("Dhcp", 2))
      .say([SERVICES, 104], 3190, 300, text("Network"))
      .say([SERVICES, 105], 3250, 300, ...state("Dhcp", 4, 320))
      .say([WINLOGON, 1], 3905, 200)
      .say([WINLOGON, 2], 4005, 200, u32(0))
      .say([WINLOGON, 805], 4020, 200, u32(9), text("GPClient"))
      .say([WINLOGON, 806], 4505, 200, u32(9), text("GPClient"))
      .start(380, "userinit.exe", 1, 4600)
      .start(400, "explorer.exe", 1, 5000)
  );
}

function expectSpan(rows: readonly Row[], wanted: Row, start: number, end: number): void {
  const row = rows.find((each) => Object.entries(wanted).every(([key, value]) => each[key] === value));
  if (!row) throw new Error(`no row has ${JSON.stringify(wanted)} in ${JSON.stringify(rows)}`);
  for (const [key, truth] of Object.entries({ start, end })) {
    expect(Math.abs(Number(row[key]) - truth), `${key} of ${JSON.stringify(row)}`).toBeLessThanOrEqual(10);
  }
}

test("a hand-made boot has its phases, and what was before the kernel", async () => {
  const rows = await handMade().say([SHELL_CORE, 9647], 6200, 400, text("DesktopReady")).rows("boot");
  expectSpan(rows, { phase: "PreSMSS" }, 0, 1000);
  expectSpan(rows, { phase: "SMSSInit" }, 1000, 3000);
  expectSpan(rows, { phase: "WinlogonInit" }, 3000, 5000);
  expectSpan(rows, { phase: "ExplorerInit" }, 5000, 6200);
  expectSpan(rows, { phase: "PnP Boot Start" }, 10, 400);
  expect(rows.find(({ phase }) => phase === "OSLoader")).toMatchObject({ duration: 1500 });
  expect(rows.find(({ phase }) => phase === "Firmware")).toMatchObject({ duration: 3210 });
  expect(rows.find(({ phase }) => phase === "Boot Type")?.["source"]).toContain("1 (fast startup)");
});

test("a manifest in a hand-made trace counts before the fields that we know", async () => {
  const xml = `<instrumentationManifest xmlns="http://schemas.microsoft.com/win/2004/08/events"><instrumentation><events>
    <provider name="Microsoft-Windows-Shell-Core" guid="{${SHELL_CORE}}" resourceFileName="" messageFileName="" symbol="Shell">
    <tasks><task name="Explorer_Startup_PhaseReached" value="9647"/></tasks>
    <events><event value="9647" version="0" task="Explorer_Startup_PhaseReached" template="Args"/></events>
    <templates><template tid="Args"><data name="Number" inType="win:UInt32"/><data name="psz" inType="win:UnicodeString"/></template></templates>
    </provider></events></instrumentation></instrumentationManifest>`;
  const rows = await handMade()
    .manifest(SHELL_CORE, xml, 5500)
    .say([SHELL_CORE, 9647], 6200, 400, u32(0x41), text("DesktopReady"))
    .rows("boot");
  expectSpan(rows, { phase: "ExplorerInit" }, 5000, 6200);
});

test("a hand-made boot has its drivers, services and logon", async () => {
  const use = await handMade().rows("bootuse");
  expect(
    use.map(({ phase, kind, name, duration }) => [phase, kind, name, Math.round(Number(duration))].join(" ")),
  ).toEqual([
    "PreSMSS DriverInit \\Driver\\disk 250",
    "WinlogonInit Step NotifySubscriber GPClient (event 9) 485",
    "WinlogonInit Step AuthenticateUser 100",
    "WinlogonInit Step StartingGroup Network 90",
  ]);
  const services = await handMade().rows("bootservices");
  expect(services).toMatchObject([
    { service: "Dhcp", group: "Network", startType: "Automatic", pid: 320, duration: 140, result: "Running" },
  ]);
  const logon = await handMade().say([SHELL_CORE, 9647], 6200, 400, text("DesktopReady")).rows("logon");
  expectSpan(logon, { name: "Logon", session: 1 }, 3905, 6200);
  expectSpan(logon, { name: "NotifySubscriber", detail: "GPClient (event 9)" }, 4020, 4505);
  expectSpan(logon, { name: "Userinit" }, 4600, 5000);
});

test("programs that a hand-made shutdown ends are named by their process", async () => {
  const rows = await handMade()
    .say([WININIT, 55], 40_000, 150, u32(1, 0, 0, 0, 0))
    // Version 1: thread, flags, process.
    .say([WINSRV, 12001, 1], 40_030, 140, u32(9999, 0, 400))
    .say([WINSRV, 12002], 42_030, 140, u32(0))
    .say([WININIT, 51], 45_000, 150)
    .rows("shutdown");
  expectSpan(rows, { kind: "Process", name: "explorer.exe", session: 1 }, 40_030, 42_030);
  expectSpan(rows, { kind: "Phase", name: "Shutdown" }, 40_000, 45_000);
  expect(rows.find(({ name }) => name === "Shutdown")?.["source"]).toContain("ends with the trace");
});
