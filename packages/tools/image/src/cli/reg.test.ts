import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runForTest, type TestOptions } from "@adk/cli-kit/testing";
import { openDirectory } from "@adk/core";
import { HiveEditor, numberData, RegType, textData } from "@adk/registry";
import { captureVolume, WimWriter } from "@adk/wim";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { groups } from "./index.ts";

let cwd: string;
const IMAGE = "/image:tree";
const KEY = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Wine";
const reg = (args: readonly string[], options: TestOptions = {}) =>
  runForTest(groups, ["reg", ...args], { cwd, ...options });
async function query(...args: string[]): Promise<string> {
  return (await reg(["query", ...args])).stdout;
}

/** The keys that the queries of Wine's conformance tests, which pass on Windows, are about. */
function softwareHive(): HiveEditor {
  const editor = HiveEditor.create();
  const key = editor.createKey("Wine");
  editor.setValue(key, "Test1", RegType.SZ, textData("Hello, World"));
  editor.setValue(key, "Test2", RegType.DWORD, numberData(0x123));
  const subkey = editor.createKey("Wine\\subkey");
  editor.setValue(subkey, "Test3", RegType.SZ, textData("Some string data"));
  editor.setValue(subkey, "Wine", RegType.SZ, textData("Second instance"));
  for (const name of ["one", "two"]) editor.createKey(`Empty\\${name}`);
  editor.createKey("Microsoft\\Windows NT\\CurrentVersion");
  editor.setValue(editor.createKey("Wow6432Node\\Wine"), "bits", RegType.DWORD, numberData(32));
  return editor;
}

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "adk-reg-"));
  mkdirSync(join(cwd, "tree/Windows/System32/config"), { recursive: true });
  mkdirSync(join(cwd, "tree/Users/Default"), { recursive: true });
  const user = HiveEditor.create();
  user.setValue(user.createKey("Environment"), "TEMP", RegType.EXPAND_SZ, textData("%USERPROFILE%"));
  writeFileSync(join(cwd, "tree/Users/Default/NTUSER.DAT"), user.toBytes());
  writeFileSync(join(cwd, "tree/Windows/System32/config/SOFTWARE"), softwareHive().toBytes());
  await using writer = await WimWriter.create(join(cwd, "a.wim"), { threads: 1 });
  await captureVolume(writer, await openDirectory(join(cwd, "tree")), { name: "One" });
  await writer.finish();
});
beforeEach(() => writeFileSync(join(cwd, "tree/Windows/System32/config/SOFTWARE"), softwareHive().toBytes()));
afterAll(() => rmSync(cwd, { recursive: true }));

describe("reg query", () => {
  it("has the layout of reg.exe", async () => {
    expect(await query("HKLM\\SOFTWARE\\Wine", IMAGE)).toBe(
      `\n${KEY}\n    Test1    REG_SZ    Hello, World\n    Test2    REG_DWORD    0x123\n\n${KEY}\\subkey\n`,
    );
    expect(await query("HKLM\\SOFTWARE\\Wine", "/V", "test1", IMAGE)).toBe(
      `\n${KEY}\n    Test1    REG_SZ    Hello, World\n\n`,
    );
    expect(await query("HKLM\\SOFTWARE\\Wine\\", IMAGE, "/s")).toBe(
      `\n${KEY}\n    Test1    REG_SZ    Hello, World\n    Test2    REG_DWORD    0x123\n\n` +
        `${KEY}\\subkey\n    Test3    REG_SZ    Some string data\n    Wine    REG_SZ    Second instance\n\n`,
    );
    const empty = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Empty";
    expect(await query("hklm\\software\\Empty", IMAGE)).toBe(
      "\nHKEY_LOCAL_MACHINE\\software\\Empty\\one\nHKEY_LOCAL_MACHINE\\software\\Empty\\two\n",
    );
    expect(await query(empty, IMAGE, "/s")).toBe(`\n${empty}\\one\n\n${empty}\\two\n\n`);
    expect(await query(KEY, IMAGE, "/ve")).toBe(`\n${KEY}\n    (Default)    REG_SZ    (value not set)\n\n`);
  });

  it("searches", async () => {
    expect(await query(KEY, IMAGE, "/s", "/v", "wine")).toBe(
      `\n${KEY}\\subkey\n    Wine    REG_SZ    Second instance\n\nEnd of search: 1 match(es) found.\n`,
    );
    expect(await query(KEY, IMAGE, "/s", "/f", "SUB", "/k")).toBe(
      `\n${KEY}\\subkey\nEnd of search: 1 match(es) found.\n`,
    );
    expect(await query(KEY, IMAGE, "/f", "world", "/d")).toContain("    Test1    REG_SZ    Hello, World\n");
    expect(await query(KEY, IMAGE, "/t", "REG_DWORD", "/z")).toBe(
      `\n${KEY}\n    Test2    REG_DWORD (4)    0x123\n\nEnd of search: 1 match(es) found.\n`,
    );
    for (const args of [
      ["/f", "world", "/d", "/c"],
      ["/f", "Hello", "/d", "/e"],
      ["/f", "nothing", "/s"],
    ]) {
      const { exitCode, stdout } = await reg(["query", KEY, IMAGE, ...args]);
      expect([exitCode, stdout]).toEqual([1, "\nEnd of search: 0 match(es) found.\n"]);
    }
  });

  it("takes keys of a hive file, of a named hive, of an image and of users", async () => {
    const file = "tree/Windows/System32/config/SOFTWARE";
    expect(await query(`${file}|\\Empty`)).toBe(`\n${file}|\\Empty\\one\n${file}|\\Empty\\two\n`);
    expect(await query("HKLM\\Off\\Empty", `/hive:HKLM\\OFF=${file}`)).toBe(
      "\nHKEY_LOCAL_MACHINE\\OFF\\Empty\\one\nHKEY_LOCAL_MACHINE\\OFF\\Empty\\two\n",
    );
    expect(await query(KEY, "/image:a.wim:1", "/v", "Test2")).toContain("    Test2    REG_DWORD    0x123\n");
    const user = "    TEMP    REG_EXPAND_SZ    %USERPROFILE%\n";
    expect(await query("HKU\\Default\\Environment", IMAGE)).toBe(`\nHKEY_USERS\\Default\\Environment\n${user}\n`);
    expect(await query("HKCU\\Environment", IMAGE, "/user:default")).toBe(
      `\nHKEY_CURRENT_USER\\Environment\n${user}\n`,
    );
    expect(await query("HKU", IMAGE)).toBe("\nHKEY_USERS\\Default\n");
    expect(await query("hklm", IMAGE)).toBe("\nHKEY_LOCAL_MACHINE\\SOFTWARE\n");
    expect(await query(KEY, IMAGE, "/reg:32")).toContain("Wow6432Node\\Wine\n    bits    REG_DWORD    0x20\n");
  });
});

