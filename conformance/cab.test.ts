import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type CabinetSet, extractFiles, openCab, readCabFile, verifyCabinets } from "@adk/cab";
import { type SampleFolder, sampleCabinet, sampleSet } from "@adk/cab/testing";
import { FileAccess } from "@adk/core";
import { temporaryDirectory } from "@adk/testing";
import { expect, test } from "vitest";
import { describeWithPeer } from "./support/peers.ts";
import { sampleFiles } from "./support/sample-files.ts";

async function open(path: string): Promise<CabinetSet> {
  return openCab(await FileAccess.open(path));
}

/** Code and text, the larger cut short. */
async function files(most = 300_000): Promise<SampleFolder["files"]> {
  const all = [...(await sampleFiles())];
  return all.map(([name, data]) => ({ name, data: data.subarray(0, most) }));
}

async function expectSame(set: CabinetSet, expected: SampleFolder["files"]): Promise<void> {
  expect(await verifyCabinets(set)).toMatchObject({ ok: true, files: expected.length, findings: [] });
  for (const { name, data } of expected) {
    const file = set.files.find((each) => each.path.join("/") === name)!;
    expect(Buffer.compare(await readCabFile(file), data), name).toBe(0);
  }
}

describeWithPeer(["gcab"], (gcab) => {
  test.each([
    ["none", []],
    ["mszip", ["--zip"]],
  ])("cabinets of gcab with %s are read", async (compression, options) => {
    const directory = temporaryDirectory();
    await mkdir(join(directory, "größe"));
    const content = await files(3_000_000);
    for (const { name, data } of content) await writeFile(join(directory, "größe", name), data);
    const inside = content.map(({ name, data }) => ({ name: `größe/${name}`, data }));
    await gcab.run([...options, "-c", "a.cab", ...inside.map(({ name }) => name)], { cwd: directory });
    await using set = await open(join(directory, "a.cab"));
    expect(set.folders.map((folder) => folder.compression)).toEqual([compression]);
    await expectSame(set, inside);
    const target = join(directory, "out");
    expect(await extractFiles(set, target)).toMatchObject({ files: inside.length, findings: [] });
    for (const { name, data } of inside) expect(Buffer.compare(await readFile(join(target, name)), data)).toBe(0);
  });
});

// Our samples are written for these tests alone; that others read the same from them makes them worth something.
describeWithPeer(["cabextract", "7zz"], (cabextract, sevenZip) => {
  async function expectPeersAgree(path: string, expected: SampleFolder["files"]): Promise<void> {
    await using set = await open(path);
    await expectSame(set, expected);
    const directory = temporaryDirectory();
    await cabextract.run(["-q", "-d", join(directory, "cabextract"), path]);
    await sevenZip.run(["x", `-o${join(directory, "7zz")}`, path]);
    for (const { name, data } of expected) {
      for (const peer of ["cabextract", "7zz"]) {
        expect(Buffer.compare(await readFile(join(directory, peer, name)), data), `${peer} ${name}`).toBe(0);
      }
    }
  }

  test.each([15, 16, 18, 20, 21])("LZX with a window of 2^%i bytes", async (windowOrder) => {
    const path = join(temporaryDirectory(), "a.cab");
    const content = (await files(windowOrder === 15 ? 400_000 : 150_000)).filter(({ name }) => name !== "zeros.bin");
    const callSize = windowOrder === 16 ? 0 : 12_000_000;
    await writeFile(path, sampleCabinet([{ compression: "lzx", files: content, windowOrder, callSize }]));
    await expectPeersAgree(path, content);
  });

  test.each(["none", "mszip", "lzx"] as const)("a set of three cabinets with %s", async (compression) => {
    const directory = temporaryDirectory();
    const content = await files(60_000);
    for (const { name, bytes } of sampleSet({ compression, files: content }, [3, 4], { listAll: true })) {
      await writeFile(join(directory, name), bytes);
    }
    await expectPeersAgree(join(directory, "part1.cab"), content);
  });

  test("reserved areas and several folders", async () => {
    const path = join(temporaryDirectory(), "a.cab");
    const content = await files(40_000);
    const folders = content.map((file, i) => ({
      compression: (["none", "mszip", "lzx"] as const)[i % 3]!,
      files: [file],
    }));
    await writeFile(path, sampleCabinet(folders, { reserve: { header: 20, folder: 4, data: 8 } }));
    await expectPeersAgree(path, content);
  });

  test("a cabinet inside a program", async () => {
    const path = join(temporaryDirectory(), "setup.exe");
    const content = await files(40_000);
    const cabinet = sampleCabinet([{ compression: "lzx", files: content }]);
    await writeFile(path, Buffer.concat([Buffer.from("MZ"), Buffer.alloc(5000, "program "), cabinet]));
    await using set = await open(path);
    await expectSame(set, content);
    expect((await cabextract.run(["-t", path])).text).toContain("All done, no errors.");
  });
});
