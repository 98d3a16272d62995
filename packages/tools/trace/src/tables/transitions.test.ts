import { describe, expect, test } from "vitest";
import { providerEvent } from "../testing/provider-event.ts";
import { BOOT, SyntheticBoot, type SyntheticBootOptions } from "../testing/synthetic-boot.ts";
import { bootTable } from "./boot.ts";
import { bootServicesTable } from "./bootservices.ts";
import { bootUseTable } from "./bootuse.ts";
import { logonTable } from "./logon.ts";
import { shutdownTable } from "./shutdown.ts";
import { suspendTable } from "./suspend.ts";
import type { Row, TableDefinition } from "./table.ts";

const synthetic = (options?: SyntheticBootOptions) => new SyntheticBoot(options).boot().logon();

/** Milliseconds that a phase may be off. */
const NEAR = 10;

function find(rows: readonly Row[], wanted: Row): Row {
  const found = rows.find((row) => Object.entries(wanted).every(([key, value]) => row[key] === value));
  if (!found) throw new Error(`no row has ${JSON.stringify(wanted)} in ${JSON.stringify(rows, null, 1)}`);
  return found;
}

function expectSpan(row: Row, start: number | null, end: number | null): void {
  for (const [key, truth] of Object.entries({ start, end })) {
    if (truth === null) expect([key, row[key]]).toEqual([key, null]);
    else expect(Math.abs(Number(row[key]) - truth), `${key} of ${JSON.stringify(row)}`).toBeLessThanOrEqual(NEAR);
  }
}

const rowsOf = (table: TableDefinition, boot: SyntheticBoot, end = 60_000) => boot.until(end).rows(table);

