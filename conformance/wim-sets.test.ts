import { copyFileSync, existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { Findings } from "@adk/core";
import { temporaryDirectory } from "@adk/testing";
import { applyImage, openWimFile, rebuildWim, splitWim, verifyWim, WimFile } from "@adk/wim";
import { beforeAll, describe, expect, test } from "vitest";
import { describeWithPeer } from "./support/peers.ts";
import { makeSampleTree, readTree } from "./support/sample-tree.ts";

const MIB = 2 ** 20;

let directory = "";
let tree = "";

beforeAll(async () => {
  directory = temporaryDirectory();
  tree = join(directory, "tree");
  makeSampleTree(tree, { largeBytes: 3_000_000 });
});

/** What is in each path, without times. */
function whats(place: string): [string, string][] {
  return [...readTree(place)].map(([path, { what }]) => [path, what]);
}

async function split(source: string, name: string, limit: number) {
  await using file = await WimFile.open(source);
  return await splitWim(file, join(directory, `${name}.swm`), limit);
}

async function applyTo(source: string | string[], name: string): Promise<string> {
  await using file = await WimFile.open(source);
  const target = join(directory, name);
  const findings = new Findings();
  await applyImage(file, 1, target, { findings, threads: 1 });
  expect(findings.list).toEqual([]);
  return target;
}

describeWithPeer(["wimlib-imagex", "7zz"], (wimlib, sevenZip) => {
  const capture = async (name: string, ...options: string[]) => {
    const file = join(directory, name);
    if (!existsSync(file)) await wimlib.run(["capture", tree, file, "image", "--no-acls", "--norpfix", ...options]);
    return file;
  };

  describe.each([
    ["lzx.wim", ["--compress=LZX:20"], MIB / 4],
    ["none.wim", ["--compress=none", "--check"], MIB],
    ["lzms.wim", ["--compress=LZMS:20"], MIB / 4],
  ])("%s", (name, options, limit) => {
    test("is split into parts that wimlib reads, and joined again", async () => {
      const source = await capture(name, ...options);
      const { parts, findings } = await split(source, `split-${name}`, limit);
      expect(parts.length).toBeGreaterThan(2);
      for (const { file, bytes } of parts) expect(bytes).toBe(statSync(file).size);
      const tooLarge = findings.map(({ where }) => where?.file);
      for (const { file, bytes } of parts) expect(bytes > limit).toBe(tooLarge.includes(file));
      const [first] = parts as [(typeof parts)[0]];
      await wimlib.run(["verify", first.file, `--ref=${join(directory, `split-${name}*.swm`)}`]);
      await sevenZip.run(["t", first.file]);

      const joined = join(directory, `joined-${name}`);
      await using set = await WimFile.open(parts.map(({ file }) => file).reverse());
      expect(set.isComplete).toBe(true);
      await rebuildWim(set, joined);
      await wimlib.run(["verify", joined]);
      expect(whats(await applyTo(joined, `tree-${name}`))).toEqual(whats(tree));
    });
  });

  test("parts that wimlib made are read and joined", async () => {
    const source = await capture("lzx.wim", "--compress=LZX:20");
    await wimlib.run(["split", source, join(directory, "theirs.swm"), "2"]);
    const parts = readdirSync(directory).filter((name) => /^theirs\d*\.swm$/.test(name));
    expect(parts.length).toBeGreaterThan(2);
    const paths = parts.map((name) => join(directory, name));
    expect(whats(await applyTo(paths, "tree-theirs"))).toEqual(whats(tree));
    await using found = await openWimFile((await WimFile.open(join(directory, "theirs.swm"))).access);
    expect(found.isComplete).toBe(true);
  });

  describe.each([
    // a chunk is never cut
    ["one chunk", "solid.esd", [], 1],
    ["small chunks", "solid-small.esd", ["--solid-chunk-size=262144"], 2],
    ["LZX", "solid-lzx.esd", ["--solid-compress=LZX", "--solid-chunk-size=131072"], 2],
  ])("a solid file, %s", (_, name, options, fewest) => {
    test("is split between its chunks; joined, peers read it", async () => {
      const source = await capture(name, "--solid", ...options);
      const { parts } = await split(source, `split-${name}`, MIB);
      expect(parts.length).toBeGreaterThanOrEqual(fewest);
      await using set = await WimFile.open(parts.map(({ file }) => file));
      expect(await verifyWim(set, { threads: 1 })).toMatchObject({ ok: true });

      const joined = join(directory, `joined-${name}`);
      await rebuildWim(set, joined, { integrity: true });
      await wimlib.run(["verify", joined]);
      await sevenZip.run(["t", joined]);
      const applied = join(directory, `applied-${name}`);
      await wimlib.run(["apply", joined, "1", applied]);
      expect(whats(applied)).toEqual(whats(tree));
    });
  });

  test("optimise drops what changes left behind, delete drops an image and its data", async () => {
    const file = join(directory, "several.wim");
    copyFileSync(await capture("lzx.wim", "--compress=LZX:20"), file);
    await wimlib.run(["append", join(tree, "many"), file, "second"]);
    await wimlib.run(["delete", file, "1", "--soft"]);
    const left = statSync(file).size;
    await using opened = await WimFile.open(file);
    const small = join(directory, "small.wim");
    const { bytes } = await rebuildWim(opened, small);
    expect(bytes).toBeLessThan(left / 10);
    await wimlib.run(["verify", small]);
    const listed = await wimlib.run(["info", small]);
    expect(listed.text).toMatch(/Image Count:\s+1\n/);
    expect(listed.text).toMatch(/Name:\s+second\n/);
  });

  test("a solid file keeps only the resources that are still needed", async () => {
    const file = join(directory, "several.esd");
    copyFileSync(await capture("solid-small.esd", "--solid", "--solid-chunk-size=262144"), file);
    await wimlib.run(["append", join(tree, "many"), file, "second"]);
    await using opened = await WimFile.open(file);
    const rebuilt = join(directory, "second only.esd");
    await rebuildWim(opened, rebuilt, { images: [2] });
    await wimlib.run(["verify", rebuilt]);
    await wimlib.run(["apply", rebuilt, "1", join(directory, "second only")]);
    expect(whats(join(directory, "second only"))).toEqual(whats(join(tree, "many")));
  });

  test("a delta file is read with the file that it was made from", async () => {
    const base = await capture("lzx.wim", "--compress=LZX:20");
    const delta = join(directory, "delta.wim");
    await wimlib.run(["capture", tree, delta, "delta", "--no-acls", "--norpfix", `--delta-from=${base}`]);
    await using alone = await WimFile.open(delta);
    expect((await verifyWim(alone, { threads: 1 })).ok).toBe(false);
    await using both = await openWimFile((await WimFile.open(delta)).access, [base]);
    expect(await verifyWim(both, { threads: 1 })).toMatchObject({ ok: true });
    const target = join(directory, "tree-delta");
    await applyImage(both, 1, target, { findings: new Findings(), threads: 1 });
    expect(whats(target)).toEqual(whats(tree));
  });

  test("a part of another set, or the same part twice, is refused; a missing one is told", async () => {
    const { parts } = await split(await capture("lzx.wim", "--compress=LZX:20"), "a", MIB / 4);
    const { parts: others } = await split(await capture("none.wim", "--compress=none", "--check"), "b", MIB);
    const [first, second] = parts as [(typeof parts)[0], (typeof parts)[0]];
    await expect(WimFile.open([first.file, others[1]?.file ?? ""])).rejects.toMatchObject({ code: "WIM_OTHER_SET" });
    await expect(WimFile.open([first.file, second.file, second.file])).rejects.toMatchObject({ code: "WIM_OTHER_SET" });
    await using some = await WimFile.open([first.file, second.file]);
    expect(some.isComplete).toBe(false);
    expect(some.findings.list.map(({ code }) => code)).toContain("WIM_PART_MISSING");
    await expect(rebuildWim(some, join(directory, "never.wim"))).rejects.toMatchObject({ code: "WIM_PART_MISSING" });
    expect(existsSync(join(directory, "never.wim"))).toBe(false);
  });
});
