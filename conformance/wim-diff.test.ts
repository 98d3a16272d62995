import { join } from "node:path";
import { applyWim, captureWim, diffImages } from "@adk/image";
import { temporaryDirectory } from "@adk/testing";
import { expect, test } from "vitest";
import { describeWithData } from "./support/data.ts";
import { makeSampleTree } from "./support/sample-tree.ts";

/** Compares, and gives each difference as a line. */
async function lines(before: string, after: string): Promise<string[]> {
  const { differences } = await diffImages(before, after, {});
  return differences.map(({ kind, path, what, before }) => {
    const from = kind === "moved" ? `${before?.path} -> ` : "";
    return `${kind} ${from}${path}${what.length > 0 ? `: ${what.join(", ")}` : ""}`;
  });
}

test("a captured directory is equal to the directory", async () => {
  const at = temporaryDirectory();
  makeSampleTree(join(at, "tree"), { largeBytes: 100_000 });
  await captureWim(join(at, "tree"), join(at, "tree.wim"), { name: "tree", compression: "xpress", threads: 1 });
  expect(await lines(join(at, "tree"), join(at, "tree.wim"))).toEqual([]);
});

describeWithData("imaging", (directory) => {
  const data = (name: string) => join(directory, name);

  // What was done to the tree between the captures follows from the names that `wimlib-imagex dir` lists of the images.
  test("three states of one tree", async () => {
    const image = (index: number) => `${data("pebakery_MultiImage.wim")}:${index}`;
    expect(await lines(image(1), image(2))).toEqual([
      "changed /: times, object-id",
      "changed /B: times, object-id",
      "changed /B/C.txt: times, object-id",
      "changed /B/D.ini: times",
      "moved /A.txt -> /Z.txt: path, times, short-name",
    ]);
    expect(await lines(image(2), image(3))).toContain("added /Y.txt");
    expect(await lines(image(3), image(2))).toContain("removed /Y.txt");
    expect(await lines(image(3), image(3))).toEqual([]);
    const { properties } = await diffImages(image(1), image(3), {});
    expect(properties).toEqual(
      expect.arrayContaining([
        { path: "NAME", before: "Base", after: "Delta" },
        { path: "FILECOUNT", before: "3", after: "4" },
      ]),
    );
  });

  test.each([
    "peer_lzms_nonsolid.wim",
    "peer_lzx128k.wim",
    "peer_lzx_integrity.wim",
    "peer_pipable_lzx.wim",
    "peer_solid_lzms.esd",
    "peer_xpress4k.wim",
    "peer_xpress64k.wim",
  ])("one tree is equal in %s and without compression", async (name) => {
    const { equal, before, after } = await diffImages(data("peer_none.wim"), data(name), {});
    expect(equal).toBe(true);
    expect(after).toMatchObject({ entries: before.entries, bytes: before.bytes });
  });

  test("an image is equal to the directory that it was applied to", async () => {
    const target = join(temporaryDirectory(), "tree");
    await applyWim(data("peer_solid_lzms.esd"), target, { threads: 1 });
    expect(await lines(data("peer_none.wim"), target)).toEqual([]);
  });

  test("a path longer than Windows' limit, and a descriptor with an empty list", async () => {
    expect(await lines(data("longpaths.wim"), data("longpaths.wim"))).toEqual([]);
    const found = await lines(data("longpaths.wim"), data("empty_dacl.wim"));
    expect(found.filter((line) => line.startsWith("removed"))).toHaveLength(203);
  });

  test("data that does not match its hash is not read", async () => {
    expect(await lines(data("corrupted_file_1.wim"), data("corrupted_file_1.wim"))).toEqual([]);
  });

  test("what hostile images have outside their root is left out, with a finding", async () => {
    const { findings, equal } = await diffImages(data("dotdot.wim"), data("dotdot.wim"), {});
    expect(equal).toBe(true);
    expect(findings.map(({ code }) => code)).toContain("WIM_UNSAFE_NAME");
    await expect(diffImages(data("cyclic.wim"), data("dotdot.wim"), {})).rejects.toMatchObject({
      code: "WIM_CYCLIC_DIRECTORY",
    });
  });
});