describe("the boot table of a synthetic boot", () => {
  test("has loader, phases, drivers' phases, and the end of the shell by the event of the desktop", async () => {
    const rows = await rowsOf(bootTable, synthetic().readyEvent());
    expect(find(rows, { phase: "OSLoader" })).toMatchObject({ start: null, duration: 2000 });
    expect(find(rows, { phase: "OSLoader" })["source"]).toContain("processor cycles");
    expectSpan(find(rows, { phase: "PreSMSS" }), 0, 1000);
    expectSpan(find(rows, { phase: "SMSSInit" }), 1000, 3000);
    expectSpan(find(rows, { phase: "WinlogonInit" }), 3000, 5000);
    expectSpan(find(rows, { phase: "ExplorerInit" }), 5000, 6200);
    // Busy until 7 s, and from 8 to 9 s: 1.8 s beside the 10 s that are idle.
    expectSpan(find(rows, { phase: "PostExplorerPeriod" }), 6200, 18_000);
    expect(find(rows, { phase: "PostExplorerPeriod" })["source"]).toBe(
      "Microsoft-Windows-Shell-Core/Explorer_Startup_PhaseReached DesktopReady",
    );
    expectSpan(find(rows, { phase: "PnP Boot Start" }), 10, 400);
    expectSpan(find(rows, { phase: "PnP System Start" }), 410, 905);
    expectSpan(find(rows, { phase: "Boot" }), 0, 8000);
  });

  test("has what was before the kernel, and how Windows waited for idle time", async () => {
    const rows = await rowsOf(bootTable, synthetic().beforeKernel(1).readyEvent().idleDetection());
    expect(rows.map(({ phase, duration }) => [phase, duration]).slice(0, 4)).toEqual([
      ["Firmware", 4166],
      ["Boot Manager", 820],
      ["Boot Manager User Input", 300],
      ["OSLoader", 2000],
    ]);
    expectSpan(find(rows, { phase: "Windows' Idle Detection" }), 6300, 19_000);
    expect(find(rows, { phase: "Boot Type" })["source"]).toBe(
      "Microsoft-Windows-Kernel-Boot/BootType: 1 (fast startup)",
    );
    const other = await rowsOf(bootTable, synthetic().beforeKernel(7));
    expect(find(other, { phase: "Boot Type" })["source"]).toBe("Microsoft-Windows-Kernel-Boot/BootType: 7");
    const lost = synthetic({ lost: ["Diagnostics-PerfTrack/IdleDetection_Stop"] }).idleDetection();
    expectSpan(find(await rowsOf(bootTable, lost), { phase: "Windows' Idle Detection" }), 6300, null);
  });

  test.each([
    ["the earlier of mark and event", synthetic().readyEvent().readyMark(), 6100, "mark ExplorerDesktopReady"],
    ["a mark with spaces", synthetic().readyMark("Desktop Ready"), 6100, "mark Desktop Ready"],
    ["no mark of another kind", synthetic().readyMark("get ready"), 7000, "explorer.exe takes at most 20 %"],
    ["no mark before the shell's start", synthetic().readyMark("ExplorerReady", 4900), 7000, "explorer.exe takes"],
    ["no phase of another name", synthetic().readyEvent("TrayReady"), 7000, "explorer.exe takes at most 20 %"],
    ["Windows' idle detection without them", synthetic().idleDetection(), 6300, "PerfTrack/IdleDetection_PostBoot"],
    ["the approximation without any of them", synthetic(), 7000, "explorer.exe takes at most 20 %"],
  ])("the shell's end is by %s, and the source says so", async (_, boot, end, source) => {
    const rows = await rowsOf(bootTable, boot);
    expectSpan(find(rows, { phase: "ExplorerInit" }), 5000, end);
    expect(find(rows, { phase: "PostExplorerPeriod" })["source"]).toContain(source);
  });

  test("a loader's times are of the counter that gives a time it can take, and of none if none does", async () => {
    const loader = async (header: NonNullable<SyntheticBootOptions["header"]>) =>
      (await rowsOf(bootTable, synthetic({ header }))).find(({ phase }) => phase === "OSLoader");
    expect(await loader({ cpuSpeedMhz: 0 })).toBeUndefined();
    expect(await loader({ cpuSpeedMhz: 1 })).toBeUndefined();
    const counter = { cpuSpeedMhz: 0, perfFrequency: 2_400_000_000n };
    expect(await loader(counter)).toMatchObject({ duration: 2000 });
    expect((await loader(counter))?.["source"]).toContain("as performance counter");
    expect((await loader({ ...counter, cpuSpeedMhz: 1200 }))?.["source"]).toContain("as processor cycles");
  });

  test("lost starts leave ends open, and nothing is made up", async () => {
    const smss = await rowsOf(bootTable, synthetic({ lostStarts: ["smss.exe"] }).readyEvent());
    expectSpan(find(smss, { phase: "PreSMSS" }), 0, null);
    expect(smss.some(({ phase }) => phase === "SMSSInit")).toBe(false);
    expectSpan(find(smss, { phase: "ExplorerInit" }), 5000, 6200);
    const shell = await rowsOf(bootTable, synthetic({ lostStarts: ["explorer.exe"] }).readyEvent());
    expectSpan(find(shell, { phase: "WinlogonInit" }), 3000, null);
    expectSpan(find(shell, { phase: "PostExplorerPeriod" }), 6200, 18_000);
    const pnp = await rowsOf(bootTable, synthetic({ lost: ["Kernel-PnP/BootStart/Stop"] }).readyEvent());
    expectSpan(find(pnp, { phase: "PnP Boot Start" }), 10, null);
    expectSpan(find(pnp, { phase: "PnP System Start" }), 410, 905);
  });

  test("without smss.exe and without drivers' phases it is no boot", async () => {
    const lost = ["BootStart", "SystemStart"].flatMap((task) => [
      `Kernel-PnP/${task}/Start`,
      `Kernel-PnP/${task}/Stop`,
    ]);
    expect(await rowsOf(bootTable, synthetic({ lost, lostStarts: ["smss.exe"] }))).toEqual([]);
  });
});

test("what took most in each phase of a synthetic boot", async () => {
  const rows = await rowsOf(bootUseTable, synthetic().readyEvent());
  expect(find(rows, { phase: "ExplorerInit", kind: "Process", name: "explorer.exe" })).toMatchObject({
    ...{ cpuUsage: 1200, size: 4096 },
    disk: 150,
  });
  expect(find(rows, { phase: "PostExplorerPeriod", kind: "Process", name: "explorer.exe" })["cpuUsage"]).toBe(800);
  expect(find(rows, { phase: "PostExplorerPeriod", kind: "File Read" })).toMatchObject({
    ...{ name: "C:\\Program Files\\updater.dll", size: 65_536 },
    disk: 600,
  });
  const drivers = rows.filter(({ kind }) => kind === "DriverInit").map(({ name, duration }) => [name, duration]);
  expect(drivers).toEqual([
    ["\\Driver\\slow", 300],
    ["\\Driver\\quick", 5],
  ]);
  expect(find(rows, { phase: "SMSSInit", kind: "Step" })).toMatchObject({
    name: "LoadSubsystem csrss.exe",
    duration: 250,
  });
  expect(find(rows, { phase: "WinlogonInit", kind: "Step" })).toMatchObject({
    name: "RequestCredentials",
    duration: 600,
  });
});

