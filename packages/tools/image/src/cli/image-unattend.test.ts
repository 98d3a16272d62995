import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runForTest } from "@adk/cli-kit/testing";
import { makeTree } from "@adk/testing";
import { beforeEach, expect, test } from "vitest";
import { network, registryOf, type Tree } from "../testing/driver-images.ts";
import { makeWindows } from "../testing/windows-image.ts";
import { groups } from "./index.ts";

let root = "";
let host = "";
beforeEach(async () => {
  root = await makeWindows();
  const drivers: Tree = network();
  host = await makeTree(
    Object.fromEntries(Object.entries(drivers).map(([path, data]) => [`drivers/net/${path}`, data])),
  );
  await writeFile(join(host, "unattend.xml"), ANSWERS);
});

const ATTRIBUTES = 'publicKeyToken="31bf3856ad364e35" language="neutral" versionScope="nonSxS"';
const ANSWERS = `<?xml version="1.0" encoding="utf-8"?>
<unattend xmlns="urn:schemas-microsoft-com:unattend" xmlns:wcm="http://schemas.microsoft.com/WMIConfig/2002/State">
  <servicing>
    <package action="configure">
      <assemblyIdentity name="Microsoft-Windows-Foundation-Package" version="10.0.22621.1" processorArchitecture="amd64" publicKeyToken="31bf3856ad364e35" language=""/>
      <selection name="TelnetClient" state="true"/>
    </package>
  </servicing>
  <settings pass="offlineServicing">
    <component name="Microsoft-Windows-PnpCustomizationsNonWinPE" processorArchitecture="amd64" ${ATTRIBUTES}>
      <DriverPaths>
        <PathAndCredentials wcm:action="add" wcm:keyValue="1"><Path>drivers</Path></PathAndCredentials>
        <PathAndCredentials wcm:action="add" wcm:keyValue="2"><Path>\\\\server\\share\\drivers</Path></PathAndCredentials>
      </DriverPaths>
    </component>
    <component name="Microsoft-Windows-LUA-Settings" processorArchitecture="amd64" ${ATTRIBUTES}>
      <EnableLUA>true</EnableLUA>
    </component>
  </settings>
</unattend>
`;

async function apply(...args: string[]) {
  const { exitCode, stdout } = await runForTest(
    groups,
    ["image", "apply-unattend", root, "unattend.xml", ...args, "--json"],
    { cwd: host },
  );
  return { exitCode, ...JSON.parse(stdout) };
}

test("the answer file is put in its place, drivers are added, the rest is told", async () => {
  const result = await apply();
  expect(result).toMatchObject({
    exitCode: 0,
    state: "committed",
    answerFile: "/Windows/Panther/unattend.xml",
    drivers: [{ from: join(host, "drivers/net/acmenet.inf"), publishedName: "oem0.inf", state: "staged" }],
  });
  const left = result.findings.filter(({ code }: { code: string }) => code === "UNATTEND_NOT_DONE");
  expect(left.map(({ message }: { message: string }) => message)).toEqual([
    "The drivers in \\\\server\\share\\drivers are not added: this host has no such directory.",
    "It takes Windows itself: to configure the package Microsoft-Windows-Foundation-Package (features TelnetClient).",
    "It takes Windows itself: the settings of Microsoft-Windows-LUA-Settings.",
  ]);
  expect(left[1].where.file).toBe(`${join(host, "unattend.xml")}:4`);
  expect(await readFile(join(root, "Windows/Panther/unattend.xml"), "utf8")).toBe(ANSWERS);
});

test("one with errors is refused, and nothing changes", async () => {
  await writeFile(join(host, "unattend.xml"), ANSWERS.replace("<EnableLUA>true", "<EnableLUA>perhaps"));
  const before = await registryOf(root);
  const { exitCode, error } = await apply();
  expect([exitCode, error.code, error.file]).toEqual([
    3,
    "ANSWER_FILE_BAD",
    expect.stringMatching(/unattend\.xml:17:/),
  ]);
  expect(await registryOf(root)).toEqual(before);
  expect((await apply("--dry-run")).error.code).toBe("ANSWER_FILE_BAD");
});

test("DISM's command does the same", async () => {
  const argv = ["dism", `/Image:${root}`, "/Apply-Unattend:unattend.xml"];
  const { exitCode, stdout, stderr } = await runForTest(groups, argv, { cwd: host, env: {} });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/\n\nThe operation completed successfully\.\n$/);
  expect(stderr).toContain("UNATTEND_NOT_DONE");
  expect(await readFile(join(root, "Windows/Panther/unattend.xml"), "utf8")).toBe(ANSWERS);
  const missing = await runForTest(groups, ["dism", `/Image:${root}`, "/Apply-Unattend"], { cwd: host, env: {} });
  expect(missing.exitCode).toBe(87);
});
