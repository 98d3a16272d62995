import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { digest, FileAccess, MemoryAccess } from "@adk/core";
import { temporaryDirectory } from "@adk/testing";
import { expect, test } from "vitest";
import { CabinetSet, extractFiles, extractPsf, openCab, openCabVolume, parseContainerIndex } from "./index.ts";
import { type SampleFile, sampleCabinet, sampleSet, sampleText } from "./sample-cabinet.ts";

function adkError(code: string, more: object = {}): unknown {
  return expect.objectContaining({ name: "AdkError", code, ...more });
}

function cabinetOf(files: readonly SampleFile[]): Promise<CabinetSet> {
  return CabinetSet.open(new MemoryAccess(sampleCabinet([{ compression: "mszip", files }])));
}

test("files are written with their times", async () => {
  const set = await cabinetOf([
    { name: "dir\\a.txt", data: sampleText(90_000) },
    { name: "dir\\sub/b.txt", data: sampleText(10) },
    { name: "empty", data: new Uint8Array(0) },
  ]);
  const target = join(temporaryDirectory(), "out");
  expect(await extractFiles(set, target)).toEqual({ files: 3, bytes: 90_010, findings: [] });
  expect(Buffer.compare(readFileSync(join(target, "dir/a.txt")), sampleText(90_000))).toBe(0);
  expect(statSync(join(target, "dir/sub/b.txt")).mtime.toISOString()).toBe("2026-11-22T17:18:20.000Z");
  await expect(extractFiles(set, target)).rejects.toThrow(adkError("ALREADY_EXISTS"));
  const chosen = set.files.filter(({ name }) => name === "empty");
  expect(await extractFiles(set, target, { files: chosen, overwrite: true })).toMatchObject({ files: 1, bytes: 0 });
});

test("names that lead outside are left out", async () => {
  const names = ["..\\up", "/root", "\\root", "C:\\drive", "a\\..\\..\\b", "stream:x", "good"];
  const set = await cabinetOf(names.map((name) => ({ name, data: sampleText(5) })));
  const target = join(temporaryDirectory(), "out");
  const { files, findings } = await extractFiles(set, target);
  expect(files).toBe(1);
  expect(findings.map(({ code, where }) => [code, where?.path])).toEqual(
    names.slice(0, -1).map((name) => ["UNSAFE_NAME", name]),
  );
  expect(readdirSync(target)).toContain("good");
});

test("a file whose data is damaged is not there, those before are", async () => {
  const bytes = sampleCabinet([
    {
      compression: "mszip",
      files: [
        { name: "good", data: sampleText(100) },
        { name: "bad", data: sampleText(90_000) },
      ],
    },
  ]);
  bytes[bytes.length - 1]! ^= 1;
  const target = temporaryDirectory();
  const set = await CabinetSet.open(new MemoryAccess(bytes));
  const { files, findings } = await extractFiles(set, target);
  expect([files, findings.map(({ code, where }) => [code, where?.path])]).toEqual([1, [["CAB_BAD_CHECKSUM", "bad"]]]);
  expect(readdirSync(target)).toEqual(["good"]);
});

test("more than the limit is refused before anything is written", async () => {
  const set = await cabinetOf([{ name: "a", data: sampleText(1000) }]);
  const target = join(temporaryDirectory(), "out");
  await expect(extractFiles(set, target, { limits: { outputBytes: 999 } })).rejects.toThrow(adkError("LIMIT_EXCEEDED"));
  expect(existsSync(target)).toBe(false);
});

test("cancelled, nothing is left behind", async () => {
  const set = await cabinetOf([{ name: "a/b", data: sampleText(100_000) }]);
  const target = join(temporaryDirectory(), "out");
  const controller = new AbortController();
  const onProgress = ({ done }: { done: number }) => done > 0 && controller.abort();
  const cancelled = extractFiles(set, target, { signal: controller.signal, onProgress: (p) => void onProgress(p) });
  await expect(cancelled).rejects.toThrow(adkError("CANCELLED"));
  expect(existsSync(target)).toBe(false);
});

test("the cabinets of a set are found beside each other, in any case", async () => {
  const directory = temporaryDirectory();
  const files = [{ name: "long", data: sampleText(150_000) }];
  for (const { name, bytes } of sampleSet({ compression: "none", files }, [1, 1])) {
    writeFileSync(join(directory, name.toUpperCase()), bytes);
  }
  await using set = await openCab(await FileAccess.open(join(directory, "PART2.CAB")));
  expect(set.cabinets).toHaveLength(3);
  expect(await extractFiles(set, join(directory, "out"))).toMatchObject({ files: 1, bytes: 150_000, findings: [] });
});

