import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sampleCabinet } from "@adk/cab/testing";
import { runForTest } from "@adk/cli-kit/testing";
import { beforeEach, expect, test } from "vitest";
import { makeWindows } from "../testing/windows-image.ts";
import { groups } from "./index.ts";

let root = "";
beforeEach(async () => {
  root = await makeWindows();
});

async function plan(...args: string[]) {
  const { exitCode, stdout } = await runForTest(groups, ["image", "plan", ".", ...args, "--json"], { cwd: root });
  return { exitCode, ...JSON.parse(stdout) };
}

const bytes = (text: string) => new TextEncoder().encode(text);
const mum = (architecture: string) =>
  bytes(
    `<?xml version="1.0"?><assembly xmlns="urn:schemas-microsoft-com:asm.v3"><assemblyIdentity name="Package_for_RollupFix" version="22621.3100.1.1" language="neutral" processorArchitecture="${architecture}" publicKeyToken="31bf3856ad364e35"/><package identifier="KB1" releaseType="Update"/></assembly>`,
  );

async function cabinet(name: string, files: { name: string; data: Uint8Array }[]): Promise<void> {
  await writeFile(join(root, name), sampleCabinet([{ compression: "mszip", files }]));
}

test("a feature: its state, the command and the answer file", async () => {
  expect(await plan("enable-feature", "telnetclient")).toMatchObject({
    exitCode: 5,
    applicable: "yes",
    facts: { Feature: "TelnetClient", State: "Disabled" },
    commands: ["dism.exe /Online /English /NoRestart /Quiet /Enable-Feature /All /FeatureName:TelnetClient"],
    unattend: expect.stringContaining('<selection name="TelnetClient" state="true"/>'),
    staged: false,
  });
  expect((await plan("disable-feature", "TelnetClient")).reasons).toEqual(["It is disabled already."]);
  expect((await plan("enable-feature", "TelnetClint")).error).toMatchObject({
    code: "IMAGE_NO_FEATURE",
    hint: 'Did you mean "TelnetClient"?',
  });
});

test("a package: what it is, and whether the image can take it", async () => {
  await cabinet("update.cab", [
    { name: "update.mum", data: mum("amd64") },
    { name: "a.dll", data: bytes("data") },
  ]);
  expect(await plan("add-package", "update.cab")).toMatchObject({
    exitCode: 5,
    applicable: "yes",
    facts: {
      Kind: "cab",
      Identity: "Package_for_RollupFix~31bf3856ad364e35~amd64~~22621.3100.1.1",
      "Release type": "Update",
    },
    reasons: ["Package_for_RollupFix~31bf3856ad364e35~amd64~~22621.3007.1.9 is there already: Install Pending."],
    unattend: expect.stringContaining('action="install"'),
  });
  await cabinet("arm.cab", [{ name: "update.mum", data: mum("arm64") }]);
  expect(await plan("add-package", "arm.cab")).toMatchObject({ applicable: "no" });
  await cabinet("other.cab", [{ name: "readme.txt", data: bytes("no package") }]);
  expect(await plan("add-package", "other.cab")).toMatchObject({ exitCode: 3, error: { code: "PACKAGE_UNKNOWN" } });
});

test("the step is put into the image, before what its script does", async () => {
  await cabinet("update.cab", [{ name: "update.mum", data: mum("amd64") }]);
  await runForTest(groups, ["image", "put", ".", "update.cab", "/Windows/Setup/Scripts/x"], { cwd: root });
  await writeFile(join(root, "Windows/Setup/Scripts/SetupComplete.cmd"), "@echo off\r\necho mine\r\nexit /b 0\r\n");
  expect(await plan("add-package", "update.cab", "--first-start")).toMatchObject({ exitCode: 0, staged: true });
  expect(await plan("enable-feature", "NetFx3", "--first-start")).toMatchObject({ exitCode: 0, staged: true });
  const scripts = join(root, "Windows/Setup/Scripts");
  expect(await readFile(join(scripts, "SetupComplete.cmd"), "utf8")).toBe(
    'call "%~dp0adk-servicing.cmd"\r\n@echo off\r\necho mine\r\nexit /b 0\r\n',
  );
  expect((await readFile(join(scripts, "adk-servicing.cmd"), "utf8")).split("\r\n")).toEqual([
    "@echo off",
    'dism.exe /Online /English /NoRestart /Quiet /Add-Package /PackagePath:"%WINDIR%\\Setup\\Packages\\update.cab"',
    "dism.exe /Online /English /NoRestart /Quiet /Enable-Feature /All /FeatureName:NetFx3",
    "",
  ]);
  const [payload, given] = await Promise.all(
    ["Windows/Setup/Packages/update.cab", "update.cab"].map((path) => readFile(join(root, path))),
  );
  expect(payload).toEqual(given);
});

test.each([
  [["add-pakage", "x"], "USAGE_UNKNOWN_ACTION"],
  [["add-package"], "USAGE_NO_SUBJECT"],
])("%j is wrong usage", async (args, code) => {
  expect(await plan(...args)).toMatchObject({ exitCode: 2, error: { code } });
});
