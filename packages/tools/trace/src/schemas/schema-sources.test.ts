import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runForTest } from "@adk/cli-kit/testing";
import { Findings } from "@adk/core";
import { HiveEditor, RegType, textData } from "@adk/registry";
import { adkError, makeTree } from "@adk/testing";
import { expect, test } from "vitest";
import { groups } from "../cli/index.ts";
import { eventTemplate, messageTable, sampleProgram } from "../testing/sample-program.ts";
import { SyntheticTrace } from "../testing/synthetic-trace.ts";
import { readOfflinePublishers } from "./offline-publishers.ts";
import { readSchemaFiles } from "./schema-files.ts";

const SHOP = "7d6f4c2a-1b3e-4f5a-8c9d-0e1f2a3b4c5d";
const DRIVER = "b0a2ab1c-5ef9-1ea1-cc83-9a8b4c3a1a8d";
const MANIFEST = `<instrumentationManifest xmlns="http://schemas.microsoft.com/win/2004/08/events"><instrumentation><events>
<provider name="Sample-Shop" guid="{${SHOP}}" symbol="SHOP">
<templates><template tid="T"><data name="Price" inType="win:UInt32"/></template></templates>
<events><event value="7" symbol="Sold" task="Order" template="T"/></events></provider>
</events></instrumentation></instrumentationManifest>`;
const TEXTS = `${DRIVER} driver // SRC=queue.c
#typev queue_c258 12 "%0%!FUNC!: code %10!d!" // LEVEL=ERROR FUNC=DeviceControl
{
Code, ItemLong -- 10
}
`;
const CONFIG = "Windows/System32/config";

/** A synthetic trace of an event and a message that it says nothing of. */
async function traceBytes(): Promise<Uint8Array> {
  const trace = new SyntheticTrace();
  const common = { processId: 100, threadId: 104, payload: new Uint8Array([42, 0, 0, 0]) };
  trace.record({ header: "event", provider: SHOP, id: 7, timeStamp: trace.timeStamp(1), ...common });
  trace.record({ header: "wpp", message: DRIVER, number: 12, timeStamp: trace.timeStamp(2), ...common });
  return trace.toBytes();
}

/** A directory with the trace, and with a small Windows whose registry names the program of the provider. */
async function makeDirectory(resourceFile = "%SystemRoot%\\system32\\shop.dll"): Promise<string> {
  const template = eventTemplate(SHOP, "Offline-Shop", 200, "Cents");
  const root = await makeTree({
    "trace.etl": await traceBytes(),
    "shop.man": MANIFEST,
    "driver.tmf": TEXTS,
    "shop.dll": sampleProgram({ resources: [template] }),
    "shop.dll.mui": sampleProgram({ resources: [messageTable(200, "Sold for %1.")] }),
    "plain.dll": sampleProgram(),
    "windows/Windows/System32/shop.dll": sampleProgram({ resources: [template] }),
    "windows/Windows/System32/de-DE/shop.dll.mui": sampleProgram({ resources: [messageTable(200, "Für %1.\r\n")] }),
  });
  const hive = HiveEditor.create();
  const key = hive.createKey(`Microsoft\\Windows\\CurrentVersion\\WINEVT\\Publishers\\{${SHOP}}`);
  hive.setValue(key, "", RegType.SZ, textData("Registered-Shop"));
  hive.setValue(key, "ResourceFileName", RegType.EXPAND_SZ, textData(resourceFile, RegType.EXPAND_SZ));
  await mkdir(join(root, "windows", CONFIG), { recursive: true });
  await writeFile(join(root, "windows", CONFIG, "SOFTWARE"), hive.toBytes());
  return root;
}

async function events(cwd: string, ...options: string[]) {
  const { stdout } = await runForTest(groups, ["trace", "events", "--json", "trace.etl", ...options], { cwd });
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  return lines.filter(({ provider }) => !String(provider).includes("Kernel"));
}

test("events have names and fields by a manifest, messages their text by a TMF file", async () => {
  const cwd = await makeDirectory();
  expect(await events(cwd)).toMatchObject([
    { provider: SHOP, event: "EventID(7)", data: "2a000000" },
    { provider: DRIVER, event: "Message(12)", data: "2a000000" },
  ]);
  expect(await events(cwd, "--manifest", "shop.man", "driver.tmf")).toMatchObject([
    { provider: "Sample-Shop", event: "Order", fields: { Price: 42 } },
    { provider: "driver", event: "DeviceControl", fields: { Code: 42 }, message: "DeviceControl: code 42" },
  ]);
  const counts = await runForTest(groups, ["trace", "counts", "--json", "trace.etl", "--manifest", "shop.man"], {
    cwd,
  });
  expect(JSON.parse(counts.stdout).counts).toContainEqual({ provider: "Sample-Shop", event: "Order", count: 1 });
});

test("a message of WPP is printed by its text", async () => {
  const cwd = await makeDirectory();
  const argv = ["trace", "events", "trace.etl", "--manifest", "driver.tmf", "--filter", "driver/*"];
  expect((await runForTest(groups, argv, { cwd })).stdout).toMatch(
    /driver\/DeviceControl {2}\[.*\] {2}DeviceControl: code 42\n$/,
  );
});

