import { join } from "node:path";
import { Analysis, openTrace, type Row, TABLES } from "@adk/trace";
import { beforeAll, expect, test } from "vitest";
import { describeWithData } from "./support/data.ts";
import { type PrintedEvent, readBaseline } from "./support/perfview-baseline.ts";

/** Tables of real traces, beside what PerfView prints of the same events: the first five of each kind. */
describeWithData("trace", (directory) => {
  const names = ["disk", "hardfault", "network"];
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
});
