import { readdirSync } from "node:fs";
import { temporaryDirectory } from "@adk/testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ColumnMemory } from "./column-memory.ts";
import { EventColumns } from "./event-columns.ts";

const open = vi.hoisted(() => ({ isBusy: false }));
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  return {
    ...fs,
    rmSync: (...parameters: Parameters<typeof fs.rmSync>) => {
      if (open.isBusy) throw Object.assign(new Error("busy"), { code: "EBUSY" });
      return fs.rmSync(...parameters);
    },
  };
});

let temporary: string;
const { TMPDIR } = process.env;
beforeEach(() => {
  temporary = temporaryDirectory();
  process.env["TMPDIR"] = temporary;
});
afterEach(() => {
  open.isBusy = false;
  if (TMPDIR === undefined) delete process.env["TMPDIR"];
  else process.env["TMPDIR"] = TMPDIR;
});

function fill(memory: ColumnMemory): EventColumns<{ time: "f64" }> {
  const columns = new EventColumns({ time: "f64" }, memory);
  for (let i = 0; i < 1000; i++) columns.tail.time[columns.add()] = i;
  return columns;
}

test("nothing is to be seen of a file, which is there all the same", () => {
  using memory = new ColumnMemory(4096);
  const columns = fill(memory);
  expect(memory.spilledChunks).toBeGreaterThan(0);
  expect(readdirSync(temporary)).toEqual([]);
  expect(columns.get("time", 3)).toBe(3);
});

test("where an open file cannot be removed, it is when it is closed", () => {
  const memory = new ColumnMemory(4096);
  open.isBusy = true;
  const columns = fill(memory);
  expect(readdirSync(temporary)).toHaveLength(1);
  expect(columns.get("time", 3)).toBe(3);
  open.isBusy = false;
  memory[Symbol.dispose]();
  expect(readdirSync(temporary)).toEqual([]);
});