test("the first cabinet of a program is opened", async () => {
  const path = join(temporaryDirectory(), "setup.exe");
  const cabinet = sampleCabinet([{ compression: "none", files: [{ name: "a", data: sampleText(9) }] }]);
  writeFileSync(path, Buffer.concat([Buffer.from("MZ program "), cabinet]));
  await using set = await openCab(await FileAccess.open(path));
  expect(set.cabinets[0]).toMatchObject({ start: 11, header: { size: cabinet.length } });
  writeFileSync(path, "MZ program without a cabinet, longer than the header of one is");
  await expect(openCab(await FileAccess.open(path))).rejects.toThrow(adkError("CAB_BAD_MAGIC"));
});

test("a cabinet is a volume", async () => {
  await using volume = openCabVolume(
    await cabinetOf([
      { name: "Dir\\A.txt", data: sampleText(40_000) },
      { name: "dir\\b.txt", data: sampleText(10) },
      { name: "..\\c", data: sampleText(1) },
    ]),
    true,
  );
  const [dir, ...others] = await volume.list(volume.root);
  expect([dir?.path, others]).toEqual(["/Dir", []]);
  expect((await volume.list(dir!)).map(({ path, size }) => [path, size])).toEqual([
    ["/Dir/A.txt", 40_000],
    ["/Dir/b.txt", 10],
  ]);
  const entry = await volume.lookup("/DIR/a.TXT");
  const access = await volume.open(entry!);
  expect(Buffer.compare(await access.read(39_990, 10), sampleText(40_000).subarray(-10))).toBe(0);
  await expect(volume.read(dir!)).rejects.toThrow(adkError("IS_A_DIRECTORY"));
  expect(await volume.lookup("/dir/none")).toBeUndefined();
});

const SHA256 = digest("sha256", sampleText(100));
const INDEX = `<?xml version="1.0" encoding="utf-8"?>
<Container name="a.psf" type="PSF" length="1100" version="1" xmlns="urn:ContainerIndex">
<DeltaBasisSearch><Location id="0" path="{windir}\\winsxs" flags="2000001" /></DeltaBasisSearch>
<Files>
<File id="1" name="amd64_a&amp;b\\f\\raw.txt" length="100" time="134225614730000000" attr="128"><Hash alg="SHA256" value="${SHA256.toUpperCase()}"/>
<Delta><Source type="RAW" offset="1000" length="100"><Hash alg="SHA256" value="${SHA256}"/></Source></Delta></File>
<File id="2" name="delta.dll" length="11776" time="x" attr="128"><Hash alg="SHA256" value="00"/><Delta><Source type="PA30" offset="0" length="459"/></Delta></File>
<File id="3" name="..\\up" length="1"><Delta><Source type="RAW" offset="0" length="1"/></Delta></File>
<File id="4" name="beyond" length="1"><Delta><Source type="RAW" offset="1100" length="1"/></Delta></File>
<File id="5" name="changed" length="1"><Hash alg="SHA256" value="ff"/><Delta><Source type="RAW" offset="0" length="1"/></Delta></File>
</Files></Container>`;

test("the index of a PSF names files, places and hashes", () => {
  const index = parseContainerIndex(INDEX);
  expect(index).toMatchObject({ name: "a.psf", type: "PSF", size: 1100 });
  expect(index.files[0]).toEqual({
    id: "1",
    name: "amd64_a&b\\f\\raw.txt",
    size: 100,
    lastWriteTime: 134225614730000000n,
    attributes: 128,
    hash: { algorithm: "SHA256", value: SHA256 },
    source: { type: "RAW", offset: 1000, size: 100, hash: { algorithm: "SHA256", value: SHA256 } },
  });
  expect(index.files[1]).toMatchObject({ lastWriteTime: 0n, source: { type: "PA30", offset: 0, size: 459 } });
  for (const text of ["", "<Container length='x'/>", "<File/>", "<Container><File length='-1'/></Container>"]) {
    expect(() => parseContainerIndex(text)).toThrow(adkError("PSF_BAD_INDEX"));
  }
});

test("what a PSF holds as it is can be extracted", async () => {
  const psf = new MemoryAccess(new Uint8Array([...new Uint8Array(1000), ...sampleText(100)]), "a.psf");
  const target = temporaryDirectory();
  const result = await extractPsf(parseContainerIndex(INDEX), psf, target);
  expect(result).toMatchObject({ files: 1, bytes: 100, differences: 1 });
  expect(result.findings.map(({ code, where }) => [code, where?.path])).toEqual([
    ["UNSAFE_NAME", "..\\up"],
    ["UNEXPECTED_END", "beyond"],
    ["PSF_BAD_HASH", "changed"],
  ]);
  expect(readdirSync(target)).toEqual(["amd64_a&b"]);
});