test("services of a synthetic boot: order, group, duration, and one that failed", async () => {
  const rows = await rowsOf(bootServicesTable, synthetic());
  expect(
    rows.map(({ order, service, group, start, duration, result }) => [order, service, group, start, duration, result]),
  ).toEqual([
    [1, "Dhcp", "Network", 3110, 140, "Running"],
    [2, "Broken", "Network", 3150, 10, "Failed"],
    [3, "Spooler", "", 3210, 750, "Running"],
  ]);
  expect(rows[0]).toMatchObject({
    displayName: "DHCP Client",
    startType: "Automatic",
    process: "svchost.exe",
    pid: 320,
  });
});

describe("the logon table of a synthetic logon", () => {
  test("has its phases", async () => {
    const rows = await rowsOf(logonTable, synthetic().readyEvent());
    expectSpan(find(rows, { kind: "Phase", name: "Logon" }), 3905, 6200);
    expectSpan(find(rows, { kind: "Phase", name: "Credentials" }), 3300, 3900);
    expectSpan(find(rows, { kind: "Phase", name: "Authentication" }), 3905, 4005);
    expectSpan(find(rows, { kind: "Phase", name: "User Profile" }), 4016, 4300);
    expectSpan(find(rows, { kind: "Phase", name: "User Policy" }), 4021, 4500);
    expectSpan(find(rows, { kind: "Phase", name: "Userinit" }), 4600, 5000);
    expectSpan(find(rows, { kind: "Phase", name: "Shell" }), 5000, 6200);
    expectSpan(find(rows, { name: "NotifySubscriber", detail: "GPClient (event 1)" }), 4020, 4505);
    expectSpan(find(rows, { name: "NotifySubscriber", detail: "Profiles (event 1)" }), 4015, 4305);
    expectSpan(find(rows, { name: "PolicyExtension", detail: "Registry" }), 4030, 4190);
    expectSpan(find(rows, { name: "Explorer_ExecutingFromRunKey", detail: "updater.exe" }), 7600, 7650);
    expect(new Set(rows.map(({ session }) => session))).toEqual(new Set([1]));
  });

  test("a lost end is of its own subscriber only", async () => {
    const trace = synthetic({ lost: ["GroupPolicy/UserLogonPolicy/Stop"] }).readyEvent();
    const rows = await rowsOf(logonTable, trace);
    expectSpan(find(rows, { name: "User Policy" }), 4021, null);
    const starts = await rowsOf(logonTable, synthetic({ lost: ["Winlogon/NotifySubscriber/Start"] }));
    expectSpan(find(starts, { name: "NotifySubscriber", detail: "GPClient (event 1)" }), null, 4505);
    const ends = await rowsOf(logonTable, synthetic({ lost: ["Winlogon/AuthenticateUser/Start"] }).readyEvent());
    expectSpan(find(ends, { name: "Authentication" }), null, 4005);
    expectSpan(find(ends, { kind: "Phase", name: "Logon" }), 4005, 6200);
  });

  test("a version of an event that nothing describes has times and no names", async () => {
    const boot = synthetic();
    const { trace } = boot;
    const common = { header: "event", provider: "aea1b4fa-97d1-45f2-a64c-4d69fffd92c9", threadId: 9 } as const;
    const event = (id: number, time: number) => {
      const payload = Uint8Array.from([1, 2, 3]);
      trace.record({ ...common, id, version: 0, processId: BOOT.svchost, timeStamp: trace.timeStamp(time), payload });
    };
    event(4000, 3400);
    event(8000, 3500);
    const rows = await rowsOf(logonTable, boot);
    expectSpan(find(rows, { name: "Computer Policy", detail: "" }), 3400, 3500);
  });
});

describe("the shutdown table of a synthetic shutdown", () => {
  const shutdown = (options?: SyntheticBootOptions) => rowsOf(shutdownTable, synthetic(options).shutdown(), 47_500);

  test("has sessions with their programs and services, and the kernel", async () => {
    const rows = await shutdown();
    expectSpan(find(rows, { kind: "Phase", name: "Shutdown" }), 40_000, 47_000);
    expectSpan(find(rows, { kind: "Phase", name: "UserSession", session: 1 }), 40_020, 43_340);
    expectSpan(find(rows, { kind: "Phase", name: "SystemSession", session: 0 }), 43_500, 45_000);
    expectSpan(find(rows, { kind: "Phase", name: "KernelShutdown" }), 45_010, 47_000);
    expectSpan(find(rows, { kind: "Process", name: "updater.exe", session: 1 }), 40_130, 43_330);
    expectSpan(find(rows, { kind: "Service", name: "Dhcp" }), 43_910, 44_900);
    expectSpan(find(rows, { name: "IoShutdownSystem" }), 45_100, 46_900);
  });

  test("an end that is not told is that of the trace, and says so", async () => {
    const rows = await shutdown({ lost: ["Kernel-Power/GracefulShutdown/Stop"] });
    const kernel = find(rows, { kind: "Phase", name: "KernelShutdown" });
    expectSpan(kernel, 45_010, 47_500);
    expect(kernel["source"]).toContain("ends with the trace");
  });

  test("the logon before it has nothing of it, and a boot alone is none", async () => {
    const rows = await rowsOf(logonTable, synthetic().shutdown());
    expect(rows.every(({ start }) => Number(start) < 40_000)).toBe(true);
    expect(await rowsOf(shutdownTable, synthetic())).toEqual([]);
  });
});

