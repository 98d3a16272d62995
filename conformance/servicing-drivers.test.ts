import { readFileSync } from "node:fs";
import { join } from "node:path";
import { addDrivers, editImage, readDrivers, removeDrivers } from "@adk/image";
import { makeWindows, network, SIGNER_NAME, storage } from "@adk/image/testing";
import { openOfflineHives } from "@adk/registry";
import { openSource } from "@adk/sources";
import { makeTree } from "@adk/testing";
import { beforeAll, expect, test } from "vitest";
import { runHivexml } from "./registry/peer-listings.ts";
import { describeWithPeer, type Peer } from "./support/peers.ts";

const CONFIG = "Windows/System32/config";
const CATALOGS = "Windows/System32/CatRoot/{F750E6C3-38EE-11D1-85E5-00C04FC295EE}";

let windows = "";
let host = "";
/** Directories in the driver store. */
let storagePackage = "";
let networkPackage = "";

/** A storage driver of the shape and with the identifiers of viostor, and a network driver, put into the Windows. */
beforeAll(async () => {
  windows = await makeWindows();
  host = await makeTree({ ...storage(), ...network() });
  const infs = [join(host, "acmestor.inf"), join(host, "acmenet.inf")];
  await editImage(windows, async (session) => {
    const { time, findings } = session;
    const added = await addDrivers(session, infs, { time, findings });
    [storagePackage = "", networkPackage = ""] = added.map(({ packageName }) => packageName);
  });
});

