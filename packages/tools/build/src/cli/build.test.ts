import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { runForTest } from "@adk/cli-kit/testing";
import { expect, test } from "vitest";
import { buildResultSchema } from "../build.ts";
import { deployment, REST } from "../testing/deployment.ts";
import { groups } from "./index.ts";

const LAYERS = "layers:\n  - { kind: files, from: add, to: /windows/system32/drivers/etc }\n";

async function project(manifest = `base: base\n${LAYERS}${REST}`) {
  const cwd = await deployment(manifest, { "add/hosts": "mine" });
  const adk = (...argv: string[]) => {
    return runForTest(groups, ["build", ...argv], { cwd, env: { SOURCE_DATE_EPOCH: "1700000000" } });
  };
  return { cwd, adk };
}

test("tells the plan, then what was written; the second time that nothing changed", async () => {
  const { cwd, adk } = await project();
  const built = await adk("deployment.yaml", "--out", "target", "--threads", "1");
  expect(built).toMatchObject({ exitCode: 0, stderr: "" });
  expect(built.stdout).toMatch(
    /^Test, by deployment\.yaml\n\nLayer [\s\S]*\nbase +base \(directory\) +4 [\s\S]*\n1 files [\s\S]*\nimage /,
  );
  expect(built.stdout).toContain("  /Windows/System32/drivers/etc/hosts of the base, by layer 1\n");
  expect(built.stdout).toMatch(/Output: test\.wim \(wim, xpress, level default\)\n\nWritten: +target\/test\.wim\n/);
  expect((await readdir(join(cwd, "target"))).length).toBe(4);
  const again = await adk("deployment.yaml", "--out", "target");
  expect(again.exitCode).toBe(0);
  expect(again.stdout).toMatch(/\nNothing changed since the last build: target is up to date\.\n$/);
});

test("a dry run", async () => {
  const { cwd, adk } = await project();
  const { exitCode, stdout } = await adk("deployment.yaml", "--dry-run");
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/\nNothing was written: this is a dry run\.\n$/);
  expect(await readdir(cwd)).not.toContain("out");
});

test("one JSON document of the published shape", async () => {
  const { adk } = await project();
  const statuses: string[] = [];
  for (const options of [["--dry-run"], [], []]) {
    const { exitCode, stdout } = await adk("deployment.yaml", "--json", "--threads", "1", ...options);
    expect(exitCode).toBe(0);
    const result = buildResultSchema.parse(JSON.parse(stdout));
    statuses.push(result.status);
    expect(result.plan.overrides).toHaveLength(1);
    expect(result.report !== undefined).toBe(result.status === "built");
  }
  expect(statuses).toEqual(["planned", "built", "unchanged"]);
});

test("a wrong manifest is exit code 3 and says where and what was meant", async () => {
  const { cwd, adk } = await project(`bse: base\n${REST}`);
  const { exitCode, stdout, stderr } = await adk("deployment.yaml", "--json");
  expect(exitCode).toBe(3);
  expect(JSON.parse(stdout).error).toMatchObject({ code: "MANIFEST_INVALID", file: `${cwd}/deployment.yaml:1:1` });
  expect(stderr).toContain('There is no key "bse" here; did you mean "base"?');
});

test.each([
  [["absent.yaml"], 3],
  [[], 2],
  [["deployment.yaml", "--fource"], 2],
  [["deployment.yaml", "--out", "deployment.yaml/sub", "--threads", "1"], 3],
])("%j is exit code %i", async (argv, exitCode) => {
  const { adk } = await project();
  expect((await adk(...argv)).exitCode).toBe(exitCode);
});