describe("changes", () => {
  const done = { exitCode: 0, stdout: "The operation completed successfully.\n" };

  it("add", async () => {
    const added: [string[], string][] = [
      [["/v", "a"], "REG_SZ    "],
      [["/v", "a", "/t", "REG_DWORD"], "REG_DWORD    0x0"],
      [["/v", "a", "/t", "reg_dword", "/d", "31"], "REG_DWORD    0x1f"],
      [["/v", "a", "/t", "REG_MULTI_SZ", "/d", "x\\0y"], "REG_MULTI_SZ    x\\0y"],
      [["/v", "a", "/t", "REG_MULTI_SZ", "/s", ",", "/d", "x,y"], "REG_MULTI_SZ    x\\0y"],
      [["/v", "a", "/t", "REG_BINARY", "/d", "00fF"], "REG_BINARY    00FF"],
      [["/v", "a", "/t", "REG_EXPAND_SZ", "/d", "%x%"], "REG_EXPAND_SZ    %x%"],
    ];
    for (const [args, shown] of added) {
      expect(await reg(["add", `${KEY}\\New`, IMAGE, "/f", ...args])).toMatchObject(done);
      expect(await query(`${KEY}\\New`, IMAGE, "/v", "a")).toContain(`    a    ${shown}\n`);
    }
    expect(await reg(["ADD", `${KEY}\\Only`, IMAGE])).toMatchObject(done);
    expect(await query(KEY, IMAGE)).toContain(`${KEY}\\Only\n`);
  });

  it("asks before it overwrites or deletes", async () => {
    const args = ["add", KEY, IMAGE, "/v", "Test1", "/d", "x"];
    const no = await reg(args, { stdin: "n\n" });
    expect(no).toMatchObject({ exitCode: 1, stdout: "Value Test1 exists, overwrite(Yes/No)? " });
    expect(no.stderr).toBe("ERROR: The operation was canceled by the user.\n");
    expect(await reg(args, { stdin: "Yes\r\n" })).toMatchObject({ exitCode: 0 });
    expect(await query(KEY, IMAGE, "/v", "Test1")).toContain("REG_SZ    x\n");
    expect(await reg(["delete", KEY, IMAGE], { stdin: "" })).toMatchObject({ exitCode: 1 });
  });

  it("delete", async () => {
    expect(await reg(["delete", KEY, IMAGE, "/v", "Test1", "/f"])).toMatchObject(done);
    expect(await query(KEY, IMAGE)).not.toContain("Test1");
    expect(await reg(["delete", `${KEY}\\subkey`, IMAGE, "/va", "/f"])).toMatchObject(done);
    expect(await query(`${KEY}\\subkey`, IMAGE)).toBe("\n");
    expect(await reg(["delete", KEY, IMAGE, "/f"])).toMatchObject(done);
    expect(await reg(["query", KEY, IMAGE])).toMatchObject({
      exitCode: 1,
      stderr: "ERROR: The system was unable to find the specified registry key or value.\n",
    });
  });

  it("copy and compare", async () => {
    const copy = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Copy";
    expect(await reg(["copy", KEY, copy, IMAGE, "/s", "/f"])).toMatchObject(done);
    expect(await reg(["compare", KEY, copy, IMAGE, "/s"])).toMatchObject({
      exitCode: 0,
      stdout: "Result Compared:  Identical\nThe operation completed successfully.\n",
    });
    await reg(["add", copy, IMAGE, "/v", "Test1", "/d", "x", "/f"]);
    await reg(["delete", `${copy}\\subkey`, IMAGE, "/f"]);
    const { exitCode, stdout } = await reg(["compare", KEY, copy, IMAGE, "/s", "/oa"]);
    expect(exitCode).toBe(2);
    expect(stdout.split("\n")).toEqual([
      `< Value:  ${KEY}  Test1  REG_SZ  Hello, World`,
      `> Value:  ${copy}  Test1  REG_SZ  x`,
      `= Value:  ${KEY}  Test2  REG_DWORD  0x123`,
      `< Key:  ${KEY}\\subkey`,
      "Result Compared:  Different",
      "The operation completed successfully.",
      "",
    ]);
    expect((await reg(["compare", KEY, copy, IMAGE, "/v", "Test2"])).exitCode).toBe(0);
  });

  it("export and import", async () => {
    expect(await reg(["export", KEY, "wine.reg", IMAGE, "/y"])).toMatchObject(done);
    const text = readFileSync(join(cwd, "wine.reg"), "utf16le");
    expect(text).toContain(
      `\r\n[${KEY}]\r\n"Test1"="Hello, World"\r\n"Test2"=dword:00000123\r\n\r\n[${KEY}\\subkey]\r\n`,
    );
    await reg(["delete", KEY, IMAGE, "/f"]);
    expect(await reg(["import", "wine.reg", IMAGE])).toMatchObject(done);
    expect(await query(KEY, IMAGE, "/s")).toContain("Second instance");
    expect(await reg(["export", KEY, "wine.reg", IMAGE])).toMatchObject({ exitCode: 1 });
  });

  it("goes to all hives of an image at once, or to none", async () => {
    const both = `REGEDIT4\n[${KEY}]\n"new"="x"\n[HKEY_USERS\\Default\\Environment]\n"new"="y"\n`;
    expect(await reg(["import", "-", IMAGE], { stdin: both })).toMatchObject(done);
    expect(await query("HKU\\Default\\Environment", IMAGE)).toContain("    new    REG_SZ    y\n");
    const other = `REGEDIT4\n[${KEY}\\Half]\n[HKEY_LOCAL_MACHINE\\DRIVERS\\X]\n`;
    expect(await reg(["import", "-", IMAGE], { stdin: other })).toMatchObject({ exitCode: 1 });
    expect(await query(KEY, IMAGE)).not.toContain("Half");
  });
});

