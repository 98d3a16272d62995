import { describe, expect, test } from "vitest";
import { cpuTable } from "../tables/cpu.ts";
import { cswitchTable } from "../tables/cswitch.ts";
import { diskTable } from "../tables/disk.ts";
import { imageTable } from "../tables/image.ts";
import { processTable } from "../tables/process.ts";
import { SyntheticTrace } from "./synthetic-trace.ts";

const scenario = () =>
  new SyntheticTrace()
    .process(100, "app.exe", { start: 1, end: 9, commandLine: "app.exe /go", exitCode: 3 })
    .thread(104, 100, { start: 1.5 })
    .image(100, 0x7ff6_0000_0000, 0x10000, "C:\\app.exe", 1.2)
    .image(4, -0x7f_f000_0000, 0x10000, "\\SystemRoot\\system32\\drivers\\disk.sys");

describe("a synthetic trace", () => {
  test("has processes and images, with addresses of the kernel", async () => {
    const [process] = await scenario().rows(processTable);
    expect(process).toMatchObject({
      process: "app.exe",
      pid: 100,
      start: 1,
      end: 9,
      exitCode: "3",
      commandLine: "app.exe /go",
    });
    const images = await scenario().rows(imageTable);
    expect(images.map(({ base }) => base).sort()).toEqual(["0x7ff600000000", "0xffffff8010000000"]);
  });

  test("has context switches with who made the thread ready", async () => {
    const trace = scenario()
      .contextSwitch(2, 1, 104, 0)
      .contextSwitch(3, 0, 0, 8)
      .ready(4, 0, 104)
      .contextSwitch(4.5, 1, 0, 104);
    const row = (await trace.rows(cswitchTable)).at(-1);
    expect(row).toMatchObject({
      newThread: 104,
      newProcess: "app.exe",
      cpu: 1,
      readyingThread: 8,
      lastSwitchOut: 2,
      readyTime: 4,
    });
    expect(row?.["waits"]).toBeCloseTo(2000);
    expect(row?.["ready"]).toBeCloseTo(500);
  });

  test("has samples with stacks", async () => {
    const trace = scenario().sample(2, 0, 104, [-0x7f_efff_fff0, 0x7ff6_0000_0010, 0x7ff6_0000_0020]);
    const analysis = await trace.analyze([cpuTable]);
    const { stacks } = analysis.model;
    const found = [...stacks.trie.addresses(stacks.at(20_000, 104))];
    expect(found).toEqual([-0x7f_efff_fff0, 0x7ff6_0000_0010, 0x7ff6_0000_0020]);
    expect([...cpuTable.rows(analysis)]).toMatchObject([{ module: "disk.sys", count: 1 }]);
  });

  test("has transfers of disks", async () => {
    const trace = scenario().file(77, "C:\\data").diskTransfer(2, 3.5, { thread: 104, file: 77, size: 512 });
    const [row] = await trace.rows(diskTable);
    expect(row).toMatchObject({ process: "app.exe", path: "C:\\data", size: 512, initTime: 2, completeTime: 3.5 });
  });

  test("says of names that are no events and no fields", () => {
    expect(() => new SyntheticTrace().event("Thread/Nothing", 0)).toThrow("no kernel event");
    expect(() => new SyntheticTrace().event("Thread/CSwitch", 0, { Nothing: 1 })).toThrow("no field Nothing");
  });
});
