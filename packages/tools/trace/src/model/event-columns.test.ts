import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { random } from "@adk/testing";
import { expect, test } from "vitest";
import { ColumnMemory } from "./column-memory.ts";
import { EventColumns } from "./event-columns.ts";

const SHAPE = { time: "f64", id: "u32", delta: "i32", port: "u16", flags: "u8", priority: "i8" } as const;
/** The least and the largest number of each column. */
const EXTREMES = {
  time: [-Number.MAX_VALUE, Number.NaN],
  id: [0, 0xffff_ffff],
  delta: [-(2 ** 31), 2 ** 31 - 1],
  port: [0, 0xffff],
  flags: [0, 0xff],
  priority: [-0x80, 0x7f],
} as const;
const NAMES = Object.keys(SHAPE) as (keyof typeof SHAPE)[];

/** Memory in which a chunk has 32 rows, and of which there are a few. */
const SMALL = 4096;

function filled(memory: ColumnMemory, rows: number): EventColumns<typeof SHAPE> {
  const columns = new EventColumns(SHAPE, memory);
  for (let i = 0; i < rows; i++) {
    const row = columns.add();
    for (const name of NAMES) columns.tail[name][row] = i < 2 ? EXTREMES[name][i as 0 | 1] : i % 100;
  }
  return columns;
}

function listed(columns: EventColumns<typeof SHAPE>): number[][] {
  const list: number[][] = [];
  for (const rows = columns.rows(); rows.next(); ) {
    expect(rows.number).toBe(list.length);
    list.push(NAMES.map((name) => rows.columns[name][rows.row] as number));
  }
  return list;
}

test.each([0, 1, 31, 32, 33, 1000, 5000])("%i rows are the same in memory and in a file", (count) => {
  const before = readdirSync(tmpdir()).filter((name) => name.startsWith("adk-trace-"));
  using memory = new ColumnMemory(SMALL);
  const [spilled, kept] = [filled(memory, count), filled(new ColumnMemory(), count)];
  expect(memory.spilledChunks > 0).toBe(count > 100);
  expect(spilled.length).toBe(count);
  expect(listed(spilled)).toEqual(listed(kept));
  // Twice: chunks come back once more.
  expect(listed(spilled)).toEqual(listed(kept));
  const after = readdirSync(tmpdir()).filter((name) => name.startsWith("adk-trace-"));
  expect(after).toEqual(before);
});

test("rows are changed wherever they are", () => {
  using memory = new ColumnMemory(SMALL);
  const [spilled, kept] = [filled(memory, 3000), filled(new ColumnMemory(), 3000)];
  const next = random(7);
  for (let i = 0; i < 2000; i++) {
    const [row, name] = [next() % 3000, NAMES[next() % NAMES.length] as keyof typeof SHAPE];
    const value = next() % 120;
    for (const columns of [spilled, kept]) columns.set(name, row, value);
    expect(spilled.get(name, row)).toBe(value);
    // One that is not in memory now.
    const other = next() % 3000;
    expect(spilled.get(name, other)).toBe(kept.get(name, other));
  }
  const ports = Uint16Array.from({ length: 3000 }, (_, i) => 0xffff - i);
  for (const columns of [spilled, kept]) columns.fill("port", ports);
  expect(listed(spilled)).toEqual(listed(kept));
  expect([spilled.get("port", 0), spilled.get("port", 2999)]).toEqual([0xffff, 0xffff - 2999]);
});

test("several share a memory; what is discarded makes room", () => {
  using memory = new ColumnMemory(SMALL);
  const all = [0, 1, 2].map(() => filled(memory, 500));
  for (const columns of all) expect(listed(columns)).toEqual(listed(filled(new ColumnMemory(), 500)));
  const [first, ...others] = all;
  first?.discard();
  expect(first?.length).toBe(0);
  for (const columns of others) expect(columns.get("time", 499)).toBe(99);
});
