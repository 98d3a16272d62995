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

test("a store without entries is written, and told of", async () => {
  expect((await bcd("create", "EMPTY")).stdout).toMatch(/^Wrote .*EMPTY\n$/);
  expect((await bcd("check", "EMPTY")).exitCode).toBeLessThan(2);
});

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
  [["set", "BCD", "{default}", "testsining", "on"], "BCD_UNKNOWN_ELEMENT", /testsigning/],
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

test("a listing for programs has what bcdedit shows, and what the store says", async () => {
  const { stdout } = await bcd("enum", "BCD", "--type", "osloader", "--json");
  const [loader] = JSON.parse(stdout).objects;
  expect(loader).toMatchObject({ title: "Windows Boot Loader", identifier: "{default}", type: "10200003" });
  expect(loader.elements.find(({ name }: { name: string }) => name === "bootmenupolicy")).toEqual({
    id: "250000c2",
    name: "bootmenupolicy",
    format: "integer",
    value: "1",
    text: ["Standard"],
  });
});

test("what is weaker is told to programs too, with its severity and why", async () => {
  await bcd("set", "BCD", "{default}", "safeboot", "Minimal");
  const set = JSON.parse((await bcd("set", "BCD", "{default}", "flightsigning", "on", "--json")).stdout);
  expect(set.weak).toEqual([
    {
      object: "{default}",
      id: "1600007e",
      name: "flightsigning",
      value: "Yes",
      severity: "info",
      why: expect.stringContaining("previews"),
    },
  ]);
  const check = JSON.parse((await bcd("check", "BCD", "--json")).stdout);
  expect(check.weak.map(({ name, severity }: { name: string; severity: string }) => [name, severity])).toEqual([
    ["flightsigning", "info"],
    ["safeboot", "warning"],
  ]);
  expect(check.ok).toBe(false);
});