test("no events are a result too, and a symbol path without the database changes nothing", async () => {
  const cwd = await makeDirectory();
  const argv = ["trace", "events", "--json", "trace.etl", "--symbols", "windows", "--filter", "driver/*"];
  expect(await runForTest(groups, argv, { cwd })).toMatchObject({ exitCode: 0, stdout: "" });
});

test("a program carries its manifest, its .mui file the texts", async () => {
  const cwd = await makeDirectory();
  const { manifests } = await readSchemaFiles([join(cwd, "shop.dll"), join(cwd, "shop.dll.mui")], new Findings());
  expect(manifests[0]?.byId(7, 0)).toMatchObject({ message: "Sold for %1.", fields: [{ name: "Cents" }] });
  await expect(readSchemaFiles([join(cwd, "plain.dll")], new Findings())).rejects.toThrow(adkError("TRACE_NO_SCHEMA"));
  await expect(readSchemaFiles([join(cwd, "trace.etl")], new Findings())).rejects.toThrow(
    adkError("EVENT_BAD_TMF", { file: join(cwd, "trace.etl") }),
  );
});

test("an offline Windows describes providers of the trace that nothing else tells of", async () => {
  const cwd = await makeDirectory();
  const [sold] = await events(cwd, "--windows", "windows");
  expect(sold).toMatchObject({ provider: "Offline-Shop", fields: { Cents: 42 }, message: "Für 42." });
  // A manifest that was given comes first.
  const [given] = await events(cwd, "--windows", "windows", "--manifest", "shop.man");
  expect(given).toMatchObject({ provider: "Sample-Shop", fields: { Price: 42 } });
});

test("a Windows that is not there is an error, also where nothing needs it", async () => {
  const cwd = await makeDirectory();
  const argv = ["trace", "events", "trace.etl", "--manifest", "shop.man", "driver.tmf", "--windows"];
  expect((await runForTest(groups, [...argv, "windows"], { cwd })).exitCode).toBe(0);
  const missing = await runForTest(groups, [...argv, "missing"], { cwd });
  expect(missing.exitCode).not.toBe(0);
  expect(missing.stderr).toContain("missing");
  const none = await runForTest(groups, [...argv, "."], { cwd });
  expect(none.stderr).toContain("There is no Windows with a registry here.");
});

test("an event is said in words by the text of its manifest, and its other fields behind them", async () => {
  const cwd = await makeDirectory();
  const [sold] = await events(cwd, "--manifest", "shop.dll", "shop.dll.mui");
  expect(sold).toMatchObject({ provider: "Offline-Shop", message: "Sold for 42.", fields: { Cents: 42 } });
  const manifest = MANIFEST.replace("task=", 'message="Sold.%nGoodbye" task=');
  await writeFile(join(cwd, "words.man"), manifest);
  const argv = ["trace", "events", "trace.etl", "--manifest", "words.man", "--filter", "Sample-Shop/*"];
  expect((await runForTest(groups, argv, { cwd })).stdout).toMatch(/Order {2}\[.*\] {2}Sold\. Goodbye; Price=42\n$/);
  // A value is no part of a longer number: 42 is not said by 420.
  await writeFile(join(cwd, "words.man"), MANIFEST.replace("task=", 'message="Sold 420" task='));
  expect((await runForTest(groups, argv, { cwd })).stdout).toMatch(/\] {2}Sold 420; Price=42\n$/);
  // What the message says is not said again.
  const program = [
    "trace",
    "events",
    "trace.etl",
    "--manifest",
    "shop.dll",
    "shop.dll.mui",
    "--filter",
    "Offline-Shop/*",
  ];
  expect((await runForTest(groups, program, { cwd })).stdout).toMatch(/\] {2}Sold for 42\.\n$/);
});

test("texts of another language where there is no English one; a provider that is not registered is left out", async () => {
  const windows = join(await makeDirectory(), "windows");
  const findings = new Findings();
  const found = await readOfflinePublishers(windows, [DRIVER, SHOP], findings);
  expect(found.map(({ name }) => name)).toEqual(["Offline-Shop"]);
  expect(found[0]?.byId(7, 0)?.message).toBe("Für %1.");
  expect(findings.list).toEqual([]);
});

test.each([
  "C:\\Windows\\System32\\gone.dll",
  "..\\..\\etc\\passwd",
  "%Nothing%\\x.dll",
  "C:\\Windows\\System32\\config\\SOFTWARE",
])("a provider whose program cannot be read (%s) has a name", async (resourceFile) => {
  const windows = join(await makeDirectory(resourceFile), "windows");
  const findings = new Findings();
  const [found] = await readOfflinePublishers(windows, [SHOP], findings);
  expect(found).toMatchObject({ guid: SHOP, name: "Registered-Shop", events: [] });
  expect(findings.list).toHaveLength(1);
});

test("a directory without a Windows is refused", async () => {
  const cwd = await makeDirectory();
  await expect(readOfflinePublishers(cwd, [SHOP], new Findings())).rejects.toThrow(adkError("TRACE_NO_WINDOWS"));
});
