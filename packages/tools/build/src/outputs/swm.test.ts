import { createHash } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openWimFile, verifyWim, WimFile } from "@adk/wim";
import { expect, test } from "vitest";
import { buildDeployment } from "../build.ts";
import { lockSchema } from "../lock.ts";
import { reportSchema } from "../report/report.ts";
import { deployment } from "../testing/deployment.ts";

const RESULTS = ["build-report.html", "build-report.json", "deployment.lock.json"];
const options = { threads: 1, env: { SOURCE_DATE_EPOCH: "1700000000" } };

/** Bytes that do not compress, somewhat less than a MiB. */
function noise(seed: string): Uint8Array {
  return createHash("shake256", { outputLength: 900_000 }).update(seed).digest();
}

const FOUR = Object.fromEntries(["1", "2", "3", "4"].map((name) => [`base/Data/${name}.bin`, noise(name)]));

async function project(output = "{ kind: swm, file: set.swm, splitSize: 1 }") {
  const root = await deployment(`base: base\nimage: { name: Set }\noutputs: [${output}]\n`, FOUR);
  const out = join(root, "out");
  const build = (more = {}) => buildDeployment(join(root, "deployment.yaml"), { ...options, ...more });
  return { root, out, build, names: async () => (await readdir(out)).sort() };
}

const PARTS = ["set.swm", "set2.swm", "set3.swm", "set4.swm"];

test.each([
  "{ kind: swm, file: set.swm, splitSize: 1 }",
  "{ kind: swm, file: set.swm, splitSize: 1, solid: true, compression: xpress, integrity: true }",
])("lock, report and page tell of every part of %s", async (output) => {
  const { out, build, names } = await project(output);
  const result = await build();
  const parts = result.outputs.map(({ path }) => path);
  expect(parts.length).toBeGreaterThan(2);
  expect(await names()).toEqual([...RESULTS, ...parts].sort());
  for (const { path, bytes, sha256 } of result.outputs) {
    const content = await readFile(join(out, path));
    expect([content.length, createHash("sha256").update(content).digest("hex")]).toEqual([bytes, sha256]);
  }
  const lock = lockSchema.parse(JSON.parse(await readFile(join(out, "deployment.lock.json"), "utf8")));
  expect(lock.outputs).toEqual(result.outputs);
  const report = reportSchema.parse(JSON.parse(await readFile(join(out, "build-report.json"), "utf8")));
  const bytes = result.outputs.reduce((sum, part) => sum + part.bytes, 0);
  expect(report.outputs).toMatchObject([{ kind: "swm", path: "set.swm", bytes, parts: result.outputs }]);
  const page = await readFile(join(out, "build-report.html"), "utf8");
  for (const part of parts) expect(page).toContain(part);

  await using set = await openWimFile((await WimFile.open(join(out, "set.swm"))).access);
  expect(set.header.totalParts).toBe(parts.length);
  expect(await verifyWim(set, { threads: 1 })).toMatchObject({ ok: true });
});

test("where all fits, there is one part; a dry run tells the size", async () => {
  const { build, names } = await project("{ kind: swm, file: set.swm }");
  const planned = await build({ dryRun: true });
  expect(planned.plan.outputs).toEqual([
    { kind: "swm", path: "set.swm", summary: "xpress, level default, parts of 3800 MiB" },
  ]);
  expect((await build()).outputs).toMatchObject([{ path: "set.swm" }]);
  expect(await names()).toEqual([...RESULTS, "set.swm"].sort());
});

test("a set is built again when a part is missing, changed or too many", async () => {
  const { out, build, names } = await project();
  expect(await build()).toMatchObject({ status: "built", outputs: PARTS.map((path) => ({ path })) });
  expect((await build()).status).toBe("unchanged");
  await rm(join(out, "set3.swm"));
  expect((await build()).status).toBe("built");
  expect((await build()).status).toBe("unchanged");
  await writeFile(join(out, "set5.swm"), "somebody's");
  await expect(build()).rejects.toMatchObject({ code: "ALREADY_EXISTS", file: join(out, "set5.swm") });
  expect(await names()).toEqual([...RESULTS, ...PARTS, "set5.swm"].sort());
});

test("parts of the build before that are too many go, others stay", async () => {
  const { root, out, build, names } = await project();
  await build();
  await writeFile(join(out, "set7.swm"), "somebody's");
  await rm(join(root, "base/Data/1.bin"));
  await rm(join(root, "base/Data/2.bin"));
  expect((await build({ force: true })).outputs.map(({ path }) => path)).toEqual(PARTS.slice(0, 2));
  expect(await names()).toEqual([...RESULTS, "set.swm", "set2.swm", "set7.swm"].sort());
});

test.each(["capture", "split"])("cancelled in the phase %s, the set of the build before is whole", async (phase) => {
  const { root, out, build, names } = await project();
  await build();
  const before = await Promise.all(PARTS.map((name) => readFile(join(out, name))));
  await writeFile(join(root, "base/Data/2.bin"), noise("other"));
  const controller = new AbortController();
  const onProgress = (progress: { phase: string; done: number; total: number }) => {
    if (progress.phase === phase && progress.done > progress.total / 2) controller.abort();
  };
  await expect(build({ signal: controller.signal, onProgress })).rejects.toMatchObject({ code: "CANCELLED" });
  expect(await names()).toEqual([...RESULTS, ...PARTS].sort());
  for (const [i, name] of PARTS.entries()) expect((await readFile(join(out, name))).equals(before[i]!)).toBe(true);
});

test.each([
  "[{ kind: swm, file: a.swm }, { kind: wim, file: A2.swm }]",
  "[{ kind: wim, file: a12.swm }, { kind: swm, file: a.swm }]",
])("an output cannot have the name of a part of another: %s", async (outputs) => {
  const root = await deployment(`base: base\nimage: { name: A }\noutputs: ${outputs}\n`);
  await expect(buildDeployment(join(root, "deployment.yaml"))).rejects.toMatchObject({
    code: "MANIFEST_INVALID",
    message: expect.stringContaining("Another output has this file name."),
  });
});

test("a part is not the base of the set that it would become part of", async () => {
  const { root, out, build } = await project();
  await build();
  await writeFile(
    join(root, "deployment.yaml"),
    "base: out/set.swm:1\nimage: { name: A }\noutputs: [{ kind: swm, file: set.swm }]\n",
  );
  await expect(build({ out })).rejects.toMatchObject({ code: "BUILD_OUTPUT_IN_INPUT" });
});
