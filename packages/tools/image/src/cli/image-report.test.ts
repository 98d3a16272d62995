import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { runForTest } from "@adk/cli-kit/testing";
import { makeTree } from "@adk/testing";
import { beforeAll, expect, test } from "vitest";
import { makeWindows, ROLLUP } from "../testing/windows-image.ts";
import { groups } from "./index.ts";

let root = "";
beforeAll(async () => {
  root = await makeWindows();
});

async function image(...args: string[]) {
  const { exitCode, stdout } = await runForTest(groups, ["image", ...args, "--json"], { cwd: root });
  return { exitCode, ...JSON.parse(stdout) };
}

test("what Windows it is", async () => {
  const { edition, languages, health, findings } = await image("info", ".");
  expect(edition).toMatchObject({
    description: "Windows 11 22H2",
    editionId: "Professional",
    version: "10.0.22621.3007",
    architecture: "amd64",
    installed: "2024-01-24T05:28:32.000Z",
    targetEditions: ["Education", "Enterprise"],
  });
  expect(languages).toMatchObject({ installed: ["en-US"], systemLocale: "0409", timeZone: "Pacific Standard Time" });
  expect(health).toEqual({ pending: false, reasons: [], componentStore: { corrupt: true, unserviceable: false } });
  expect(findings).toEqual([]);
});

test("packages, features and capabilities", async () => {
  const { packages } = await image("packages", ".");
  expect(packages.find(({ identity }: { identity: string }) => identity === ROLLUP)).toEqual({
    identity: ROLLUP,
    state: "Install Pending",
    releaseType: "Security Update",
    installed: "2024-01-26T02:33:09.107Z",
    visible: true,
  });
  expect((await image("hotfixes", ".")).hotfixes).toMatchObject([{ identity: ROLLUP }]);
  expect((await image("features", ".")).features).toMatchObject([
    { name: "NetFx3", state: "Enabled", rawState: 7 },
    { name: "Odd", state: "Unknown (99)" },
    { name: "TelnetClient", state: "Disabled" },
  ]);
  expect((await image("capabilities", ".")).capabilities).toMatchObject([
    { name: "App.StepsRecorder~~~~0.0.1.0", state: "Installed" },
    { name: "Language.OCR~~~de-DE~0.0.1.0", state: "Not Present" },
  ]);
});

test("apps, programs and services", async () => {
  expect((await image("appx", ".")).appx).toMatchObject([
    { displayName: "Contoso.News", version: "1.0.0.0", familyName: "Contoso.News_abcdefghjkmnp" },
    { displayName: "Contoso.Weather", resourceId: "~", familyName: "Contoso.Weather_8wekyb3d8bbwe" },
  ]);
  expect((await image("programs", ".")).programs).toMatchObject([
    { name: "Part of Windows", visible: false },
    { name: "Contoso Tools", version: "1.2.3", estimatedSize: 1 << 20, windowsInstaller: true, scope: "machine" },
    { name: "Old Tool", version: "1.2.3", scope: "machine, 32-bit" },
    { name: "My Tool", scope: "user", user: "Anna" },
  ]);
  expect((await image("services", ".")).services).toMatchObject([
    { name: "disk", kind: "kernel driver", start: "boot" },
    { name: "Spooler", kind: "service", start: "auto", imagePath: "%System" },
  ]);
});

test("a page of everything", async () => {
  const { stdout } = await runForTest(groups, ["image", "report", ".", "-o", "report.html"], { cwd: root });
  expect(stdout).toContain("The report is in report.html.");
  const page = await readFile(join(root, "report.html"), "utf8");
  for (const text of ["Windows 11 22H2", ROLLUP, "Contoso Tools", "Component store (WinSxS)"])
    expect(page).toContain(text);
});

test("tables for people", async () => {
  const { stdout } = await runForTest(groups, ["image", "programs", "."], { cwd: root });
  expect(stdout).toContain("Contoso Tools");
  expect(stdout).not.toContain("Part of Windows");
});

test("a directory without Windows", async () => {
  const { exitCode, error } = await image("info", await makeTree({ "a.txt": "a" }));
  expect([exitCode, error.code]).toEqual([3, "WINDOWS_NO_HIVE"]);
});
