import { Findings } from "@adk/core";
import { expect, test } from "vitest";
import { TABLES } from "../../tables/tables.ts";
import { BOOT, SyntheticBoot, type SyntheticBootOptions } from "../../testing/synthetic-boot.ts";
import type { TimeRange } from "../../time-range.ts";
import { traceReportPage } from "../report-page.ts";
import { makeTraceReport } from "../trace-report.ts";

/** A synthetic boot, logon, sleep and shutdown. */
const synthetic = (options?: SyntheticBootOptions) => new SyntheticBoot(options).boot().logon();

async function reportOf(boot: SyntheticBoot, range?: TimeRange) {
  const analysis = await boot.until(60_000).analyze(TABLES, { range });
  return makeTraceReport(analysis, ["synthetic.etl"], new Findings());
}

test("the story of a synthetic boot says how long it took, where, and with what", async () => {
  const made = await reportOf(synthetic().readyEvent().suspend().shutdown());
  const told = (rule: string) => made.report.story.find((sentence) => sentence.rule === rule);
  expect(told("boot")?.text).toBe(
    "The boot took 8.00 s, the loader's 2.00 s before the kernel not counted: the desktop was ready after 6.20 s (by Microsoft-Windows-Shell-Core/Explorer_Startup_PhaseReached DesktopReady), and the system was busy for 1.80 s behind that. The longest phase is SMSSInit with 2.00 s (25 %); there LoadSubsystem csrss.exe took 250 ms.",
  );
  expect(told("boot")?.evidence.map(({ table }) => table)).toEqual(["boot", "bootuse", undefined]);
  expect(told("boot-services")?.text).toBe(
    "3 services started; Spooler took longest to run: 750 ms. Broken did not start.",
  );
  expect(told("logon")?.text).toBe(
    "Logging on to session 1 took 2.29 s, until the desktop was ready; its longest parts are Shell (1.20 s), NotifyExecute (event 1) (500 ms), NotifySubscriber GPClient (event 1) (485 ms).",
  );
  expect(told("shutdown")?.text).toBe(
    "Shutting down took 7.00 s (session 1 3.32 s, services 1.50 s, kernel 1.99 s); its longest parts are updater.exe (3.20 s), Dhcp (990 ms), Spooler (390 ms).",
  );
  expect(told("shutdown")?.evidence[0]).toEqual({ label: "Shutdown Phases", table: "shutdown", filter: "updater.exe" });
  expect(told("suspend")?.text).toBe(
    "Going to sleep took 2.50 s, waking 1.00 s; its longest parts are PCI\\NET (status 0xc0000001) (1.28 s), updater.exe (800 ms), PCI\\DISK (100 ms).",
  );
  for (const table of ["boot", "bootuse", "bootservices", "logon", "shutdown", "suspend"]) {
    expect(traceReportPage(made)).toContain(`id="table-${table}"`);
  }
});

test("the longest phase of a synthetic boot without the idle time, and what took time there", async () => {
  const boot = new SyntheticBoot().boot().readyEvent();
  boot.trace
    .contextSwitch(9100, 0, 0, BOOT.updaterThread, { NewThreadPriority: 8 })
    .contextSwitch(10_100, 0, BOOT.updaterThread, 0);
  const { report } = await reportOf(boot);
  expect(report.story.find(({ rule }) => rule === "boot")?.text).toContain(
    "The longest phase is PostExplorerPeriod with 2.80 s (31.1 %); there updater.exe (500) took most of the processors (2.00 s), C:\\Program Files\\updater.dll most of the disks' reads (600 ms).",
  );
});

test("what was before the kernel is told beside the time of a synthetic boot", async () => {
  const { report } = await reportOf(synthetic().beforeKernel().readyEvent());
  const boot = report.story.find(({ rule }) => rule === "boot");
  expect(boot?.text).toContain(
    "The boot took 8.00 s, the firmware's 4.17 s, the boot manager's 820 ms, the loader's 2.00 s before the kernel not counted:",
  );
  expect(boot?.numbers).toMatchObject({ firmwareMs: 4166, bootManagerMs: 820, loaderMs: 2000 });
});

test("what is approximated or lost is said, and what is outside the range is not told", async () => {
  const made = await reportOf(synthetic({ header: { eventsLost: 3 } }));
  const boot = made.report.story.find(({ rule }) => rule === "boot");
  expect(boot?.text).toContain("(about, as nothing in the trace says when it was)");
  expect(boot?.unsafe).toEqual(["3 events were lost while recording."]);
  const rules = (await reportOf(synthetic().suspend(), { from: 40_000, to: 50_000 })).report.story.map(
    ({ rule }) => rule,
  );
  expect(rules).not.toContain("logon");
  expect(rules).not.toContain("suspend");
  expect(rules).not.toContain("boot");
});
