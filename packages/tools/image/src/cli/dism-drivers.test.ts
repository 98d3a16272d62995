import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { runForTest } from "@adk/cli-kit/testing";
import { makeTree } from "@adk/testing";
import { beforeEach, expect, test } from "vitest";
import { network, storage, type Tree } from "../testing/driver-images.ts";
import { makeWindows } from "../testing/windows-image.ts";
import { groups } from "./index.ts";

let root = "";
let host = "";
beforeEach(async () => {
  root = await makeWindows();
  const within = (directory: string, tree: Tree) =>
    Object.entries(tree).map(([path, content]) => [`${directory}/${path}`, content] as const);
  host = await makeTree(Object.fromEntries([...within("storage", storage()), ...within("net", network())]));
});

async function dism(...argv: string[]) {
  const { exitCode, stdout } = await runForTest(groups, ["dism", `/Image:${root}`, ...argv], { cwd: host, env: {} });
  return { exitCode, body: stdout.replace(/^\n.*\nVersion: .*\n\n/, "") };
}

const DONE = "The operation completed successfully.\n";
const LISTING = "Obtaining list of 3rd party drivers from the driver store...\n\nDriver packages listing:\n\n";

test("drivers are added, listed, exported and removed in DISM's words", async () => {
  expect((await dism("/Get-Drivers")).body).toBe(
    `${LISTING}(No drivers found in the image matching the criteria)\n\n${DONE}`,
  );
  expect((await dism("/Add-Driver", "/Driver:storage\\acmestor.inf")).body).toBe(
    `Found 1 driver package(s) to install.\nInstalling 1 of 1 - ${host}/storage/acmestor.inf: The driver package was successfully installed.\n${DONE}`,
  );
  expect((await dism("/Add-Driver", "/Driver:.", "/Recurse")).body).toBe(
    `Searching for driver packages to install...\nFound 2 driver package(s) to install.\nInstalling 1 of 2 - ${host}/net/acmenet.inf: The driver package was successfully installed.\nInstalling 2 of 2 - ${host}/storage/acmestor.inf: The driver package was successfully installed.\n${DONE}`,
  );
  expect((await dism("/Get-Drivers")).body).toContain(
    `${LISTING}Published Name : oem0.inf\nOriginal File Name : acmestor.inf\nInbox : No\nClass Name : \nProvider Name : Red Hat, Inc.\nDate : 12/2/2021\nVersion : 100.90.104.21500\n\nPublished Name : oem1.inf\n`,
  );
  const table = (await dism("/Get-Drivers", "/All", "/Format:Table")).body;
  expect(table).toMatch(/^Obtaining list of all drivers/);
  expect(table).toMatch(/^oem1\.inf +\| acmenet\.inf +\| No +\|/m);
  expect((await dism("/Export-Driver", "/Destination:out")).body).toBe(
    `Exporting 1 of 2 - oem0.inf: The driver package was successfully exported.\nExporting 2 of 2 - oem1.inf: The driver package was successfully exported.\n${DONE}`,
  );
  expect(await readdir(join(host, "out"))).toHaveLength(2);
  expect((await dism("/Remove-Driver", "/Driver:oem0.inf", "/Driver:oem1.inf")).body).toBe(
    `Found 2 driver package(s) to remove.\nRemoving 1 of 2 - oem0.inf: The driver package was successfully removed.\nRemoving 2 of 2 - oem1.inf: The driver package was successfully removed.\n${DONE}`,
  );
  expect((await dism("/Get-Drivers")).body).toContain("(No drivers found");
});

test("the devices of a driver", async () => {
  await dism("/Add-Driver", "/Driver:storage", "/Driver:net");
  const { body } = await dism("/Get-DriverInfo", "/Driver:OEM1.inf");
  expect(body).toMatch(
    /^Driver package information:\n\nPublished Name : oem1\.inf\nDriver Store Path : \\Windows\\System32\\DriverStore\\FileRepository\\acmenet\.inf_amd64_[\da-f]{16}\\acmenet\.inf\n/,
  );
  expect(body).toContain("Boot Critical : No\n\nDrivers for architecture : amd64\n\nManufacturer : Acme\n");
  expect(body).toContain(
    "Hardware ID : PCI\\VEN_1AF4&DEV_1000\nService Name : acmenet\nCompatible IDs : PCI\\VEN_1AF4\n",
  );
});

test.each([
  [["/Add-Driver"], 87, "A required option is missing from the command-line: /Driver."],
  [["/Add-Driver", "/Driver:out"], 2, "The system cannot find the file specified."],
  [["/Add-Driver", "/Driver:."], 2, "There is no INF file here."],
  [["/Get-DriverInfo", "/Driver:oem7.inf"], 2, "The image has no such driver."],
  [["/Remove-Driver", "/Driver:disk.inf"], 87, "Only drivers that were added can be removed"],
  [["/Get-Drivers", "/Recurse"], 87, "The /recurse option is not recognized in this context."],
  [["/Get-Drivers", "/All", "/All"], 87, "The /All option has been duplicated on the command-line."],
])("%j ends with %i", async (argv, code, text) => {
  const { exitCode, body } = await dism(...argv);
  expect([exitCode, body]).toEqual([code, expect.stringContaining(text)]);
});
