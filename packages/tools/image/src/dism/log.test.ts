import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DismLog, formatLogLine } from "./log.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "adk-dism-log-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe("dism.log", () => {
  const time = new Date(2023, 1, 1, 2, 5, 8);

  it("has lines as recorded", () => {
    expect(formatLogLine(time, "Info", "DISM.EXE", "<----- Starting Dism.exe session ----->")).toBe(
      "2023-02-01 02:05:08, Info                  DISM   DISM.EXE: <----- Starting Dism.exe session ----->\n",
    );
    expect(formatLogLine(time, "Error", "DISM WIM Provider", "No\nfile.\r\n(hr:0x80070002)")).toBe(
      `2023-02-01 02:05:08, Error                 DISM   DISM WIM Provider: PID=${process.pid} TID=0 No file. (hr:0x80070002)\n`,
    );
    expect(formatLogLine(time, "Warning", "DISM.EXE", "")).toContain(", Warning               DISM   DISM.EXE: \n");
  });

  it("is added to, with the marks of a session, and shows no product key", () => {
    const path = join(directory, "dism.log");
    for (const _ of [1, 2]) {
      const log = new DismLog(path, 3);
      log.start(["/Set-ProductKey:AAAAA-BBBBB", "/ProductKey=CCCCC", "/Name:a b"], "0.1.0.0");
      log.write("Debug", "not wanted");
      log.end();
    }
    const text = readFileSync(path, "utf8");
    expect(text.match(/Starting Dism\.exe session/g)).toHaveLength(2);
    expect(text.match(/Ending Dism\.exe session/g)).toHaveLength(2);
    expect(text).toContain('Executing command line: adk dism /Set-ProductKey:***** /ProductKey=***** "/Name:a b"\n');
    expect(text).toContain("DISM.EXE: Dism.exe version: 0.1.0.0\n");
    expect(text).not.toMatch(/AAAAA|CCCCC|not wanted/);
  });

  it.each([
    [1, ["Error"]],
    [2, ["Error", "Warning"]],
    [3, ["Error", "Warning", "Info"]],
    [4, ["Error", "Warning", "Info", "Debug"]],
  ])("at level %d has %j", (level, expected) => {
    const path = join(directory, "dism.log");
    const log = new DismLog(path, level);
    for (const each of ["Error", "Warning", "Info", "Debug"] as const) log.write(each, "text");
    const lines = readFileSync(path, "utf8").trimEnd().split("\n");
    expect(lines.map((line) => /, (\w+)/.exec(line)?.[1])).toEqual(expected);
  });

  it("tells where it cannot be written", () => {
    const path = join(directory, "absent", "dism.log");
    expect(() => new DismLog(path, 3).write("Info", "text")).toThrow(
      expect.objectContaining({ code: "FILE_NOT_FOUND", file: path }),
    );
  });
});
