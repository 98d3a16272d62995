import { Writable } from "node:stream";
import type { Progress } from "@adk/core";
import { describe, expect, test } from "vitest";
import { OutputStream } from "./output-stream.ts";
import { formatProgress, ProgressReporter } from "./progress.ts";
import { progressLine } from "./schemas.ts";

function setUp(mode: "auto" | "json" | "none", { columns, quiet = false }: { columns?: number; quiet?: boolean } = {}) {
  const written: string[] = [];
  const sink = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      written.push(chunk);
      done();
    },
  });
  if (columns !== undefined) Object.assign(sink, { isTTY: true, columns });
  const clock = { now: 0 };
  const reporter = new ProgressReporter(new OutputStream(sink), mode, quiet, () => clock.now);
  return { written, clock, reporter };
}

const step = (done: number, phase = "read"): Progress => ({ phase, done, total: 1000, unit: "files" });

describe("JSON lines", () => {
  test("at most ten a second, with the first and the last of each phase", () => {
    const { written, clock, reporter } = setUp("json");
    for (let done = 0; done <= 1000; done++) {
      clock.now = done;
      reporter.report(step(done));
    }
    reporter.report(step(0, "write"));
    reporter.report(step(7, "write"));
    reporter.end();
    const lines = written.map((line) => progressLine.parse(JSON.parse(line)).progress);
    expect(lines.map(({ phase, done }) => `${phase} ${done}`)).toEqual([
      ...Array.from({ length: 11 }, (_, tenth) => `read ${tenth * 100}`),
      "write 0",
      "write 7",
    ]);
  });

  test("also with --quiet and on a terminal", () => {
    const { written, reporter } = setUp("json", { columns: 80, quiet: true });
    reporter.report(step(1));
    expect(written).toEqual(['{"progress":{"phase":"read","done":1,"total":1000,"unit":"files"}}\n']);
  });
});

test.each([
  ["a pipe", "auto", {}],
  ["--quiet", "auto", { columns: 80, quiet: true }],
  ["--progress none", "none", { columns: 80 }],
] as const)("nothing with %s", (_, mode, options) => {
  const { written, reporter } = setUp(mode, options);
  reporter.report(step(1));
  reporter.end();
  expect(written).toEqual([]);
});

test("a bar is drawn over and cleared", () => {
  const { written, clock, reporter } = setUp("auto", { columns: 80 });
  reporter.report(step(1));
  clock.now = 50;
  reporter.report(step(2));
  clock.now = 100;
  reporter.report(step(250));
  reporter.clear();
  reporter.clear();
  reporter.end();
  expect(written).toEqual([
    "\r\u001b[2Kread [--------------------] 0 % 1/1000 files",
    "\r\u001b[2Kread [#####---------------] 25 % 250/1000 files",
    "\r\u001b[2K",
  ]);
});

describe("the line of a bar", () => {
  const bytes: Progress = { phase: "capture", done: 2 ** 30, total: 2 ** 32, unit: "bytes" };
  test("rate and time left", () => {
    expect(formatProgress(bytes, 5000, 100)).toBe(
      "capture [#####---------------] 25 % 1.0 GiB/4.0 GiB 204.8 MiB/s ETA 15 s",
    );
  });
  test("an unknown total", () => {
    expect(formatProgress({ phase: "scan", done: 300, total: 0, unit: "files" }, 2000, 80)).toBe(
      "scan 300 files 150/s",
    );
  });
  test("the item is cut in its middle, and left out where there is no room", () => {
    const item = "\\Windows\\System32\\DriverStore\\FileRepository\\netrtwlane.inf_amd64\\netrtwlane.sys";
    const line = formatProgress({ ...bytes, item }, 0, 100);
    expect(line).toHaveLength(100);
    expect(line).toMatch(/ \\Windows\\.*….*\\netrtwlane\.sys$/);
    expect(formatProgress({ ...bytes, item }, 0, 60)).toBe("capture [#####---------------] 25 % 1.0 GiB/4.0 GiB");
  });
  test("more done than the total is still 100 %", () => {
    expect(formatProgress(step(2000), 0, 80)).toBe("read [####################] 100 % 2000/1000 files");
  });
});
