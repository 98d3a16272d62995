import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { openDirectory, toHex } from "@adk/core";
import { parseRegFile } from "@adk/registry";
import { describe, expect, test } from "vitest";
import { add, lineOf, network, newValues, registryOf, storage } from "../testing/driver-images.ts";
import { SIGNER_NAME, STORAGE_INF } from "../testing/driver-packages.ts";
import { makeWindows } from "../testing/windows-image.ts";

/** The values of a .reg text as such lines. */
function expectedValues(text: string): string[] {
  const file = parseRegFile(new TextEncoder().encode(`Windows Registry Editor Version 5.00\r\n${text}`));
  return file.keys
    .flatMap(({ path, values }) => values.map(({ name, content }) => lineOf(path, name, content!.type, content!.data)))
    .sort();
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
