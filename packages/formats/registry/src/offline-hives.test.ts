import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openDirectory, type Volume } from "@adk/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HiveEditor } from "./hive-editor.ts";
import { type OfflineHives, openOfflineHives } from "./offline-hives.ts";
import { numberData, textData, textOf } from "./value-data.ts";
import { RegType } from "./value-type.ts";
import { editVolumeHive, openVolumeHive } from "./volume-hive.ts";

const ANNA = "S-1-5-21-1-2-3-1001";
const PROFILES = "Microsoft\\Windows NT\\CurrentVersion\\ProfileList";
let directory: string;
let volume: Volume;

/** A hive with the default values of keys. */
function writeHive(
  path: string,
  defaults: Readonly<Record<string, string>>,
  change?: (editor: HiveEditor) => void,
): void {
  const editor = HiveEditor.create();
  for (const [key, text] of Object.entries(defaults)) {
    editor.setValue(editor.createKey(key), "", RegType.SZ, textData(text));
  }
  change?.(editor);
  const file = join(directory, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, editor.toBytes());
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "adk-offline-hives-"));
  const config = "Windows/System32/Config";
  writeHive(`${config}/SYSTEM`, { "ControlSet001\\Control": "one", "ControlSet003\\Control": "three" }, (editor) => {
    editor.setValue(editor.createKey("Select"), "Current", RegType.DWORD, numberData(3));
    editor.createKey("ControlSet003\\Hardware Profiles\\0001\\Software");
  });
  writeHive(`${config}/software`, { "Classes\\.txt": "txtfile", "Classes\\.doc": "docfile" }, (editor) => {
    const profiles = {
      [ANNA]: "C:\\Users\\Anna",
      "S-1-5-18": "%systemroot%\\system32\\config\\systemprofile",
      [`${ANNA}.bak`]: "x",
    };
    for (const [sid, path] of Object.entries(profiles)) {
      editor.setValue(editor.createKey(`${PROFILES}\\${sid}`), "ProfileImagePath", RegType.EXPAND_SZ, textData(path));
    }
    const service = editor.createKey(`${PROFILES}\\S-1-5-19`);
    editor.setValue(
      service,
      "ProfileImagePath",
      RegType.EXPAND_SZ,
      textData("%SystemRoot%\\ServiceProfiles\\LocalService"),
    );
  });
  writeHive(`${config}/DEFAULT`, { Environment: "of the system" });
  writeHive("Users/Anna/ntuser.dat", { Environment: "of Anna", "Software\\Classes\\hidden": "never seen" });
  writeHive("Users/Anna/AppData/Local/Microsoft/Windows/UsrClass.dat", { ".txt": "Anna's", ".new": "new" });
  writeHive("Users/Default/NTUSER.DAT", { Environment: "of new users" });
  writeHive("Windows/ServiceProfiles/LocalService/NTUSER.DAT", { Environment: "of a service" });
  volume = await openDirectory(directory);
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function textAt(hives: OfflineHives, path: string): Promise<string | undefined> {
  const value = (await hives.view(path))?.value("");
  return value && textOf(value.data());
}

