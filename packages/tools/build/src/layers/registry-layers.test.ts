import { join } from "node:path";
import { Findings } from "@adk/core";
import { HiveEditor, importRegFile, openVolumeHive, parseRegFile, valueContent } from "@adk/registry";
import type { Tree } from "@adk/testing";
import { expect, test } from "vitest";
import { compose } from "../compose.ts";
import { readManifest } from "../manifest/manifest-file.ts";
import { deployment, REST } from "../testing/deployment.ts";

const TIME = 133_000_000_000_000_000n;
const CONFIG = "base/Windows/System32/config";
const APPS = "Microsoft\\Windows\\CurrentVersion\\Appx\\AppxAllUserStore";

/** A hive that has what a .reg file says. */
function hiveOf(root: string, text: string): Uint8Array {
  const editor = HiveEditor.create({ time: TIME });
  importRegFile(editor, reg(text), { root });
  return editor.toBytes();
}

function reg(text: string) {
  return parseRegFile(new TextEncoder().encode(`Windows Registry Editor Version 5.00\r\n\r\n${text}\r\n`));
}

const WINDOWS: Tree = {
  [`${CONFIG}/SYSTEM`]: hiveOf(
    "HKEY_LOCAL_MACHINE\\SYSTEM",
    '[HKEY_LOCAL_MACHINE\\SYSTEM\\Select]\r\n"Current"=dword:00000001\r\n[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Services\\Spooler]\r\n"Type"=dword:00000010\r\n"Start"=dword:00000002',
  ),
  [`${CONFIG}/SOFTWARE`]: hiveOf(
    "HKEY_LOCAL_MACHINE\\SOFTWARE",
    `[HKEY_LOCAL_MACHINE\\SOFTWARE\\${APPS}\\Applications\\Contoso.News_1.0.0.0_x64__abcdefghjkmnp]
[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion]\r\n"CurrentBuildNumber"="22621"\r\n"BuildLabEx"="22621.1.amd64fre.ni_release.220506-1250"\r\n"CurrentMajorVersionNumber"=dword:0000000a\r\n"CurrentMinorVersionNumber"=dword:00000000`,
  ),
  [`${CONFIG}/DRIVERS`]: hiveOf("HKEY_LOCAL_MACHINE\\DRIVERS", "[HKEY_LOCAL_MACHINE\\DRIVERS\\DriverDatabase]"),
};

async function applied(layers: string, tree: Tree = {}) {
  const root = await deployment(`base: base\nlayers:\n${layers}\n${REST}`, { ...WINDOWS, ...tree });
  const path = join(root, "deployment.yaml");
  const composed = () =>
    readManifest(path).then((file) =>
      compose(path, file, { time: TIME, latest: undefined, findings: new Findings(), operation: {} }),
    );
  const { volume, plan } = await composed();
  const value = async (hive: string, key: string, name: string) => {
    await using opened = await openVolumeHive(volume, `/Windows/System32/config/${hive}`);
    const found = opened.hive.key(key)?.value(name);
    return found && valueContent(found.type, found.data());
  };
  return { volume, plan, value, again: composed };
}

test("registry: .reg files in their order", async () => {
  const key = "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\New]";
  const { value, plan, volume, again } = await applied("- { kind: registry, from: [a.reg, b.reg] }", {
    "a.reg": `Windows Registry Editor Version 5.00\r\n\r\n${key}\r\n"a"="first"\r\n`,
    "b.reg": `Windows Registry Editor Version 5.00\r\n\r\n${key}\r\n"a"="second"\r\n`,
  });
  expect(await value("SYSTEM", "ControlSet001\\Control\\New", "a")).toEqual({ kind: "text", text: "second" });
  expect(plan.overrides).toEqual([{ path: "/Windows/System32/config/SYSTEM", layer: 1, replaces: 0 }]);
  const read = async (from: typeof volume) => from.read((await from.lookup("/Windows/System32/config/SYSTEM"))!);
  expect(await read((await again()).volume)).toEqual(await read(volume));
});

test("settings and appx", async () => {
  const { value, volume } = await applied(
    "- { kind: settings, services: { spooler: disabled }, registeredOwner: Anna }\n- { kind: appx, remove: ['Contoso.*'] }",
  );
  expect(await value("SYSTEM", "ControlSet001\\Services\\Spooler", "Start")).toEqual({ kind: "number", number: 4n });
  const owner = await value("SOFTWARE", "Microsoft\\Windows NT\\CurrentVersion", "RegisteredOwner");
  expect(owner).toEqual({ kind: "text", text: "Anna" });
  await using opened = await openVolumeHive(volume, "/Windows/System32/config/SOFTWARE");
  expect(
    opened.hive
      .key(`${APPS}\\Deprovisioned`)
      ?.subkeys()
      .map(({ name }) => name),
  ).toEqual(["Contoso.News_abcdefghjkmnp"]);
});

/** A driver without a catalog, for a number of a device. */
const driverOf = (device: string) => `[Version]
Signature="$Windows NT$"
Class=Net
ClassGuid={4d36e972-e325-11ce-bfc1-08002be10318}
Provider="Acme"
DriverVer=11/19/2020,1.2.3.4
[Manufacturer]
"Acme"=Acme,NTamd64
[Acme.NTamd64]
"Adapter"=net, PCI\\VEN_1AF4&DEV_${device}
[net]
CopyFiles=@a.sys
[SourceDisksNames]
1=disk
[SourceDisksFiles]
a.sys=1
[DestinationDirs]
DefaultDestDir=12
[net.Services]
AddService=a,2,service
[service]
ServiceType=1
StartType=3
ErrorControl=1
ServiceBinary=%12%\\a.sys
`;

test("drivers: added in their order, the same every time", async () => {
  const tree = { "d/a/a.inf": driverOf("1000"), "d/a/a.sys": "a", "d/b.inf": driverOf("1001"), "d/a.sys": "b" };
  const layer = "- { kind: drivers, from: [d/b.inf, d], recurse: true, forceUnsigned: true }";
  const { volume, value, plan, again } = await applied(layer, tree);
  const files = "DriverDatabase\\DriverInfFiles";
  expect(await value("DRIVERS", `${files}\\oem0.inf`, "Active")).toMatchObject({
    text: expect.stringMatching(/^b\.inf_amd64_/),
  });
  expect(await value("DRIVERS", `${files}\\oem1.inf`, "Active")).toMatchObject({
    text: expect.stringMatching(/^a\.inf_amd64_/),
  });
  expect(plan.layers[0]).toMatchObject({ kind: "drivers", summary: "d/b.inf, d -> driver store" });
  const read = async (from: typeof volume) => from.read((await from.lookup("/Windows/System32/config/DRIVERS"))!);
  expect(await read((await again()).volume)).toEqual(await read(volume));
});

test("a driver that is not signed is refused, with its place in the manifest", async () => {
  const tree = { "d/a.inf": driverOf("1000"), "d/a.sys": "a" };
  await expect(applied("- { kind: drivers, from: d }", tree)).rejects.toMatchObject({
    code: "DRIVER_UNSIGNED",
    file: expect.stringMatching(/d\/a\.inf$/),
    message: expect.stringMatching(/\(layer 1, drivers, .*deployment\.yaml:3:3\)\.$/),
  });
});

test("what the image does not have is told with its place in the manifest", async () => {
  await expect(applied("- { kind: settings, services: { Spoolr: auto } }")).rejects.toMatchObject({
    code: "IMAGE_NO_SERVICE",
    kind: "input",
    message: expect.stringMatching(/\(layer 1, settings, .*deployment\.yaml:3:3\)\.$/),
  });
});
