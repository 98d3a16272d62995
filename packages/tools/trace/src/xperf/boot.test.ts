import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runForTest } from "@adk/cli-kit/testing";
import { childrenOf, descendantsOf, parseXml, type XmlElement } from "@adk/core/xml";
import { temporaryDirectory } from "@adk/testing";
import { describe, expect, test } from "vitest";
import { groups } from "../cli/index.ts";
import { SyntheticBoot } from "../testing/synthetic-boot.ts";

const synthetic = () => new SyntheticBoot().boot().logon().readyEvent();

/** The XML of an action on a synthetic trace. */
async function run(boot: SyntheticBoot, ...argv: string[]): Promise<XmlElement> {
  const cwd = temporaryDirectory();
  await writeFile(join(cwd, "boot.etl"), await boot.until(60_000).toBytes());
  await writeFile(join(cwd, "expected.txt"), "SMSS.exe\r\nwinlogon.exe\nexplorer.exe\n\n");
  const { exitCode, stdout, stderr } = await runForTest(groups, ["xperf", "-i", "boot.etl", "-a", ...argv], { cwd });
  expect([exitCode, stderr]).toEqual([0, ""]);
  return parseXml(stdout, "TEST_BAD_XML");
}

const one = (element: XmlElement, name: string) => descendantsOf(element, name)[0] as XmlElement;
const named = (elements: readonly XmlElement[], name: string) =>
  elements.find(({ attributes }) => attributes["name"] === name)?.attributes;

describe("xperf -a boot of a synthetic boot", () => {
  test("has timing, phases, and what took time in them", async () => {
    const root = await run(synthetic(), "boot");
    expect([root.name, root.attributes]).toEqual(["results", { timeFormat: "msec" }]);
    const boot = one(root, "boot");
    expect(boot.children.map(({ name }) => name)).toEqual([
      ...["processSummary", "timing", "interval", "interval", "interval", "interval", "interval"],
      ...["services", "pnp"],
    ]);
    const timing = one(boot, "timing");
    expect(timing.attributes).toEqual({
      bootDoneViaExplorer: "6200",
      bootDoneViaPostBoot: "18000",
      osLoaderDuration: "2000",
      postBootRequiredIdleTime: "10000",
      postBootDisturbance: "1800",
      ...{ pnpBootStartStartTime: "10", pnpBootStartEndTime: "400", pnpBootStartDuration: "390" },
      ...{ pnpSystemStartStartTime: "410", pnpSystemStartEndTime: "905", pnpSystemStartDuration: "495" },
    });
    expect(childrenOf(timing, "interval").map(({ attributes }) => Object.values(attributes).join(" "))).toEqual([
      "PreSMSS 0 1000 1000",
      "SMSSInit 1000 3000 2000",
      "WinlogonInit 3000 5000 2000",
      "ExplorerInit 5000 6200 1200",
      "PostExplorerPeriod 6200 18000 11800",
    ]);
    const last = childrenOf(boot, "interval").at(-1) as XmlElement;
    expect(one(last, "diskIO").attributes).toMatchObject({ readBytes: "65536", readOps: "1", totalOps: "1" });
    expect(named(descendantsOf(last, "path"), "C:\\Program Files\\updater.dll")).toMatchObject({ diskTime: "600" });
    expect(named(descendantsOf(last, "perProcessCPUUsage"), "updater.exe (500)")).toEqual({
      ...{ name: "updater.exe (500)", time: "1000" },
      percentOfInterval: "8.47",
    });
    // 10 s of 11.8 s.
    expect(descendantsOf(last, "perProcessCPUUsage")[0]?.attributes).toEqual({
      ...{ name: "Idle", time: "10000" },
      percentOfInterval: "84.75",
    });
    expect(named(descendantsOf(boot, "serviceTransition"), "Spooler")).toEqual({
      ...{ name: "Spooler", transition: "start", startedAt: "3210", endedAt: "3960" },
      totalTransitionTimeDelta: "750",
      container: "svchost.exe (320)",
    });
    expect(named(descendantsOf(boot, "pnpObject"), "\\Driver\\slow")).toMatchObject({
      activity: "DriverInit",
      duration: "300",
    });
  });

  test("options choose what is shown", async () => {
    const options = ["-minCPUToShow", "50", "-maxFilesToShow", "0", "-minIntervalToShow", "100000"];
    const boot = one(await run(synthetic(), "boot", ...options), "boot");
    expect(descendantsOf(boot, "path")).toEqual([]);
    expect(descendantsOf(childrenOf(boot, "interval").at(-1) as XmlElement, "perProcessCPUUsage")).toHaveLength(1);
    expect(descendantsOf(boot, "pnpObject").map(({ attributes }) => attributes["name"])).toEqual(["\\Driver\\slow"]);
    // What failed after 10 ms is less than 100 ms too.
    expect(descendantsOf(boot, "serviceTransition").map(({ attributes }) => attributes["name"])).toEqual([
      "Dhcp",
      "Spooler",
    ]);
    const shell = await run(new SyntheticBoot().boot(), "boot", "-userShellExecutable", "updater.exe");
    expect(named(childrenOf(one(shell, "timing"), "interval"), "ExplorerInit")).toMatchObject({ startTime: "7500" });
  });

  test("a list of expected processes divides them", async () => {
    const boot = synthetic();
    boot.trace
      .process(700, "setup.exe", { start: 9000, end: 9100 })
      .process(704, "tool.exe", { start: 9000, end: 19_000 });
    const summary = one(await run(boot, "boot", "-expectedProcessesFile", "expected.txt"), "processSummary");
    expect(summary.attributes).toEqual({
      numProcesses: "13",
      numUnexpectedLonglived: "8",
      numUnexpectedShortlived: "1",
      numUnexpectedVeryShortlived: "1",
    });
    expect(one(summary, "expectedProcesses").children.map(({ attributes }) => attributes["name"])).toEqual([
      ...["smss.exe (100)", "winlogon.exe (200)", "explorer.exe (400)"],
    ]);
    expect(named(one(summary, "unexpectedProcesses").children, "setup.exe (700)")).toMatchObject({
      ...{ startTime: "9000", endTime: "9100" },
      lifetime: "100",
    });
  });
});

