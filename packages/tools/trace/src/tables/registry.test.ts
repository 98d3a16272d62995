import { expect, test } from "vitest";
import { SyntheticTrace } from "../testing/synthetic-trace.ts";
import { registryTable } from "./registry.ts";

const [SOFTWARE, OTHER] = [-0x5000, -0x6000];

test("operations on the registry of a synthetic trace: names by control block, the thread by context switch", async () => {
  const trace = new SyntheticTrace();
  const at = (time: number) => ({ InitialTime: trace.timeStamp(time) });
  trace
    .process(100, "app.exe", { start: 0 })
    .thread(104, 100, { start: 0 })
    .contextSwitch(1, 0, 0, 104)
    .event("Registry/Open", 2, { ...at(1.9), KeyHandle: SOFTWARE, KeyName: "Vendor\\App" })
    .event("Registry/QueryValue", 3, { ...at(2.5), KeyHandle: OTHER, KeyName: "Path", Status: 0xc0000034 })
    .event("Registry/Open", 4, { ...at(4), KeyName: "\\REGISTRY\\USER" }, { pid: 100, tid: 104, cpu: 1 })
    .event("Registry/Close", 5, { ...at(5), KeyHandle: -0x7000 }, { cpu: 1 })
    // Rundowns come at the end; a block that was used again has another name by then.
    .event("Registry/KCBCreate", 1.5, { KeyHandle: OTHER, KeyName: "\\REGISTRY\\MACHINE\\SYSTEM" })
    .event("Registry/KCBRundownEnd", 9, { KeyHandle: OTHER, KeyName: "\\REGISTRY\\MACHINE\\SAM" })
    .event("Registry/KCBRundownEnd", 9, { KeyHandle: SOFTWARE, KeyName: "\\REGISTRY\\MACHINE\\SOFTWARE" });
  const rows = await trace.rows(registryTable);
  expect(rows.map(({ operation, path, value, status }) => [operation, path, value, status])).toEqual([
    ["Open", "\\REGISTRY\\MACHINE\\SOFTWARE\\Vendor\\App", "", "STATUS_SUCCESS"],
    ["QueryValue", "\\REGISTRY\\MACHINE\\SYSTEM", "Path", "STATUS_OBJECT_NAME_NOT_FOUND"],
    ["Open", "\\REGISTRY\\USER", "", "STATUS_SUCCESS"],
    ["Close", "?", "", "STATUS_SUCCESS"],
  ]);
  expect(rows.map(({ process, thread }) => [process, thread])).toEqual([
    ["app.exe", 104],
    ["app.exe", 104],
    ["app.exe", 104],
    ["", null],
  ]);
  expect(rows.map(({ duration }) => duration)).toEqual([100, 500, 0, 0].map((each) => expect.closeTo(each)));
});
