import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runForTest } from "@adk/cli-kit/testing";
import { temporaryDirectory } from "@adk/testing";
import { expect, test } from "vitest";
import { everydayTrace } from "../testing/every-event.ts";
import { groups } from "./index.ts";

const cwd = temporaryDirectory();
const whole = await everydayTrace().toBytes();
writeFileSync(join(cwd, "whole.etl"), whole);
// In the middle of a buffer.
writeFileSync(join(cwd, "cut.etl"), whole.subarray(0, whole.length - 3001));

test.each([
  ["info"],
  ["counts"],
  ["cpu"],
  ["cpu", "--csv"],
  ["events", "--format", "csv"],
  ["events", "--format", "jsonl"],
  ["stack"],
  ["symbols"],
  ["export", "--format", "collapsed", "-o", "stacks.txt", "--force"],
  ["export", "--format", "csv", "--table", "disk", "-o", "disk.csv", "--force"],
  ["slice", "--range", "0-10s", "-o", "part.etl", "--force"],
  ["packets", "-o", "packets.pcapng", "--force"],
])("%s tells what a trace lost, and nothing of one that lost nothing", async (...words) => {
  const [name = "", ...options] = words;
  const told = async (file: string) => {
    const { exitCode, stdout, stderr } = await runForTest(groups, ["trace", name, file, ...options], { cwd });
    expect(exitCode).toBe(0);
    return `${stdout}${stderr}`.includes("1 buffer is cut off.");
  };
  expect(await told("cut.etl")).toBe(true);
  expect(await told("whole.etl")).toBe(false);
});

test("a comparison and the drop-ins do too", async () => {
  const compared = await runForTest(groups, ["trace", "compare", "whole.etl", "cut.etl"], { cwd });
  expect(`${compared.stdout}${compared.stderr}`).toMatch(/1 buffer is cut off\. \(.*cut\.etl/);
  const profile = await runForTest(groups, ["xperf", "-i", "cut.etl", "-a", "profile"], { cwd });
  expect(profile.stderr).toContain("1 buffer is cut off. [TRACE_LOSS]");
  // What a file says stays as it was.
  expect(readFileSync(join(cwd, "disk.csv"), "utf8")).not.toContain("cut off");
});
