import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatFiletime, openDirectory, toHex } from "@adk/core";
import { openOfflineHives, parseRegFile, walkKeys } from "@adk/registry";
import { describe, expect, test } from "vitest";
import { EditSession } from "../servicing/edit-session.ts";
import { editRegistry } from "../servicing/registry-edits.ts";
import { driverFiles, NETWORK_INF, SIGNER_NAME, STORAGE_INF } from "../testing/driver-packages.ts";
import { makeTree } from "../testing/tree.ts";
import { makeWindows } from "../testing/windows-image.ts";
import { applyDriverOperations } from "./apply-operations.ts";
import { type DriverPackage, readDriverPackage } from "./driver-package.ts";
import { readDrivers } from "./driver-report.ts";
import { readDriverStore } from "./driver-store.ts";
import { readDriverTarget } from "./driver-target.ts";
import { exportDriver } from "./export-driver.ts";
import { findDriverPackages } from "./find-packages.ts";
import { type AddDriverOptions, type AddDriverPlan, planAddDriver } from "./plan-add-driver.ts";
import { planRemoveDriver } from "./plan-remove-driver.ts";

/** The time of the import that was recorded. */
const TIME = 0x01d8_5892_69cd_95a0n;

function adkError(code: string): unknown {
  return expect.objectContaining({ name: "AdkError", code });
}

type Tree = Record<string, string | Uint8Array>;

const storage = (): Tree => driverFiles("acmestor", STORAGE_INF, { "acmestor.sys": "storage driver" });
const network = (): Tree => driverFiles("acmenet", NETWORK_INF, { "x64/acmenet.sys": "network driver" });

async function readPackage(windows: string, tree: Tree): Promise<DriverPackage> {
  await using volume = await openDirectory(windows);
  await using hives = await openOfflineHives(volume);
  const [found] = await findDriverPackages(await openDirectory(await makeTree(tree)), "/");
  const includes = { volume, directory: "/Windows/INF" };
  return await readDriverPackage(found!.folder, found!.inf, await readDriverTarget(hives), { includes });
}

async function add(windows: string, tree: Tree, options: Partial<AddDriverOptions> = {}): Promise<AddDriverPlan> {
  const driver = await readPackage(windows, tree);
  await using session = await EditSession.open(windows, { time: TIME });
  await using hives = await openOfflineHives(session.volume);
  const plan = await planAddDriver(driver, await readDriverStore(hives, session.volume), { time: TIME, ...options });
  const entries = await session.openHost(driver.folder.volume.name);
  await editRegistry(session, (edits) =>
    applyDriverOperations(plan.operations, session, edits, { entries, path: "/" }),
  );
  await session.commit({ threads: 1 });
  return plan;
}

async function remove(windows: string, publishedName: string) {
  await using session = await EditSession.open(windows, { time: TIME });
  await using hives = await openOfflineHives(session.volume);
  const plan = await planRemoveDriver(hives, publishedName);
  await editRegistry(session, (edits) => applyDriverOperations(plan.operations, session, edits));
  await session.commit({ threads: 1 });
  return plan;
}

/** All values of an image's hives as lines; keys without values too. */
async function registryOf(windows: string): Promise<string[]> {
  await using volume = await openDirectory(windows);
  await using hives = await openOfflineHives(volume);
  const lines: string[] = [];
  for (const name of ["DRIVERS", "SYSTEM", "SOFTWARE"] as const) {
    const hive = await hives.hive(name);
    for (const { path, values } of hive ? walkKeys(hive.root) : []) {
      lines.push(`${name}\\${path}`.toLowerCase());
      for (const value of values) lines.push(lineOf(`${name}\\${path}`, value.name, value.type, value.data()));
    }
  }
  return lines.sort();
}

function lineOf(key: string, name: string, type: number, data: Uint8Array): string {
  return `${key.toLowerCase()} ${name} ${type} ${toHex(data)}`;
}

/** The values of a .reg text as such lines. */
function expectedValues(text: string): string[] {
  const file = parseRegFile(new TextEncoder().encode(`Windows Registry Editor Version 5.00\r\n${text}`));
  return file.keys
    .flatMap(({ path, values }) => values.map(({ name, content }) => lineOf(path, name, content!.type, content!.data)))
    .sort();
}

/** What the first lines do not have. */
function newValues(before: readonly string[], after: readonly string[]): string[] {
  const known = new Set(before);
  return after.filter((line) => !known.has(line) && / \d+ [\da-f]*$/.test(line));
}

/** REG_MULTI_SZ of one text, as .reg files write it. */
function texts(...list: string[]): string {
  return `hex(7):${[...Buffer.from(`${list.join("\0")}\0\0`, "utf16le")].map((byte) => byte.toString(16).padStart(2, "0")).join()}`;
}

function expand(text: string): string {
  return `hex(2):${[...Buffer.from(`${text}\0`, "utf16le")].map((byte) => byte.toString(16).padStart(2, "0")).join()}`;
}

