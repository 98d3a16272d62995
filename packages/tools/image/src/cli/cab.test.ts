import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sampleCabinet, sampleText } from "@adk/cab/testing";
import { runForTest } from "@adk/cli-kit/testing";
import { digest } from "@adk/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { groups } from "./index.ts";

const RAW = sampleText(500);
const INDEX = `<Container name="a.psf" type="PSF" length="600" xmlns="urn:ContainerIndex"><Files>
<File id="1" name="x\\raw.txt" length="500"><Hash alg="SHA256" value="${digest("sha256", RAW)}"/>
<Delta><Source type="RAW" offset="100" length="500"/></Delta></File>
<File id="2" name="x\\delta.dll" length="9000"><Delta><Source type="PA30" offset="0" length="100"/></Delta></File>
</Files></Container>`;

let cwd = "";
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "adk-cab-"));
  const files = [
    { name: "driver\\sample.inf", data: sampleText(300) },
    { name: "driver\\sample.sys", data: sampleText(70_000), attributes: 0x21 },
    { name: "..\\up.txt", data: sampleText(3) },
  ];
  const cabinet = sampleCabinet([{ compression: "mszip", files }]);
  writeFileSync(join(cwd, "a.cab"), cabinet);
  cabinet[cabinet.length - 9]! ^= 1;
  writeFileSync(join(cwd, "damaged.cab"), cabinet);
  writeFileSync(join(cwd, "quantum.cab"), sampleCabinet([{ compression: "quantum", files }]));
  const index = [{ name: "express.psf.cix.xml", data: new TextEncoder().encode(INDEX) }];
  writeFileSync(join(cwd, "update.cab"), sampleCabinet([{ compression: "lzx", files: index }]));
  writeFileSync(join(cwd, "a.psf"), new Uint8Array([...sampleText(100), ...RAW]));
});
afterAll(() => rmSync(cwd, { recursive: true }));

function cab(...args: string[]) {
  return runForTest(groups, ["cab", ...args], { cwd });
}

test("info", async () => {
  const { exitCode, stdout } = await cab("info", "a.cab");
  expect([exitCode, stdout]).toEqual([
    0,
    expect.stringMatching(/^Format: +Cabinet\nFiles: +3\n[\s\S]*MSZIP +3 +68.7 KiB +yes/),
  ]);
  const { stdout: json } = await cab("info", "a.cab", "--json");
  expect(JSON.parse(json)).toMatchObject({ kind: "cabinet", fileCount: 3, findings: [] });
});

test("ls", async () => {
  const { stdout } = await cab("ls", "a.cab", "driver/*.inf");
  expect(stdout).toMatch(/ +300 +2026-11-22 17:18:20 +driver\\sample\.inf\n\n1 file, 300 B\n/);
  const { stdout: json } = await cab("ls", "a.cab", "--json");
  const entry = {
    name: "driver\\sample.sys",
    size: 70_000,
    modified: "2026-11-22T17:18:20",
    attributes: ["READONLY", "ARCHIVE"],
  };
  expect(JSON.parse(json).files).toContainEqual(entry);
  expect(await cab("ls", "a.cab", "none")).toMatchObject({ exitCode: 3 });
});

test("verify", async () => {
  expect(await cab("verify", "a.cab")).toMatchObject({
    exitCode: 0,
    stdout: "a.cab: good; 3 files, 68.7 KiB decompressed\n",
  });
  const { exitCode, stdout } = await cab("verify", "damaged.cab");
  expect([exitCode, stdout]).toEqual([1, expect.stringContaining("CAB_BAD_CHECKSUM")]);
  expect(await cab("verify", "quantum.cab")).toMatchObject({
    exitCode: 5,
    stderr: expect.stringContaining("CAB_QUANTUM"),
  });
});

test("extract", async () => {
  const { exitCode, stdout } = await cab("extract", "a.cab", "--to", "out");
  expect([exitCode, stdout]).toEqual([3, expect.stringMatching(/^2 files \(68.7 KiB\)\nerror\[UNSAFE_NAME\]/)]);
  expect(readdirSync(join(cwd, "out", "driver"))).toEqual(["sample.inf", "sample.sys"]);
  expect(await cab("extract", "a.cab", "driver\\sample.inf", "--to", "out")).toMatchObject({ exitCode: 4 });
  expect(await cab("extract", "a.cab", "driver/*.inf", "--to", "out", "--force")).toMatchObject({ exitCode: 0 });
  const { stdoutBytes } = await cab("extract", "a.cab", "driver/*.sys", "--to", "-");
  expect(Buffer.compare(stdoutBytes, sampleText(70_000))).toBe(0);
  expect(await cab("extract", "a.cab", "--to", "-")).toMatchObject({ exitCode: 2 });
});

test("psf", async () => {
  const { stdout } = await cab("psf", "update.cab");
  expect(stdout).toMatch(/RAW +100 +500 +x\\raw\.txt\nPA30 +0 +100 +x\\delta\.dll\n\na\.psf: 2 files, 600 B\n/);
  const { exitCode, stdout: json } = await cab("psf", "update.cab", "--data", "a.psf", "--to", "psf", "--json");
  expect(exitCode).toBe(0);
  expect(JSON.parse(json)).toMatchObject({ extracted: { files: 1, bytes: 500, differences: 1 }, findings: [] });
  expect(Buffer.compare(readFileSync(join(cwd, "psf/x/raw.txt")), RAW)).toBe(0);
  expect(await cab("psf", "update.cab", "--to", "psf")).toMatchObject({ exitCode: 2 });
  expect(await cab("psf", "a.cab")).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("PSF_NO_INDEX") });
});
