import { appendFile, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Progress, toHex } from "@adk/core";
import { makeTree } from "@adk/testing";
import { openImage, WimFile } from "@adk/wim";
import { expect, test } from "vitest";
import { buildDeployment, buildResultSchema } from "./build.ts";
import { lockSchema } from "./lock.ts";
import { reportSchema } from "./report/report.ts";
import { deployment } from "./testing/deployment.ts";

const MANIFEST = `
base: base
layers:
  - { kind: files, from: add, to: /Data }
  - { kind: remove, paths: [/Windows/Temp] }
image: { name: Test, description: d, flags: Professional, displayName: shown, properties: { WINDOWS/EDITIONID: Professional } }
outputs: [{ kind: wim, file: test.wim, integrity: true }]
`;
const FILES = ["build-report.html", "build-report.json", "deployment.lock.json", "test.wim"];

const options = { threads: 1, env: { SOURCE_DATE_EPOCH: "1700000000" } };

async function project(manifest = MANIFEST): Promise<{ path: string; out: string; root: string }> {
  const root = await deployment(manifest, { "add/hello.txt": "hello", "add/again.txt": "hello" });
  return { path: join(root, "deployment.yaml"), out: join(root, "out"), root };
}

test("builds an image, its report and its lock", async () => {
  const { path, out } = await project();
  const result = await buildDeployment(path, options);
  expect(buildResultSchema.parse(result)).toEqual(result);
  expect(result).toMatchObject({ status: "built", findings: [], outputs: [{ path: "test.wim" }] });
  expect((await readdir(out)).sort()).toEqual(FILES);

  await using file = await WimFile.open(join(out, "test.wim"));
  const properties = file.properties(1);
  expect([properties.name, properties.description, properties.get("FLAGS")]).toEqual(["Test", "d", "Professional"]);
  expect([properties.get("DISPLAYNAME"), properties.get("WINDOWS/EDITIONID")]).toEqual(["shown", "Professional"]);
  const image = await openImage(file, 1);
  const hello = (await image.lookup("/data/hello.txt"))!;
  expect(Buffer.from(await image.read(hello)).toString()).toBe("hello");
  expect(await image.lookup("/Windows/Temp")).toBeUndefined();

  const report = reportSchema.parse(JSON.parse(await readFile(join(out, "build-report.json"), "utf8")));
  expect(report.outputs[0]).toMatchObject({ savings: { hardLinks: 0, equalData: 5 }, content: { files: 4 } });
  expect(report.largestFiles[0]).toEqual({ path: "/Windows/notepad.exe", bytes: 10, layer: 0 });
  expect(await readFile(join(out, "build-report.html"), "utf8")).toContain("Where the bytes are");
});

test("the same input gives the same bytes wherever it lies, and the lock and reports do not tell where", async () => {
  const [a, b] = [await project(), await project()];
  // As after another checkout: the files are younger than SOURCE_DATE_EPOCH.
  await utimes(join(b.root, "add/hello.txt"), new Date(), new Date());
  for (const { path } of [a, b]) await buildDeployment(path, options);
  for (const name of ["test.wim", "deployment.lock.json"]) {
    expect(toHex(await readFile(join(a.out, name)))).toBe(toHex(await readFile(join(b.out, name))));
  }
  for (const name of ["build-report.html", "build-report.json", "deployment.lock.json"]) {
    expect(await readFile(join(a.out, name), "utf8")).not.toContain(a.root);
  }
});

test("times are clamped to SOURCE_DATE_EPOCH, or kept if the manifest says so", async () => {
  const times: (bigint | undefined)[] = [];
  for (const manifest of [MANIFEST, `${MANIFEST}timestamps: keep\n`]) {
    const { path, out } = await project(manifest);
    await buildDeployment(path, options);
    await using file = await WimFile.open(join(out, "test.wim"));
    times.push((await (await openImage(file, 1)).lookup("/Data/hello.txt"))?.lastWriteTime);
  }
  expect(times).toEqual([133_444_736_000_000_000n, 133_589_952_000_000_000n]);
});

test("nothing is built while nothing changes, and it is when something does", async () => {
  const { path, out, root } = await project();
  const status = async (more = {}) => (await buildDeployment(path, { ...options, ...more })).status;
  expect(await status()).toBe("built");
  const before = await stat(join(out, "test.wim"));
  expect(await status()).toBe("unchanged");
  expect((await stat(join(out, "test.wim"))).mtimeMs).toBe(before.mtimeMs);
  expect(await status({ threads: 2 })).toBe("unchanged");
  expect(await status({ force: true })).toBe("built");
  expect(await status({ env: { SOURCE_DATE_EPOCH: "1700000001" } })).toBe("built");
  await appendFile(join(root, "add/hello.txt"), "!");
  expect(await status()).toBe("built");
  await writeFile(join(root, "base/Users/new.txt"), "");
  expect(await status()).toBe("built");
  await appendFile(path, "# a comment\n");
  expect(await status()).toBe("built");
  await rm(join(out, "build-report.html"));
  expect(await status()).toBe("built");
  await rm(join(out, "test.wim"));
  expect(await status()).toBe("built");
  expect(await status()).toBe("unchanged");
});