describe("a driver that Windows starts from", () => {
  test("gives the registry that was recorded of a real Windows", async () => {
    const windows = await makeWindows();
    const before = await registryOf(windows);
    const { packageName, publishedName, bootCritical, package: driver } = await add(windows, storage());
    expect([publishedName, bootCritical]).toEqual(["oem0.inf", true]);
    expect(packageName).toMatch(/^acmestor\.inf_amd64_[\da-f]{16}$/);
    expect(driver.findings.list).toEqual([]);
    const size = driver.files.reduce((sum, file) => sum + file.size, 0);
    const database = "SYSTEM\\DriverDatabase";
    const key = `${database}\\DriverPackages\\${packageName}`;
    const services = "SYSTEM\\ControlSet001\\Services";
    const descriptor = `"Configuration"="scsi_inst"\r\n"Description"="%acmescsi.devicedesc%"\r\n"Manufacturer"="%vendor%"`;
    // After lxc/distrobuilder windows/driver_viostor.go (Apache-2.0), which was taken from a Windows 11 that DISM serviced; names,
    // size and signature are those of the sample.
    const expected = `
[${database}]
"OemInfMap"=hex:80
"UpdateDate"=hex:a0,95,cd,69,92,58,d8,01
[${database}\\DeviceIds\\{4d36e97b-e325-11ce-bfc1-08002be10318}]
"oem0.inf"=hex(0):
[${database}\\DeviceIds\\PCI\\VEN_1AF4&DEV_1001]
"oem0.inf"=hex:02,ff,00,00
[${database}\\DeviceIds\\PCI\\VEN_1AF4&DEV_1001&SUBSYS_00021AF4&REV_00]
"oem0.inf"=hex:01,ff,00,00
[${database}\\DeviceIds\\PCI\\VEN_1AF4&DEV_1042]
"oem0.inf"=hex:02,ff,00,00
[${database}\\DeviceIds\\PCI\\VEN_1AF4&DEV_1042&SUBSYS_11001AF4&REV_01]
"oem0.inf"=hex:01,ff,00,00
[${database}\\DriverInfFiles\\oem0.inf]
@=${texts(packageName)}
"Active"="${packageName}"
"Configurations"=${texts("scsi_inst")}
[${key}]
@="oem0.inf"
"Catalog"="acmestor.cat"
"FileSize"=hex(b):${size.toString(16).padStart(4, "0").match(/../g)!.reverse().join()},00,00,00,00,00,00
"ImportDate"=hex:a0,95,cd,69,92,58,d8,01
"InfName"="acmestor.inf"
"Provider"="Red Hat, Inc."
"SignerName"="${SIGNER_NAME}"
"SignerScore"=dword:0d000005
"StatusFlags"=dword:00000012
"Version"=hex:00,ff,09,00,00,00,00,00,7b,e9,36,4d,25,e3,ce,11,bf,c1,08,00,2b,e1,03,18,00,c0,97,8c,0f,e7,d7,01,fc,53,68,00,5a,00,64,00,00,00,00,00,00,00,00,00
[${key}\\Configurations\\scsi_inst]
"ConfigFlags"=dword:00000000
"ConfigScope"=dword:00000007
"Service"="acmestor"
[${key}\\Configurations\\scsi_inst\\Device\\Interrupt Management\\Affinity Policy]
"DevicePolicy"=dword:00000005
[${key}\\Configurations\\scsi_inst\\Device\\Interrupt Management\\MessageSignaledInterruptProperties]
"MSISupported"=dword:00000001
"MessageNumberLimit"=dword:00000100
[${key}\\Configurations\\scsi_inst\\Services\\acmestor\\Parameters]
"BusType"=dword:00000001
[${key}\\Configurations\\scsi_inst\\Services\\acmestor\\Parameters\\PnpInterface]
"5"=dword:00000001
[${key}\\Descriptors\\PCI\\VEN_1AF4&DEV_1001]
${descriptor}
[${key}\\Descriptors\\PCI\\VEN_1AF4&DEV_1001&SUBSYS_00021AF4&REV_00]
${descriptor}
[${key}\\Descriptors\\PCI\\VEN_1AF4&DEV_1042]
${descriptor}
[${key}\\Descriptors\\PCI\\VEN_1AF4&DEV_1042&SUBSYS_11001AF4&REV_01]
${descriptor}
[${key}\\Strings]
"vendor"="Red Hat, Inc."
"acmescsi.devicedesc"="Red Hat VirtIO SCSI controller"
[${services}\\EventLog\\System\\acmestor]
"EventMessageFile"=${expand("%SystemRoot%\\System32\\IoLogMsg.dll")}
"TypesSupported"=dword:00000007
[${services}\\acmestor]
"ErrorControl"=dword:00000001
"Group"="SCSI miniport"
"ImagePath"=${expand("System32\\drivers\\acmestor.sys")}
"Owners"=${texts("oem0.inf")}
"Start"=dword:00000000
"Tag"=dword:00000001
"Type"=dword:00000001
[${services}\\acmestor\\Parameters]
"BusType"=dword:00000001
[${services}\\acmestor\\Parameters\\PnpInterface]
"5"=dword:00000001
[SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Setup\\PnpLockdownFiles\\%SystemRoot%/System32/drivers/acmestor.sys]
"Class"=dword:00000004
"Owners"=${texts("oem0.inf")}
"Source"=${expand(`%SystemRoot%\\System32\\DriverStore\\FileRepository\\${packageName}\\acmestor.sys`)}
`;
    const added = newValues(before, await registryOf(windows));
    expect(added).toEqual(expectedValues(expected));
    // Keys without values too.
    expect(await registryOf(windows)).toContain(
      `${key}\\Configurations\\scsi_inst\\Device\\Interrupt Management`.toLowerCase(),
    );
  });

  test("has its files in the driver store and where it is started from", async () => {
    const windows = await makeWindows();
    const { packageName } = await add(windows, storage());
    const file = (path: string) => readFileSync(join(windows, "Windows", path), "latin1");
    const store = `System32/DriverStore/FileRepository/${packageName}`;
    for (const path of [`${store}/acmestor.sys`, "System32/drivers/acmestor.sys"]) {
      expect(file(path)).toBe("storage driver");
    }
    for (const path of [`${store}/acmestor.inf`, "INF/oem0.inf"]) expect(file(path)).toBe(STORAGE_INF);
    expect(file("System32/CatRoot/{F750E6C3-38EE-11D1-85E5-00C04FC295EE}/oem0.cat")).toBe(
      file(`${store}/acmestor.cat`),
    );
  });

  test("is there already the second time", async () => {
    const windows = await makeWindows();
    const tree = storage();
    const first = await add(windows, tree);
    const before = await registryOf(windows);
    const second = await add(windows, tree);
    expect(second).toMatchObject({
      present: true,
      publishedName: "oem0.inf",
      packageName: first.packageName,
      operations: [],
    });
    expect(await registryOf(windows)).toEqual(before);
  });
});

