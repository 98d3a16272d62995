import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatFiletime, openDirectory, toHex } from "@adk/core";
import { openOfflineHives } from "@adk/registry";
import { makeTree } from "@adk/testing";
import { describe, expect, test } from "vitest";
import {
  add,
  IMPORT_TIME,
  network,
  newValues,
  readPackage,
  registryOf,
  remove,
  storage,
  type Tree,
} from "../testing/driver-images.ts";
import { driverFiles, NETWORK_INF, SIGNER_NAME, STORAGE_INF } from "../testing/driver-packages.ts";
import { makeWindows } from "../testing/windows-image.ts";
import { readDrivers } from "./driver-report.ts";
import { exportDriver } from "./export-driver.ts";
import { findDriverPackages } from "./find-packages.ts";

function adkError(code: string): unknown {
  return expect.objectContaining({ name: "AdkError", code });
}

test("drivers are numbered, reported, exported and removed", async () => {
  const windows = await makeWindows();
  const before = await registryOf(windows);
  await add(windows, storage());
  const { packageName } = await add(windows, network());
  await using volume = await openDirectory(windows);
  await using hives = await openOfflineHives(volume);
  const drivers = await readDrivers(hives);
  expect(drivers).toMatchObject([
    {
      publishedName: "oem0.inf",
      originalFileName: "acmestor.inf",
      inbox: false,
      classGuid: "{4d36e97b-e325-11ce-bfc1-08002be10318}",
      provider: "Red Hat, Inc.",
      date: "2021-12-02",
      version: "100.90.104.21500",
      architecture: "amd64",
      bootCritical: true,
      signature: "signed",
      signer: SIGNER_NAME,
      imported: formatFiletime(IMPORT_TIME).replace(/(\.\d{3})\d*Z$/, "$1Z"),
    },
    { publishedName: "oem1.inf", packageName, bootCritical: false, version: "100.83.104.19000" },
  ]);
  const target = join(await makeTree({}), "out");
  expect(await exportDriver(volume, hives, drivers[1]!, target)).toBe(3);
  expect(readFileSync(join(target, packageName, "x64/acmenet.sys"), "latin1")).toBe("network driver");
  await expect(exportDriver(volume, hives, drivers[1]!, target)).rejects.toThrow(adkError("ALREADY_EXISTS"));

  const { findings } = await remove(windows, "OEM0.inf");
  expect(findings.list).toMatchObject([{ code: "DRIVER_BOOT_CRITICAL" }]);
  await remove(windows, "oem1.inf");
  const left = newValues(before, await registryOf(windows)).map((line) => line.split(" ").slice(0, 2).join(" "));
  expect(left).toEqual([
    "drivers\\driverdatabase UpdateDate",
    "system\\driverdatabase OemInfMap",
    "system\\driverdatabase UpdateDate",
  ]);
  expect(await registryOf(windows)).toContain("system\\driverdatabase OemInfMap 3 00");
  for (const path of [
    "System32/drivers/acmestor.sys",
    "INF/oem0.inf",
    `System32/DriverStore/FileRepository/${packageName}`,
  ]) {
    expect(await volume.lookup(`/Windows/${path}`), path).toBeUndefined();
  }
  await expect(remove(windows, "oem1.inf")).rejects.toThrow(adkError("DRIVER_NOT_FOUND"));
  await expect(remove(windows, "disk.inf")).rejects.toThrow(adkError("DRIVER_INBOX"));
  // The number that became free is taken again.
  expect((await add(windows, network())).publishedName).toBe("oem0.inf");
});

test("what another driver owns too stays to it", async () => {
  const windows = await makeWindows();
  await add(windows, storage());
  const changed = STORAGE_INF.replace("21500", "21600");
  const second = await add(windows, driverFiles("acmestor", changed, { "acmestor.sys": "newer" }));
  expect(second.publishedName).toBe("oem1.inf");
  await remove(windows, "oem0.inf");
  const owners = `system\\controlset001\\services\\acmestor Owners 7 ${toHex(Buffer.from("oem1.inf\0\0", "utf16le"))}`;
  expect(await registryOf(windows)).toContain(owners);
  expect(readFileSync(join(windows, "Windows/System32/drivers/acmestor.sys"), "latin1")).toBe("newer");
});