describeWithPeer(["hivexget", "hivexml"], (hivexget) => {
  /** The values of a key as hivex tells them, in the form of .reg files. */
  const values = (hive: string, key: string) => linesOf(hivexget, join(windows, CONFIG, hive), key);

  test("a driver that Windows starts with is in the database of SYSTEM", async () => {
    const read = (key: string) => values("SYSTEM", key);
    expect(await read("\\DriverDatabase")).toContain('"OemInfMap"=hex(3):c0');
    for (const [id, data] of [
      ["VEN_1AF4&DEV_1001&SUBSYS_00021AF4&REV_00", "01,ff,00,00"],
      ["VEN_1AF4&DEV_1001", "02,ff,00,00"],
      ["VEN_1AF4&DEV_1042&SUBSYS_11001AF4&REV_01", "01,ff,00,00"],
      ["VEN_1AF4&DEV_1042", "02,ff,00,00"],
    ] as const) {
      expect(await read(`\\DriverDatabase\\DeviceIds\\PCI\\${id}`)).toEqual([`"oem0.inf"=hex(3):${data}`]);
      expect(await read(`\\DriverDatabase\\DriverPackages\\${storagePackage}\\Descriptors\\PCI\\${id}`)).toEqual([
        '"Configuration"="scsi_inst"',
        '"Description"="%acmescsi.devicedesc%"',
        '"Manufacturer"="%vendor%"',
      ]);
    }
    expect(await read("\\DriverDatabase\\DeviceIds\\{4d36e97b-e325-11ce-bfc1-08002be10318}")).toEqual([
      '"oem0.inf"=hex(0):',
    ]);
    expect(await read("\\DriverDatabase\\DriverInfFiles\\oem0.inf")).toEqual([
      `"@"=${texts(storagePackage)}`,
      `"Active"="${storagePackage}"`,
      `"Configurations"=${texts("scsi_inst")}`,
    ]);
    const key = `\\DriverDatabase\\DriverPackages\\${storagePackage}`;
    const facts = await read(key);
    for (const line of [
      '"@"="oem0.inf"',
      '"Catalog"="acmestor.cat"',
      '"InfName"="acmestor.inf"',
      '"Provider"="Red Hat, Inc."',
      `"SignerName"="${SIGNER_NAME}"`,
      '"StatusFlags"=dword:00000012',
      // Eight bytes of flags and processor, the class, the day of DriverVer, the version backwards, eight of zero.
      '"Version"=hex(3):00,ff,09,00,00,00,00,00,7b,e9,36,4d,25,e3,ce,11,bf,c1,08,00,2b,e1,03,18,00,c0,97,8c,0f,e7,d7,01,fc,53,68,00,5a,00,64,00,00,00,00,00,00,00,00,00',
    ]) {
      expect(facts).toContain(line);
    }
    expect(await read(`${key}\\Configurations\\scsi_inst`)).toEqual([
      '"ConfigFlags"=dword:00000000',
      '"ConfigScope"=dword:00000007',
      '"Service"="acmestor"',
    ]);
    expect(await read(`${key}\\Strings`)).toContain('"acmescsi.devicedesc"="Red Hat VirtIO SCSI controller"');
    const service = await read("\\ControlSet001\\Services\\acmestor");
    for (const line of [
      '"Type"=dword:00000001',
      '"Start"=dword:00000000',
      '"ErrorControl"=dword:00000001',
      '"Group"="SCSI miniport"',
      `"ImagePath"=${expand("System32\\drivers\\acmestor.sys")}`,
      `"Owners"=${texts("oem0.inf")}`,
    ]) {
      expect(service).toContain(line);
    }
    expect(await read("\\ControlSet001\\Services\\acmestor\\Parameters")).toEqual(['"BusType"=dword:00000001']);
    const lockdown = "\\Microsoft\\Windows\\CurrentVersion\\Setup\\PnpLockdownFiles";
    expect(await values("SOFTWARE", `${lockdown}\\%SystemRoot%/System32/drivers/acmestor.sys`)).toEqual([
      '"Class"=dword:00000004',
      `"Owners"=${texts("oem0.inf")}`,
      `"Source"=${expand(`%SystemRoot%\\System32\\DriverStore\\FileRepository\\${storagePackage}\\acmestor.sys`)}`,
    ]);
  });

  test("a driver that it starts without is in the database of DRIVERS", async () => {
    const read = (key: string) => values("DRIVERS", key);
    expect(await read("\\DriverDatabase\\DeviceIds\\PCI\\VEN_1AF4&DEV_1000")).toEqual([
      '"oem1.inf"=hex(3):01,f9,00,00',
    ]);
    expect(await read("\\DriverDatabase\\DriverInfFiles\\oem1.inf")).toEqual([
      `"@"=${texts(networkPackage)}`,
      `"Active"="${networkPackage}"`,
    ]);
    expect(await read(`\\DriverDatabase\\DriverPackages\\${networkPackage}`)).toContain('"@"="oem1.inf"');
  });

  test("hivexml reads all of the hives, and finds each driver where it belongs", () => {
    const names = (hive: string) => {
      const nodes = runHivexml(join(windows, CONFIG, hive)).matchAll(/<node name="([^"]*)"/g);
      return new Set([...nodes].map(([, name]) => name));
    };
    const [system, drivers] = [names("SYSTEM"), names("DRIVERS")];
    expect([storagePackage, networkPackage].map((name) => system.has(name))).toEqual([true, false]);
    expect([storagePackage, networkPackage].map((name) => drivers.has(name))).toEqual([false, true]);
    expect(names("SOFTWARE")).toContain("PnpLockdownFiles");
  });

  test("the files are where Windows looks for them", () => {
    const same = (from: string, ...places: string[]) => {
      for (const place of places) {
        expect(readFileSync(join(windows, place)).equals(readFileSync(join(host, from))), place).toBe(true);
      }
    };
    const store = "Windows/System32/DriverStore/FileRepository";
    same("acmestor.inf", `${store}/${storagePackage}/acmestor.inf`, "Windows/INF/oem0.inf");
    same("acmestor.sys", `${store}/${storagePackage}/acmestor.sys`, "Windows/System32/drivers/acmestor.sys");
    same("acmestor.cat", `${store}/${storagePackage}/acmestor.cat`, `${CATALOGS}/oem0.cat`);
    same("acmenet.inf", `${store}/${networkPackage}/acmenet.inf`, "Windows/INF/oem1.inf");
    same("x64/acmenet.sys", `${store}/${networkPackage}/x64/acmenet.sys`);
  });

  test("nothing of them is left when they are removed", async () => {
    await editImage(windows, async (session) => {
      const { time, findings } = session;
      await removeDrivers(session, ["oem0.inf", "oem1.inf"], { time, findings });
    });
    await using volume = await openSource(windows);
    await using hives = await openOfflineHives(volume);
    expect(await readDrivers(hives)).toEqual([]);
    for (const hive of ["SYSTEM", "DRIVERS", "SOFTWARE"]) {
      expect(runHivexml(join(windows, CONFIG, hive))).not.toMatch(/acme|oem\d/i);
    }
    expect(await values("SYSTEM", "\\DriverDatabase")).toContain('"OemInfMap"=hex(3):00');
  });
});

async function linesOf(hivexget: Peer, hive: string, key: string): Promise<string[]> {
  const { text } = await hivexget.run([hive, key]);
  return text
    .split("\n")
    .filter((line) => line !== "")
    .sort();
}

/** A list of one text. */
function texts(text: string): string {
  const bytes = [...Buffer.from(`${text}\0\0`, "utf16le")].map((byte) => byte.toString(16).padStart(2, "0"));
  return `hex(7):${bytes.join()}`;
}

function expand(text: string): string {
  return `str(2):${JSON.stringify(text)}`;
}