describe("paths", () => {
  test.each([
    ["HKLM\\SYSTEM\\CurrentControlSet\\Control", "three"],
    ["hkey_local_machine\\system\\controlset001\\control\\", "one"],
    ["HKLM\\SOFTWARE\\Classes\\.txt", "txtfile"],
    ["HKU\\.DEFAULT\\Environment", "of the system"],
    ["HKU\\S-1-5-18\\Environment", "of the system"],
    ["HKU\\S-1-5-19\\Environment", "of a service"],
    [`HKEY_USERS\\${ANNA}\\Environment`, "of Anna"],
    [`HKU\\${ANNA}\\Software\\Classes\\.txt`, "Anna's"],
    [`HKU\\${ANNA}_Classes\\.txt`, "Anna's"],
    ["HKU\\Default\\Environment", "of new users"],
    ["HKCU\\Environment", "of Anna"],
    ["HKCU\\Software\\Classes\\.new", "new"],
    ["HKCR\\.txt", "Anna's"],
    ["HKCR\\.doc", "docfile"],
    ["HKCR\\.none", undefined],
    ["HKLM\\SYSTEM\\Nowhere", undefined],
  ])("%s", async (path, expected) => {
    await using hives = await openOfflineHives(volume, { user: "anna" });
    expect(await textAt(hives, path)).toBe(expected);
  });

  test.each([
    ["HKLM\\HARDWARE\\DESCRIPTION", "REG_NO_HIVE"],
    ["HKLM", "REG_NO_HIVE"],
    ["HKU\\S-1-5-20\\Environment", "REG_NO_HIVE"],
    ["HKCU\\Environment", "REG_NO_CURRENT_USER"],
    ["HKLX\\SOFTWARE", "REG_BAD_ROOT"],
    ["HKCR\\.txt", "REG_MERGED_ROOT"],
  ])("%s is an error to locate", async (path, code) => {
    await using hives = await openOfflineHives(volume);
    await expect(hives.locate(path)).rejects.toThrow(expect.objectContaining({ name: "AdkError", code }));
  });

  test("a user that is not there", async () => {
    await using hives = await openOfflineHives(volume, { user: "Bob" });
    await expect(hives.locate("HKCU\\x")).rejects.toThrow(expect.objectContaining({ code: "REG_NO_SUCH_USER" }));
  });

  test("HKEY_CLASSES_ROOT is one key", async () => {
    await using hives = await openOfflineHives(volume, { user: ANNA });
    const classes = await hives.view("HKCR");
    expect(classes?.subkeys().map(({ name }) => name)).toEqual([".doc", ".new", ".txt"]);
    expect(
      classes
        ?.subkey(".txt")
        ?.values()
        .map((value) => textOf(value.data())),
    ).toEqual(["Anna's"]);
  });
});

test("hives, users and control set", async () => {
  await using hives = await openOfflineHives(volume);
  expect((await hives.controlSet())?.name).toBe("ControlSet003");
  expect(await hives.hive("DRIVERS")).toBeUndefined();
  expect(hives.pathOf("SOFTWARE")).toBe("/Windows/System32/config/SOFTWARE");
  expect((await hives.user("anna"))?.key("Environment")).toBeDefined();
  expect((await hives.users()).map(({ sid, name, ntuser }) => [sid, name, ntuser])).toEqual([
    ["S-1-5-19", "LocalService", "/Windows/ServiceProfiles/LocalService/NTUSER.DAT"],
    [ANNA, "Anna", "/Users/Anna/ntuser.dat"],
    ["Default", "Default", "/Users/Default/NTUSER.DAT"],
  ]);
  const located = await hives.locate("HKLM\\SYSTEM\\CurrentControlSet\\Control");
  expect(located).toMatchObject({ root: "HKEY_LOCAL_MACHINE\\SYSTEM", path: "ControlSet003\\Control" });
  expect(located.hostPath).toBe(join(directory, "Windows/System32/Config/SYSTEM"));
  expect(await hives.findings()).toEqual([]);
});

test("a volume without Windows has no hives", async () => {
  await using hives = await openOfflineHives(await openDirectory(join(directory, "Users")));
  expect(await hives.hive("SOFTWARE")).toBeUndefined();
  await expect(hives.key("HKLM\\SOFTWARE")).rejects.toThrow(expect.objectContaining({ code: "REG_NO_HIVE" }));
});

test("a hive of a volume is opened and changed by its path", async () => {
  await using opened = await openVolumeHive(volume, "/windows/system32/CONFIG/default");
  expect(opened.hive.key("environment")).toBeDefined();
  const editor = await editVolumeHive(volume, "/windows/system32/CONFIG/default");
  editor.createKey("New");
  expect(editor.changed).toBe(true);
  await expect(openVolumeHive(volume, "/nothing")).rejects.toThrow(expect.objectContaining({ code: "FILE_NOT_FOUND" }));
});