test("xperf -a shutdown of a synthetic shutdown", async () => {
  const timing = one(await run(synthetic().shutdown(), "shutdown"), "timing");
  expect(timing.attributes).toEqual({ shutdownTime: "7000", servicesShutdownDuration: "1500" });
  const sessions = childrenOf(timing, "sessionShutdown");
  expect(sessions.map(({ attributes }) => [attributes["sessionID"], attributes["duration"]])).toEqual([
    ["1", "3320"],
    ["0", "1500"],
  ]);
  expect(named(sessions[0]?.children ?? [], "updater.exe")).toMatchObject({ pid: "500", shutdownDuration: "3200" });
  expect(named(sessions[1]?.children ?? [], "Dhcp")).toMatchObject({ shutdownDuration: "990" });
  expect(one(timing, "interval").attributes).toMatchObject({ name: "KernelShutdown", duration: "1990" });
});

test("xperf -a suspend of a synthetic sleep", async () => {
  const suspend = one(await run(synthetic().suspend(), "suspend"), "suspend");
  const timing = one(suspend, "timing");
  expect(timing.attributes).toMatchObject({ suspendDuration: "2500", sleepDuration: "7500", resumeDuration: "1000" });
  expect(named(timing.children, "PCI\\DISK")).toMatchObject({ startTime: "21010", duration: "100" });
});

test("wrong values, and actions that are refused", async () => {
  const cwd = temporaryDirectory();
  await writeFile(join(cwd, "boot.etl"), await synthetic().until(20_000).toBytes());
  const fails = async (...argv: string[]) => {
    const { exitCode, stdout, stderr } = await runForTest(groups, ["xperf", "-i", "boot.etl", "-a", ...argv], { cwd });
    expect([exitCode, stdout]).toEqual([1, ""]);
    return stderr;
  };
  expect(await fails("boot", "-minCPUToShow", "101")).toContain("The option takes a number. (-minCPUToShow 101)");
  expect(await fails("boot", "-maxFilesToShow", "x")).toContain("The option takes a number.");
  expect(await fails("boot", "-expectedProcessesFile", "absent.txt")).toContain("absent.txt");
  expect(await fails("bootprefetch")).toContain("ReadyBoot");
  expect(await fails("drvdelay")).toContain("not published");
  expect(await fails("shutdown")).toContain("The trace has no event of a shutdown.");
});
