import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runForTest } from "@adk/cli-kit/testing";
import { temporaryDirectory } from "@adk/testing";
import { beforeEach, expect, test } from "vitest";
import { groups } from "../cli/index.ts";

let cwd = "";
beforeEach(async () => {
  cwd = temporaryDirectory();
  await runForTest(groups, ["media", "bcd", "create", "BCD", "--winpe", "uefi"], { cwd });
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

const SETTINGS = "The operation completed successfully.\n";

test("bcdedit's lists are set, changed at both ends, and taken away when they are empty", async () => {
  const pe = "{7619dcc9-fafe-11d9-b411-000476eba25f}";
  const list = async (verb: string, ...args: string[]) => {
    expect((await edit("/store", "BCD", `/${verb}`, ...args)).stdout).toBe(SETTINGS);
    const { stdout } = await edit("/store", "BCD", "/enum", "bootmgr", "/v");
    return (new RegExp(`^${verb} (.*\n( +.*\n)*)`, "m").exec(stdout)?.[1] ?? "").trim().split(/\s+/);
  };
  const memdiag = "{b2721d73-1db4-4c62-bf78-c548a880142d}";
  expect(await list("displayorder", "{memdiag}", "/addfirst")).toEqual([memdiag, pe]);
  expect(await list("displayorder", "{memdiag}", "/addlast")).toEqual([pe, memdiag]);
  expect(await list("displayorder", "{memdiag}", "/remove")).toEqual([pe]);
  expect(await list("bootsequence", "/addlast", "{memdiag}", pe)).toEqual([memdiag, pe]);
  expect(await list("toolsdisplayorder", "{memdiag}", "/remove")).toEqual([""]);
  await edit("/store", "BCD", "/set", "{default}", "custom:17000077", "0x15000075");
  await edit("/store", "BCD", "/set", "{default}", "allowedinmemorysettings", "0x15000080", "/addlast");
  expect((await edit("/store", "BCD", "/enum", "osloader")).stdout).toContain(
    "allowedinmemorysettings 0x15000075\n                        0x15000080\n",
  );
});

test.each([
  [
    "/dbgsettings serial debugport:2",
    "debugtype               Serial\ndebugport               2\nbaudrate                115200\n",
  ],
  [
    "/dbgsettings 1394 channel:32 /start autoenable /noumex",
    "channel                 32\ndebugstart              AutoEnable\n",
  ],
  ["/dbgsettings usb targetname:box", "targetname              box\n"],
  ["/dbgsettings NET HOSTIP:192.168.1.2 PORT:50000 KEY:1.2.3.4 nodhcp", "hostip                  192.168.1.2\n"],
  ["/dbgsettings local", "debugtype               Local\n"],
  ["/hypervisorsettings serial debugport:1 baudrate:9600", "hypervisorbaudrate      9600\n"],
  ["/hypervisorsettings net hostip:10.0.0.1 port:50001 busparams:0.25.0", "hypervisorbusparams     0.25.0\n"],
  ["/emssettings EMSPORT:2 EMSBAUDRATE:115200", "emsport                 2\nemsbaudrate             115200\n"],
  ["/emssettings BIOS", "bootems                 No\n"],
])("%s", async (line, shown) => {
  const words = line.split(" ");
  const set = await edit("/store", "BCD", ...words);
  expect([set.exitCode, set.stdout]).toEqual([
    0,
    expect.stringMatching(/^(The operation completed|Key=([0-9a-z]+\.){3}[0-9a-z]+\n)/),
  ]);
  const before = readFileSync(join(cwd, "BCD"));
  const { stdout } = await edit("/store", "BCD", words[0] ?? "");
  expect(stdout).toContain(shown);
  expect(stdout.endsWith(SETTINGS)).toBe(true);
  expect(readFileSync(join(cwd, "BCD")).equals(before)).toBe(true);
});

test("a debugger's key stays until a new one is asked for", async () => {
  const net = ["/store", "BCD", "/dbgsettings", "net", "hostip:10.0.0.1", "port:50000"];
  const [first, second, third] = [await edit(...net), await edit(...net), await edit(...net, "newkey")];
  expect(first.stdout).toMatch(/^Key=/);
  expect(second.stdout).toBe(SETTINGS);
  expect(third.stdout).toMatch(/^Key=/);
  expect(third.stdout).not.toBe(first.stdout);
});

test("bcdedit makes every type of entry, and exports and imports stores", async () => {
  const created = async (...args: string[]) => {
    const { stdout } = await edit("/store", "BCD", "/create", ...args);
    expect(stdout).toMatch(/^The entry \{[a-z0-9-]+\} was successfully created\.\n$/);
    return stdout.slice(10, stdout.indexOf("}") + 1);
  };
  expect(await created("{ramdiskoptions}", "/d", "Ramdisk", "options")).toBe("{ramdiskoptions}");
  await created("/inherit");
  await created("/inherit", "OSLOADER");
  await created("/inherit", "device");
  const device = await created("/device");
  await created("/application", "startup", "/d", "x");
  const again = "{11111111-2222-3333-4444-555555555555}";
  expect(await created(again, "/application", "OSLOADER")).toBe(again);
  expect((await edit("/store", "BCD", "/copy", again, "/d", "The copy")).stdout).toMatch(
    /^The entry was successfully copied to \{/,
  );
  const { stdout } = await edit("/store", "BCD", "/enum", "all");
  expect(stdout).toContain("Setup Ramdisk Options\n---------------------\nidentifier              {ramdiskoptions}\n");
  expect(stdout).toContain(`Device options\n--------------\nidentifier              ${device}\n`);
  expect(stdout).toContain("Inherited Settings (20200003)\n");
  for (const name of ["out", "out.json"]) {
    expect((await edit("/store", "BCD", "/export", name)).stdout).toBe(SETTINGS);
    expect((await edit("/store", "other", "/import", name, "/clean")).stdout).toBe(SETTINGS);
    expect((await edit("/store", "other", "/enum", "all")).stdout).toBe(stdout);
  }
  const rooted = join(cwd, "made");
  expect((await edit("/createstore", rooted)).exitCode).toBe(0);
  expect((await edit("/store", rooted, "/enum", "all")).stdout).toBe(
    "There are no matching objects or the store is empty.\n",
  );
});

test("a value may begin with a slash, a path may be rooted", async () => {
  await edit("/store", join(cwd, "BCD"), "/set", "{default}", "loadoptions", "/NOEXECUTE", "-x");
  expect((await edit("/store", "BCD", "/enum", "osloader")).stdout).toContain(
    "loadoptions             /NOEXECUTE -x\n",
  );
});

test.each([
  [["/frobnicate"], /^Invalid command line switch: \/frobnicate\nRun "bcdedit \/\?" for/],
  [["/enumm"], /Did you mean \/enum\?/],
  [["/set", "{default}"], /^The set command specified is not valid\./],
  [
    ["/set", "{default}", "testsining", "on"],
    /is not recognized, or does not apply.*\n.*\n.*\nElement not found\.\n.*\nDid you mean "testsigning"/,
  ],
  [["/set", "{default}", "nx", "optinn"], /Did you mean optin\?/],
  [["/set", "{default}", "osdevice", "partition=C:"], /^The device specified is not valid\..*gpt:<disk guid>/s],
  [["/set", "{default}", "osdevice", "hd_partition=C:"], /gpt:<disk guid>/],
  [["/set", "{default}", "description", "x", "/addlast"], /description is no list/],
  [
    ["/deletevalue", "{default}", "nx"],
    /^An error occurred while attempting to delete the specified data element\.\nElement not found/,
  ],
  [["/delete", "{bootmgr}"], /deleted with \/f/],
  [["/delete", "{11111111-2222-3333-4444-555555555555}"], /^An error occurred while attempting to reference/],
  [["/default", "{11111111-2222-3333-4444-555555555555}"], /^An error occurred while attempting to reference/],
  [["/create", "{bootmgr}"], /already exists/],
  [["/create", "/application", "oslodaer"], /Did you mean osloader/],
  [["/create"], /It takes a well-known name/],
  [["/displayorder"], /Name the entries/],
  [["/displayorder", "{memdiag}", "/addfirst", "/remove"], /does not go together/],
  [["/dbgsettings", "net", "hostip:1.2.3.4"], /It needs PORT/],
  [["/dbgsettings", "serial", "channel:1"], /no parameter of serial/],
  [["/hypervisorsettings", "usb", "targetname:x"], /SERIAL, 1394 or NET/],
  [["/enum", "some"], /It lists ALL/],
  [["/sysstore", "C:"], /^The request is not supported\..*firmware/s],
  [["/mirror", "{default}"], /mirrored volumes/],
  [["/eventsettings"], /not published/],
])("bcdedit refuses %j, says why, and changes nothing", async (args, message) => {
  const before = readFileSync(join(cwd, "BCD"));
  const { exitCode, stdout } = await edit("/store", "BCD", ...args);
  expect([exitCode, stdout]).toEqual([1, expect.stringMatching(message)]);
  expect(readFileSync(join(cwd, "BCD")).equals(before)).toBe(true);
});

test("bcdedit without a store says why there is none", async () => {
  expect(await edit()).toMatchObject({
    exitCode: 1,
    stdout: expect.stringMatching(/^The boot configuration data store could not be opened/),
  });
  const missing = await edit("/store", "none", "/enum");
  expect([missing.exitCode, missing.stdout]).toEqual([1, expect.stringContaining("cannot find the file")]);
  expect((await edit("/createstore", "BCD")).exitCode).toBe(1);
});

test("bcdedit explains each verb and topic", async () => {
  for (const verb of ["/set", "/dbgsettings", "/createstore", "/mirror"]) {
    const [before, behind] = [await edit("/?", verb), await edit(verb, "/?")];
    expect(before.stdout).toContain(`adk bcdedit /store FILE ${verb} `);
    expect([behind.exitCode, behind.stdout]).toEqual([0, before.stdout]);
  }
  expect((await edit("/?", "TYPES")).stdout).toContain("  testsigning\n");
  expect((await edit("/?", "ID")).stdout).toContain("  {bootmgr}\n");
  expect((await edit("-?", "formats")).stdout).toContain("partition=gpt:");
  expect((await edit("/?")).stdout).toContain("  /toolsdisplayorder");
});