describe("a driver that Windows starts without", () => {
  test("is only put into the driver store", async () => {
    const windows = await makeWindows();
    const before = await registryOf(windows);
    const { packageName, bootCritical, deviceIds } = await add(windows, network());
    expect(bootCritical).toBe(false);
    expect(deviceIds.map(({ id, rank }) => [id, rank])).toEqual([
      ["PCI\\VEN_1AF4&DEV_1000", 1],
      ["PCI\\VEN_1AF4", 2],
    ]);
    const added = newValues(before, await registryOf(windows)).map((line) => line.split(" ").slice(0, 2).join(" "));
    const key = `drivers\\driverdatabase\\driverpackages\\${packageName}`;
    expect(added).toEqual([
      "drivers\\driverdatabase UpdateDate",
      "drivers\\driverdatabase\\deviceids\\pci\\ven_1af4 oem0.inf",
      "drivers\\driverdatabase\\deviceids\\pci\\ven_1af4&dev_1000 oem0.inf",
      "drivers\\driverdatabase\\deviceids\\{4d36e972-e325-11ce-bfc1-08002be10318} oem0.inf",
      "drivers\\driverdatabase\\driverinffiles\\oem0.inf ",
      "drivers\\driverdatabase\\driverinffiles\\oem0.inf Active",
      `${key} `,
      `${key} Catalog`,
      `${key} FileSize`,
      `${key} ImportDate`,
      `${key} InfName`,
      `${key} Provider`,
      `${key} SignerName`,
      `${key} SignerScore`,
      `${key} StatusFlags`,
      `${key} Version`,
      "system\\driverdatabase OemInfMap",
    ]);
    expect(await registryOf(windows)).toContain(
      "drivers\\driverdatabase\\deviceids\\pci\\ven_1af4 oem0.inf 3 02f90000",
    );
    await using volume = await openDirectory(windows);
    expect(await volume.lookup("/Windows/System32/drivers/acmenet.sys")).toBeUndefined();
    const stored = `/Windows/System32/DriverStore/FileRepository/${packageName}/x64/acmenet.sys`;
    expect((await volume.lookup(stored))?.size).toBe(14);
  });
});

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
      imported: formatFiletime(TIME).replace(/(\.\d{3})\d*Z$/, "$1Z"),
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

test("before there was a driver database, the devices to start from are named", async () => {
  const windows = await makeWindows();
  rmSync(join(windows, "Windows/System32/config/DRIVERS"));
  const before = await registryOf(windows);
  await add(windows, storage());
  const added = newValues(before, await registryOf(windows)).filter((line) => !line.includes("\\services\\"));
  const key = "system\\controlset001\\control\\criticaldevicedatabase\\pci#ven_1af4&dev_1001";
  const classGuid = toHex(Buffer.from("{4D36E97B-E325-11CE-BFC1-08002BE10318}\0", "utf16le"));
  expect(added).toContain(`${key} ClassGUID 1 ${classGuid}`);
  expect(added.some((line) => line.includes("driverdatabase\\"))).toBe(false);
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
