import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runForTest } from "@adk/cli-kit/testing";
import { temporaryDirectory } from "@adk/testing";
import { beforeEach, expect, test } from "vitest";
import { groups } from "../cli/index.ts";

let cwd = "";
beforeEach(async () => {
  cwd = temporaryDirectory();
  await bcd("create", "BCD", "--winpe", "uefi");
});

const bcd = (...args: string[]) => runForTest(groups, ["media", "bcd", ...args], { cwd });

test("an element is set, shown and deleted; a back-up is kept", async () => {
  const set = await bcd("set", "BCD", "{default}", "description", "Rescue", "--json");
  expect(JSON.parse(set.stdout)).toMatchObject({
    changes: [{ change: "set", object: "{default}", element: "description", value: ["Rescue"] }],
    backup: join(cwd, "BCD.bak"),
  });
  expect((await bcd("show", "BCD", "{default}")).stdout).toContain("description             Rescue\n");
  expect((await bcd("delete", "BCD", "{default}", "description")).stdout).toContain("remove {default} description");
  expect((await bcd("set", "BCD", "{default}", "nx", "OptIn", "--dry-run")).stdout).toContain("Nothing was written.");
});

test("what weakens security is done, and warned of", async () => {
  const { exitCode, stdout } = await bcd("set", "BCD", "{default}", "testsigning", "on");
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining("BCD_WEAK_OPTION")]);
  expect((await bcd("check", "BCD")).exitCode).toBe(1);
});

test.each([
  [["set", "BCD", "{current}", "nx", "OptIn"], "BCD_NO_OBJECT", /runs/],
  [["set", "BCD", "{default}", "testsining", "on"], "BCD_NO_ELEMENT", /testsigning/],
  [["set", "BCD", "{default}", "nx", "Sometimes"], "BCD_BAD_VALUE", undefined],
  [["set", "BCD", "{default}", "device", "partition=C:"], "BCD_DRIVE_LETTER", /gpt:/],
  [["delete", "BCD", "{default}", "nx"], "BCD_NO_ELEMENT", undefined],
  [["show", "BCD", "{ntldr}"], "BCD_NO_OBJECT", undefined],
  [["create", "BCD"], "ALREADY_EXISTS", undefined],
])("%j is refused", async (args, code, hint) => {
  const { error } = JSON.parse((await bcd(...args, "--json")).stdout);
  expect(error.code).toBe(code);
  if (hint) expect(error.hint).toMatch(hint);
});

test("a store goes out as JSON and comes back", async () => {
  await bcd("export", "BCD", "store.json");
  expect((await bcd("import", "store.json", "again")).exitCode).toBe(0);
  expect((await bcd("export", "again")).stdout).toBe(readFileSync(join(cwd, "store.json"), "utf8"));
  writeFileSync(join(cwd, "bad.json"), '{"objects": 1}');
  expect((await bcd("import", "bad.json", "x")).stderr).toContain("BCD_BAD_JSON");
  expect(existsSync(join(cwd, "x"))).toBe(false);
});

const edit = (...args: string[]) => runForTest(groups, ["bcdedit", ...args], { cwd });

test("bcdedit's verbs make an entry and put it into the menu", async () => {
  const created = await edit("/store", "BCD", "/create", "/d", "Windows 11", "/application", "osloader");
  const id = /\{[0-9a-f-]+\}/.exec(created.stdout)?.[0] ?? "";
  expect(created.stdout).toBe(`The entry ${id} was successfully created.\n`);
  for (const line of [
    `/set ${id} device locate`,
    `/set ${id} path \\Windows\\system32\\winload.efi`,
    `/displayorder ${id} /addfirst`,
    `/default ${id}`,
    "/timeout 5",
    `/ems ${id} OFF`,
  ]) {
    expect((await edit("/store", "BCD", ...line.split(" "))).stdout).toBe("The operation completed successfully.\n");
  }
  const { stdout } = await edit("/STORE", "BCD", "/enum", "bootmgr", "/v");
  expect(stdout).toContain(`displayorder            ${id}\n                        {7619dcc9-`);
  expect(stdout).toContain("timeout                 5\n");
  expect((await edit("/store", "BCD", "/delete", id)).exitCode).toBe(0);
  expect((await edit("/store", "BCD", "/enum", "all")).stdout).not.toContain(id);
});

test("bcdedit ends with 1 where it fails, and says why", async () => {
  expect(await edit()).toMatchObject({
    exitCode: 1,
    stdout: expect.stringMatching(/^The boot configuration data store/),
  });
  expect(await edit("/store", "none")).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining("cannot find the file"),
  });
  expect(await edit("/store", "BCD", "/frobnicate")).toMatchObject({ exitCode: 1 });
  expect(await edit("/store", "BCD", "/delete", "{bootmgr}")).toMatchObject({ exitCode: 1 });
  expect(await edit("/store", "BCD", "/sysstore", "C:")).toMatchObject({ exitCode: 1 });
  expect(await edit("/?")).toMatchObject({ exitCode: 0 });
});
