import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { runForTest } from "@adk/cli-kit/testing";
import { temporaryDirectory } from "@adk/testing";
import { expect, test } from "vitest";
import { groups } from "./index.ts";

test("a directory without a trace is no set of runs", async () => {
  const cwd = temporaryDirectory();
  mkdirSync(join(cwd, "none"));
  const { exitCode, stdout } = await runForTest(groups, ["trace", "compare", "none", "none", "--json"], { cwd });
  expect(exitCode).toBe(3);
  expect(JSON.parse(stdout).error).toMatchObject({ code: "TRACE_NO_TRACES", file: join(cwd, "none") });
});