it.each([
  [["query", KEY], /It is not said which hive has .*\nAdd \/image:/],
  [["query", KEY, IMAGE, "/v"], /Invalid syntax at "\/v"\.\nType "REG QUERY \/\?" for usage\./],
  [["query", KEY, IMAGE, "/v", "a", "/ve"], /\/v and \/ve do not go together/],
  [["query", KEY, IMAGE, "/reg:32", "/reg:64"], /do not go together/],
  [["query", KEY, IMAGE, "/s", "/s"], /is there twice/],
  [["query", KEY, IMAGE, "/zz"], /Invalid option "\/zz"/],
  [["query", "HKLX\\A", IMAGE], /begins with no root of the registry/],
  [["add", KEY, "/image:a.wim:1", "/v", "a", "/f"], /is only read/],
  [["delete", "HKCR\\.txt", IMAGE, "/f"], /is only read/],
  [["load", "HKLM\\X", "file"], /REG LOAD is not done here: nothing has to be loaded/],
  [["save", KEY, "file"], /REG SAVE is not done here/],
  [["frob"], /Invalid operation "frob"/],
])("%j is refused", async (args, message) => {
  const { exitCode, stderr } = await reg(args);
  expect([exitCode, stderr]).toEqual([1, expect.stringMatching(message)]);
  expect(stderr).toMatch(/^ERROR: /);
});

it("helps", async () => {
  expect((await reg(["/?"])).stdout).toMatch(/^REG QUERY Key .*\nREG ADD Key /);
  expect((await reg(["add", "/?"])).stdout).toMatch(/^REG ADD Key .*\n\nA key is named/);
});
