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
    `[HKEY_LOCAL_MACHINE\\SOFTWARE\\${APPS}\\Applications\\Contoso.News_1.0.0.0_x64__abcdefghjkmnp]`,
  ),
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

test("what the image does not have is told with its place in the manifest", async () => {
  await expect(applied("- { kind: settings, services: { Spoolr: auto } }")).rejects.toMatchObject({
    code: "IMAGE_NO_SERVICE",
    kind: "input",
    message: expect.stringMatching(/\(layer 1, settings, .*deployment\.yaml:3:3\)\.$/),
  });
});