describe("the suspend table of a synthetic sleep", () => {
  test("has phases, programs, devices and their drivers, and what Windows measured", async () => {
    const rows = await rowsOf(suspendTable, synthetic().suspend());
    expectSpan(find(rows, { kind: "Phase", name: "PowerTransition" }), 20_000, 31_000);
    expectSpan(find(rows, { kind: "Phase", name: "Suspend" }), 20_000, 22_500);
    expectSpan(find(rows, { kind: "Phase", name: "Sleep" }), 22_500, 30_000);
    expectSpan(find(rows, { kind: "Phase", name: "Resume" }), 30_000, 31_000);
    expectSpan(find(rows, { kind: "Process", name: "updater.exe", detail: "SuspendApps" }), 20_020, 20_820);
    expectSpan(find(rows, { kind: "Device", name: "PCI\\DISK" }), 21_010, 21_110);
    expectSpan(find(rows, { kind: "Device", name: "PCI\\NET (status 0xc0000001)" }), 21_020, 22_300);
    expectSpan(find(rows, { kind: "Driver", name: "\\Driver\\net" }), 21_030, 22_290);
    expect(find(rows, { kind: "Times", name: "BiosInitTime" })["detail"]).toBe("480");
    expect(find(rows, { kind: "Times", name: "POSTTime" })["detail"]).toBe("5500 ms");
    expect(find(rows, { kind: "Times", name: "MainPathHybridbootTimeMs" })["detail"]).toBe("9000 ms");
    expect(rows.some(({ name }) => name === "HiberHiberFileTime")).toBe(false);
    // Requests of devices while nothing sleeps are none of it.
    expect(rows.some(({ name }) => name === "PCI\\IDLE")).toBe(false);
  });

  test("has what refused a sleep", async () => {
    const boot = synthetic().suspend();
    const sender = { pid: 4, tid: 5 };
    const app = { Pid: BOOT.updater, AppName: "updater.exe", AppNameLength: 11 };
    const device = {
      DriverName: "\\Driver\\usb",
      DriverNameLength: 11,
      InstanceName: "USB\\KEY",
      InstanceNameLength: 7,
    };
    providerEvent(boot.trace, "Kernel-Power/QueryAppsVeto", 20_005, app, sender);
    providerEvent(boot.trace, "Kernel-Power/QueryDriversVeto", 20_006, device, sender);
    const rows = await rowsOf(suspendTable, boot);
    expect(find(rows, { kind: "Process", detail: "QueryApps refused" })).toMatchObject({
      name: "updater.exe",
      pid: 500,
    });
    expectSpan(find(rows, { kind: "Device", name: "USB\\KEY", detail: "QueryDrivers refused" }), 20_006, 20_006);
  });

  test("a request to a device whose event is of the first version has its name", async () => {
    const boot = synthetic({ lost: ["Kernel-Power/Irp/Start"] });
    const fields = { Irp: 1, InstanceName: "PCI\\DISK", InstanceNameLength: 8 };
    boot.suspend();
    providerEvent(boot.trace, "Kernel-Power/Irp/Start", 21_010, fields, { pid: 4, tid: 5, version: 0 });
    expectSpan(find(await rowsOf(suspendTable, boot), { kind: "Device", name: "PCI\\DISK" }), 21_010, 21_110);
  });

  test("lost begins and ends leave the others as they were", async () => {
    const lost = ["Kernel-Power/PowerTransition/Start", "Kernel-Power/SuspendDevices/Stop"];
    const rows = await rowsOf(suspendTable, synthetic({ lost }).suspend());
    expectSpan(find(rows, { kind: "Phase", name: "PowerTransition" }), null, 31_000);
    expectSpan(find(rows, { kind: "Phase", name: "Resume" }), 30_000, 31_000);
    expect(rows.some(({ name }) => name === "Sleep")).toBe(false);
    expectSpan(find(rows, { kind: "Device", name: "PCI\\DISK" }), 21_010, 21_110);
  });
});
