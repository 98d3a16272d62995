import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { describe, expect, test } from "vitest";
import { sampleSource } from "../testing/sample-profile.ts";
import { parquetPieces } from "./parquet.ts";
import { sampleTable, type TableSource } from "./sample-table.ts";
import { TABLE_FORMATS } from "./table-formats.ts";

const table = (rows: number): TableSource => ({
  columns: [
    { key: "time", label: "Time (ms)", type: "milliseconds" },
    { key: "count", label: "Count", type: "number" },
    { key: "name", label: "Name", type: "text" },
    { key: "base", label: "Base", type: "address" },
  ],
  *rows() {
    for (let i = 0; i < rows; i++) {
      yield {
        time: i / 3,
        count: i % 5 === 0 ? null : i * 2 ** 20,
        name: i % 7 === 0 ? "" : `é${i % 3}"`,
        base: "0x10",
      };
    }
  },
});

function join(pieces: Iterable<Uint8Array>): ArrayBuffer {
  const bytes = Buffer.concat([...pieces]);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
}

describe("Parquet", () => {
  test("comes back as it was, a row group at a time", async () => {
    const pieces = [...parquetPieces(table(1000), { rowGroupRows: 256 })];
    // Each row group is a piece, and the footer.
    expect(pieces).toHaveLength(5);
    const file = join(pieces);
    expect(parquetMetadata(file).row_groups.map(({ num_rows }) => num_rows)).toEqual([256n, 256n, 256n, 232n]);
    expect(await parquetReadObjects({ file })).toEqual([...table(1000).rows()]);
  });

  test("long texts end a row group earlier", () => {
    const file = join(parquetPieces(table(1000), { rowGroupText: 1000 }));
    const rows = parquetMetadata(file).row_groups.map(({ num_rows }) => Number(num_rows));
    expect(Math.max(...rows)).toBeLessThan(300);
    expect(rows.reduce((a, b) => a + b)).toBe(1000);
  });

  test("of no rows has its columns", () => {
    const { schema, num_rows } = parquetMetadata(join(parquetPieces(table(0))));
    expect(num_rows).toBe(0n);
    expect(schema.map(({ name }) => name)).toEqual(["root", "time", "count", "name", "base"]);
  });
});

test("samples are a table: a row each, with their stacks", () => {
  const source = sampleSource([
    { time: 1, stack: ["app.exe!main", "app.exe!a;b"] },
    { time: 2, weight: 0.5, stack: ["ntoskrnl.exe!"], process: "System", pid: 4, thread: 8, cpu: 3 },
  ]);
  const written = new Map(
    TABLE_FORMATS.filter(({ name }) => name !== "parquet").map(({ name, pieces }) => [
      name,
      [...pieces(sampleTable(source))].join(""),
    ]),
  );
  const lines = written.get("jsonl")?.trim().split("\n") ?? [];
  const app = { process: "app.exe", pid: 100, thread: 104, threadName: "main", cpu: 0, module: "app.exe" };
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { time: 1, weight: 1, ...app, function: "a;b", stack: "app.exe (100);app.exe!main;app.exe!a\\x3bb" },
    {
      time: 2,
      weight: 0.5,
      process: "System",
      pid: 4,
      thread: 8,
      threadName: "",
      cpu: 3,
      module: "ntoskrnl.exe",
      function: "",
      stack: "System (4);ntoskrnl.exe!?",
    },
  ]);
  expect(written.get("csv")?.split("\r\n")).toEqual([
    "TimeStamp (ms),Weight (ms),Process,Process ID,Thread ID,Thread Name,Cpu,Module,Function,Stack",
    "1,1,app.exe,100,104,main,0,app.exe,a;b,app.exe (100);app.exe!main;app.exe!a\\x3bb",
    "2,0.5,System,4,8,,3,ntoskrnl.exe,,System (4);ntoskrnl.exe!?",
    "",
  ]);
});