describe("signatures", () => {
  const without = (tree: Tree, path: string): Tree =>
    Object.fromEntries(Object.entries(tree).filter(([name]) => name !== path));

  test.each<[state: string, change: (tree: Tree) => Tree, code: string]>([
    ["unsigned", (tree) => without(tree, "acmestor.cat"), "DRIVER_NO_CATALOG"],
    ["mismatch", (tree) => ({ ...tree, "acmestor.sys": "another" }), "DRIVER_NOT_IN_CATALOG"],
    ["mismatch", (tree) => ({ ...tree, "acmestor.inf": `${STORAGE_INF};` }), "DRIVER_NOT_IN_CATALOG"],
    ["invalid", (tree) => ({ ...tree, "acmestor.cat": "no catalog" }), ""],
  ])("%s", async (state, change, code) => {
    const windows = await makeWindows();
    const driver = await readPackage(windows, change(storage()));
    expect(driver.signature.state).toBe(state);
    expect(driver.findings.list.map((finding) => finding.code)).toContainEqual(expect.stringContaining(code));
    await expect(add(windows, change(storage()))).rejects.toThrow(adkError("DRIVER_UNSIGNED"));
    await add(windows, change(storage()), { forceUnsigned: true });
    await using volume = await openDirectory(windows);
    await using hives = await openOfflineHives(volume);
    expect((await readDrivers(hives))[0]).toMatchObject({ signature: "unsigned", signer: undefined });
  });
});

describe("what is no driver for the image", () => {
  test.each<[name: string, tree: Tree, code: string]>([
    ["files are missing", driverFiles("acmestor", STORAGE_INF, {}), "DRIVER_FILE_MISSING"],
    [
      "another architecture",
      driverFiles("a", STORAGE_INF.replaceAll("NTamd64", "NTarm64"), {}),
      "DRIVER_NOT_FOR_WINDOWS",
    ],
    ["a later Windows", driverFiles("a", NETWORK_INF.replaceAll("6.2", "10.0...30000"), {}), "DRIVER_NOT_FOR_WINDOWS"],
    ["no driver", { "a.inf": "[Version]\nSignature=$Chicago$" }, "DRIVER_NOT_A_DRIVER"],
    [
      "a name that no key can have",
      driverFiles("acmestor", STORAGE_INF.replace("= acmestor, 0x", "= a\\b, 0x"), { "acmestor.sys": "" }),
      "DRIVER_BAD_NAME",
    ],
  ])("%s", async (_, tree, code) => {
    await expect(add(await makeWindows(), tree)).rejects.toThrow(adkError(code));
  });
});

test("packages are found in directories, and below", async () => {
  await using volume = await openDirectory(
    await makeTree({ "a/x.inf": "", "a/b/Y.INF": "", "a/readme.txt": "", "c/": "" }),
  );
  const paths = async (path: string, recurse = false) =>
    (await findDriverPackages(volume, path, { recurse })).map(({ folder, inf }) => [folder.path, inf.name]);
  expect(await paths("/a")).toEqual([["/a", "x.inf"]]);
  expect(await paths("/", true)).toEqual([
    ["/a/b", "Y.INF"],
    ["/a", "x.inf"],
  ]);
  expect(await paths("/a/b/y.inf")).toEqual([["/a/b", "Y.INF"]]);
  await expect(paths("/c", true)).rejects.toThrow(adkError("DRIVER_NO_INF"));
  await expect(paths("/d")).rejects.toThrow(adkError("PATH_NOT_FOUND"));
});

test("what is included is read from the image, and told where it is missing", async () => {
  const windows = await makeWindows();
  const inf = STORAGE_INF.replace("[scsi_inst]", "[scsi_inst]\nInclude = common.inf\nNeeds = Common.Section");
  const tree = driverFiles("acmestor", inf, { "acmestor.sys": "storage driver" });
  const { package: alone } = await add(windows, tree);
  expect(alone.findings.list.map(({ code }) => code)).toEqual(["DRIVER_INCLUDE_MISSING"]);
  mkdirSync(join(windows, "Windows/INF"), { recursive: true });
  writeFileSync(join(windows, "Windows/INF/Common.inf"), "[Common.Section]\nAddReg = r\n[r]\nHKR,,Common,,1");
  const driver = await readPackage(windows, tree);
  expect(driver.install.sections[0]).toMatchObject({ missingIncludes: [], registry: [{ name: "Common" }] });
});
