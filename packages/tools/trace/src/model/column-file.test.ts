import { adkError, temporaryDirectory } from "@adk/testing";
import { afterEach, describe, expect, test, vi } from "vitest";
import { ColumnFile } from "./column-file.ts";
import { makeColumns } from "./column-kinds.ts";

const full = vi.hoisted(() => ({ after: Infinity }));
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  return {
    ...fs,
    writeSync: (...parameters: Parameters<typeof fs.writeSync>) => {
      if (full.after-- <= 0) throw Object.assign(new Error("full"), { code: "ENOSPC" });
      return fs.writeSync(...parameters);
    },
  };
});

const SHAPE = { time: "f64", id: "u32", priority: "i8" } as const;

describe("a file of columns", () => {
  const columns = makeColumns(SHAPE, 64);
  for (let i = 0; i < 64; i++) {
    columns.time[i] = i / 3;
    columns.id[i] = 0xffff_ffff - i;
    columns.priority[i] = i - 32;
  }
  afterEach(() => {
    full.after = Infinity;
  });

  test("gives back what was put into it, and changes", () => {
    const path = `${temporaryDirectory()}/columns.parquet`;
    const file = ColumnFile.create(path, SHAPE, 64);
    file.append(0, columns);
    file.append(1, columns);
    file.write(1, "priority", 5, [7, -8]);
    const back = makeColumns(SHAPE, 64);
    file.read(0, back);
    expect(back).toEqual(columns);
    file.read(1, back);
    expect([...back.priority.subarray(4, 8)]).toEqual([-28, 7, -8, -25]);
    file.close();
  });

  test("on a full disk: what to do is told", () => {
    const file = ColumnFile.create(`${temporaryDirectory()}/columns.parquet`, SHAPE, 64);
    full.after = 1;
    file.append(0, columns);
    const hint = expect.stringContaining("TMPDIR");
    expect(() => file.append(1, columns)).toThrow(adkError("DISK_FULL", { kind: "environment", hint }));
    file.close();
  });
});