test("an image as base: its files are kept, and its identity is in the lock", async () => {
  const first = await project();
  await buildDeployment(first.path, options);
  const root = await makeTree({
    "deployment.yaml": `base: '${join(first.out, "test.wim")}:"Test"'\nlayers: [{ kind: files, from: x.txt, to: /windows/ }]\nimage: { name: Two }\noutputs: [{ kind: wim, file: two.wim, compression: lzx, boot: true }]\n`,
    "x.txt": "x",
  });
  const path = join(root, "deployment.yaml");
  const result = await buildDeployment(path, options);
  expect(result.plan.base).toMatchObject({ kind: "image", files: 4 });
  const lock = lockSchema.parse(JSON.parse(await readFile(join(root, "out/deployment.lock.json"), "utf8")));
  expect(lock.inputs.base).toMatchObject({
    kind: "wim",
    index: 1,
    metadataSha1: expect.stringMatching(/^[0-9a-f]{40}$/),
  });
  expect((await buildDeployment(path, options)).status).toBe("unchanged");
  await using file = await WimFile.open(join(root, "out/two.wim"));
  const properties = file.properties(1);
  expect([properties.name, properties.get("DISPLAYNAME"), properties.get("FLAGS")]).toEqual([
    "Two",
    undefined,
    "Professional",
  ]);
  expect(properties.get("WINDOWS/EDITIONID")).toBe("Professional");
  expect([file.header.compression, file.header.bootIndex]).toEqual(["lzx", 1]);
  const image = await openImage(file, 1);
  expect((await image.lookup("/Windows/x.txt"))?.size).toBe(1);
  expect(Buffer.from(await image.read((await image.lookup("/Data/hello.txt"))!)).toString()).toBe("hello");
});

test("an image inside a directory that is a source", async () => {
  const first = await project();
  await buildDeployment(first.path, options);
  const root = await makeTree({
    "deployment.yaml":
      "base: media!/Sources/Install.wim:1\nimage: { name: A }\noutputs: [{ kind: wim, file: a.wim }]\n",
    "media/sources/install.wim": await readFile(join(first.out, "test.wim")),
  });
  await buildDeployment(join(root, "deployment.yaml"), options);
  const lock = lockSchema.parse(JSON.parse(await readFile(join(root, "out/deployment.lock.json"), "utf8")));
  expect(lock.inputs.base).toMatchObject({ kind: "wim", index: 1 });
  await using file = await WimFile.open(join(root, "out/a.wim"));
  expect(file.properties(1).get("WINDOWS/EDITIONID")).toBe("Professional");
});

test("a plan alone leaves no trace", async () => {
  const { path, root } = await project();
  const before = await readdir(root);
  const result = await buildDeployment(path, { ...options, dryRun: true });
  expect(result).toMatchObject({ status: "planned", outputs: [], plan: { result: { files: 4 } } });
  expect(await readdir(root)).toEqual(before);
});

test("what no build wrote is not overwritten without force", async () => {
  const { path, out } = await project();
  await buildDeployment(path, options);
  await writeFile(join(out, "test.wim"), "somebody's");
  await expect(buildDeployment(path, options)).rejects.toMatchObject({ code: "ALREADY_EXISTS", kind: "environment" });
  expect(await readFile(join(out, "test.wim"), "utf8")).toBe("somebody's");
  expect((await buildDeployment(path, { ...options, force: true })).status).toBe("built");
  await writeFile(join(out, "deployment.lock.json"), "{}");
  await expect(buildDeployment(path, options)).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
});

test("an output never becomes part of its input", async () => {
  const { path, root } = await project();
  for (const out of [join(root, "base"), join(root, "add/sub/out")]) {
    await expect(buildDeployment(path, { ...options, out })).rejects.toMatchObject({ code: "BUILD_OUTPUT_IN_INPUT" });
  }
  expect(await readdir(join(root, "add"))).toEqual(["again.txt", "hello.txt"]);
});

test.each(["hash base", "capture"])("a build that is cancelled in the phase %s leaves all as it was", async (phase) => {
  const { path, out, root } = await project();
  const cancelIn = () => {
    const controller = new AbortController();
    const onProgress = (progress: Progress) => {
      if (progress.phase === phase && progress.done > 0) controller.abort();
    };
    return { ...options, signal: controller.signal, onProgress, out: join(out, "deep/er") };
  };
  await expect(buildDeployment(path, cancelIn())).rejects.toMatchObject({ code: "CANCELLED", kind: "cancelled" });
  expect(await readdir(root)).not.toContain("out");

  await buildDeployment(path, { ...options, out: join(out, "deep/er") });
  const before = await readFile(join(out, "deep/er/test.wim"));
  await appendFile(join(root, "add/hello.txt"), "!");
  await expect(buildDeployment(path, cancelIn())).rejects.toMatchObject({ code: "CANCELLED" });
  expect((await readdir(join(out, "deep/er"))).sort()).toEqual(FILES);
  expect((await readFile(join(out, "deep/er/test.wim"))).equals(before)).toBe(true);
});

test("a bad SOURCE_DATE_EPOCH and a base that is absent", async () => {
  const { path } = await project();
  await expect(buildDeployment(path, { env: { SOURCE_DATE_EPOCH: "now" } })).rejects.toMatchObject({
    code: "SOURCE_DATE_EPOCH_BAD",
  });
  const absent = await project(MANIFEST.replace("base: base", "base: absent.wim:1"));
  await expect(buildDeployment(absent.path, options)).rejects.toMatchObject({
    code: "FILE_NOT_FOUND",
    kind: "input",
    message: expect.stringMatching(/\(the base, .*deployment\.yaml:2:7\)\.$/),
  });
});
