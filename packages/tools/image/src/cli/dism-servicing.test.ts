import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { runForTest } from "@adk/cli-kit/testing";
import { makeTree } from "@adk/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { wim } from "../testing/samples.ts";
import { makeWindows, ROLLUP } from "../testing/windows-image.ts";
import { groups } from "./index.ts";

let root = "";
beforeAll(async () => {
  root = await makeWindows();
});

async function dism(...argv: string[]) {
  const { exitCode, stdout } = await runForTest(groups, ["dism", ...argv], { cwd: root, env: {} });
  return { exitCode, body: stdout.replace(/^\n.*\nVersion: .*\n\n/, "") };
}

const DONE = "The operation completed successfully.\n";

describe("what DISM tells of an image", () => {
  test("packages, as list and as table", async () => {
    const { exitCode, body } = await dism("/Image:.", "/Get-Packages");
    expect(exitCode).toBe(0);
    expect(body).toContain(
      `Packages listing:\n\nPackage Identity : Microsoft-Windows-Foundation-Package~31bf3856ad364e35~amd64~~10.0.22621.1\nState : Installed\nRelease Type : \nInstall Time : \n\n`,
    );
    expect(body).toContain(
      `State : Install Pending\nRelease Type : Security Update\nInstall Time : 1/26/2024 2:33 AM\n\n${DONE}`,
    );
    const table = await dism("/Image:.", "/Get-Packages", "/Format:Table");
    const lines = table.body.split("\n");
    const header = lines.findIndex((line) => line.startsWith("Package Identity"));
    expect(lines[header]).toMatch(/^Package Identity +\| State +\| Release Type +\| Install Time +$/);
    expect(lines[header - 1]).toMatch(/^-+ \| -+ \| -+ \| -+$/);
    expect(lines.find((line) => line.startsWith(ROLLUP))).toMatch(
      /\| Install Pending \| Security Update \| 1\/26\/2024 2:33 AM/,
    );
  });

  test("one package, features and capabilities", async () => {
    const one = await dism("/Image:.", "/Get-PackageInfo", `/PackageName:${ROLLUP.toUpperCase()}`);
    expect(one.body).toMatch(/^Package information:\n\nPackage Identity : Package_for_RollupFix/);
    expect((await dism("/Image:.", "/Get-PackageInfo", "/PackageName:none")).exitCode).toBe(87);
    const features = await dism("/Image:.", "/Get-Features");
    expect(features.body).toContain("Features listing for package : Microsoft-Windows-Foundation-Package");
    expect(features.body).toContain("Feature Name : TelnetClient\nState : Disabled\n\n");
    const capabilities = await dism("/Image:.", "/Get-Capabilities");
    expect(capabilities.body).toContain("Capability Identity : App.StepsRecorder~~~~0.0.1.0\nState : Installed\n\n");
  });

  test("edition, languages, apps, health", async () => {
    expect((await dism("/Image:.", "/Get-CurrentEdition")).body).toBe(
      `Current edition is:\n\nCurrent Edition : Professional\n\n${DONE}`,
    );
    expect((await dism("/Image:.", "/Get-Intl")).body).toContain("Default time zone : Pacific Standard Time\n");
    expect((await dism("/Image:.", "/Get-ProvisionedAppxPackages")).body).toContain(
      "DisplayName : Contoso.News\nVersion : 1.0.0.0\nArchitecture : x64\nResourceId : \nPackageName : Contoso.News_1.0.0.0_x64__abcdefghjkmnp\n",
    );
    expect((await dism("/Image:.", "/Cleanup-Image", "/CheckHealth")).body).toBe(
      `The component store is repairable.\n${DONE}`,
    );
  });
});

describe("changes", () => {
  test("the time zone of a directory", async () => {
    const image = await makeWindows();
    expect((await dism(`/Image:${image}`, "/Set-TimeZone:W. Europe Standard Time")).body).toBe(DONE);
    expect((await dism(`/Image:${image}`, "/Get-Intl")).body).toContain(
      "Default time zone : W. Europe Standard Time\n",
    );
    expect((await dism(`/Image:${image}`, "/Set-ScratchSpace:100")).exitCode).toBe(87);
  });

  test("an image in a WIM file is mounted as a session, changed and saved", async () => {
    const place = await makeTree({});
    const file = join(place, "x.wim");
    const folder = join(place, "mount");
    await wim(root, ["capture", ".", file]);
    const before = await readFile(file);
    expect((await dism("/Mount-Image", `/ImageFile:${file}`, "/Index:1", `/MountDir:${folder}`)).body).toMatch(
      /^Mounting image\n\[=+100\.0%=+\] \nThe operation/,
    );
    const remove = ["/Remove-ProvisionedAppxPackage", "/PackageName:Contoso.News_1.0.0.0_x64__abcdefghjkmnp"];
    expect((await dism(`/Image:${folder}`, ...remove)).exitCode).toBe(0);
    expect(await readFile(file)).toEqual(before);
    expect((await dism(`/Image:${folder}`, "/Get-ProvisionedAppxPackages")).body).not.toContain("Contoso.News");
    expect((await dism("/Commit-Image", `/MountDir:${folder}`)).exitCode).toBe(0);
    expect((await dism(`/Image:${file}:1`, "/Get-ProvisionedAppxPackages")).body).not.toContain("Contoso.News");
    expect((await dism("/Unmount-Wim", `/MountDir:${folder}`, "/Discard")).body).toBe(`Unmounting image\n${DONE}`);
    expect(await stat(folder).catch(() => "gone")).toBe("gone");
  });
});

test.each([
  [["/Get-Packages"], 87, "The /Image option is missing"],
  [["/Online", "/Get-Packages"], 50, "/Online: the running Windows is not serviced here"],
  [["/Image:.", "/Set-TimeZone"], 87, "The /Set-TimeZone option is missing a required argument."],
  [["/Image:.", "/Get-Packages", "/Index:1"], 87, "The /index option is not recognized in this context."],
  [["/Image:.", "/Enable-Feature", "/FeatureName:TelnetClient"], 50, "It needs the servicing stack of Windows itself"],
  [["/Unmount-Image", "/MountDir:none", "/Commit"], 3, "The system cannot find the path specified."],
])("%j ends with %i", async (argv, code, text) => {
  const { exitCode, body } = await dism(...argv);
  expect(exitCode).toBe(code);
  expect(body).toContain(text);
});
