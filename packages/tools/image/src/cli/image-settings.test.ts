import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runForTest } from "@adk/cli-kit/testing";
import { openHiveFile, valueContent } from "@adk/registry";
import { makeTree } from "@adk/testing";
import { beforeEach, expect, test } from "vitest";
import { wim } from "../testing/samples.ts";
import { makeWindows } from "../testing/windows-image.ts";
import { groups } from "./index.ts";

let root = "";
beforeEach(async () => {
  root = await makeWindows();
});

async function image(...args: string[]) {
  const { exitCode, stdout } = await runForTest(groups, ["image", ...args, "--json"], { cwd: root });
  return { exitCode, ...JSON.parse(stdout) };
}

async function value(hive: string, key: string, name: string) {
  await using opened = await openHiveFile(join(root, hive));
  const found = opened.key(key)?.value(name);
  return found && valueContent(found.type, found.data());
}

const SYSTEM = "Windows/System32/config/SYSTEM";

test("settings are values in the hives", async () => {
  const { state, changes } = await image(
    ..."set . --time-zone".split(" "),
    "w. europe standard TIME",
    ..."--system-locale de-de --service Spooler=disabled --owner Berta".split(" "),
  );
  expect(state).toBe("committed");
  expect(changes.map(({ path }: { path: string }) => path).sort()).toEqual([
    "/Windows/System32/config/SOFTWARE",
    "/Windows/System32/config/SYSTEM",
  ]);
  const zone = "ControlSet001\\Control\\TimeZoneInformation";
  expect(await value(SYSTEM, zone, "TimeZoneKeyName")).toEqual({ kind: "text", text: "W. Europe Standard Time" });
  expect(await value(SYSTEM, zone, "Bias")).toEqual({ kind: "number", number: 0xffff_ffc4n });
  expect(await value(SYSTEM, "ControlSet001\\Control\\Nls\\CodePage", "OEMCP")).toEqual({ kind: "text", text: "850" });
  expect(await value(SYSTEM, "ControlSet001\\Services\\Spooler", "Start")).toEqual({ kind: "number", number: 4n });
  expect((await image("info", ".")).edition.registeredOwner).toBe("Berta");
});

test.each([
  [["--time-zone", "W. Europa Standard Time"], "IMAGE_NO_TIME_ZONE", 'Did you mean "W. Europe Standard Time"?'],
  [["--system-locale", "de-DD"], "IMAGE_NO_LOCALE", 'Did you mean "de-DE"?'],
  [["--service", "Spoler=auto"], "IMAGE_NO_SERVICE", 'Did you mean "Spooler"?'],
  [["--scratch-space", "128"], "IMAGE_NOT_WINPE", undefined],
  [["--service", "Spooler=sometimes"], "USAGE_BAD_OPTION_VALUE", undefined],
  [[], "USAGE_NOTHING_TO_SET", undefined],
])("%j is refused, and nothing changes", async (args, code, hint) => {
  const before = await readFile(join(root, SYSTEM));
  const { exitCode, error } = await image("set", ".", "--owner", "Berta", ...args).then((result) =>
    args.length === 0 ? image("set", ".") : result,
  );
  expect([exitCode, error.code]).toEqual([2, code]);
  if (hint) expect(error.hint).toBe(hint);
  expect(await readFile(join(root, SYSTEM))).toEqual(before);
});

test(".reg files go to the hives that they name, for new users too, in a WIM file", async () => {
  await writeFile(
    join(root, "all.reg"),
    'Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\New]\r\n"a"=dword:00000001\r\n\r\n[HKEY_CURRENT_USER\\Software\\Contoso]\r\n"b"="text"\r\n',
  );
  const file = join(await makeTree({}), "x.wim");
  await wim(root, ["capture", ".", file]);
  expect((await image("import-reg", `${file}:1`, "all.reg", "--threads", "1")).state).toBe("committed");
  await wim(root, ["apply", `${file}:1`, "out"]);
  const key = "ControlSet001\\Control\\New";
  expect(await value(`out/${SYSTEM}`, key, "a")).toEqual({ kind: "number", number: 1n });
  expect(await value("out/Users/Default/NTUSER.DAT", "Software\\Contoso", "b")).toEqual({ kind: "text", text: "text" });
  expect(await value("out/Users/Anna/NTUSER.DAT", "Software\\Contoso", "b")).toBeUndefined();
});

test("a product key comes from a file, and is shown nowhere", async () => {
  const key = ["AAAAA", "BBBBB", "CCCCC", "DDDDD", "FFFFF"].join("-").replaceAll("A", "B");
  await writeFile(join(root, "key.txt"), `${key.toLowerCase()}\r\n`);
  const result = await image("set", ".", "--product-key-file", "key.txt");
  expect(result.state).toBe("committed");
  expect(JSON.stringify(result).toUpperCase()).not.toContain(key);
  const place = "Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform";
  const set = await value("Windows/System32/config/SOFTWARE", place, "BackupProductKeyDefault");
  expect(set).toEqual({ kind: "text", text: key });
  await writeFile(join(root, "key.txt"), "no key");
  const refused = await image("set", ".", "--product-key-file", "key.txt");
  expect([refused.exitCode, refused.error.code]).toEqual([2, "USAGE_BAD_OPTION_VALUE"]);
});

test("accounts and secrets are left alone", async () => {
  await writeFile(
    join(root, "sam.reg"),
    "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SAM\\SAM]\r\n",
  );
  expect((await image("import-reg", ".", "sam.reg")).error.code).toBe("REG_PROTECTED_HIVE");
});

test("apps are taken out and marked", async () => {
  expect((await image("remove-appx", ".", "contoso.new*", "--delete-files")).state).toBe("committed");
  expect((await image("appx", ".")).appx).toMatchObject([{ displayName: "Contoso.Weather" }]);
  await using hive = await openHiveFile(join(root, "Windows/System32/config/SOFTWARE"));
  const store = "Microsoft\\Windows\\CurrentVersion\\Appx\\AppxAllUserStore\\Deprovisioned";
  expect(
    hive
      .key(store)
      ?.subkeys()
      .map(({ name }) => name),
  ).toEqual(["Contoso.News_abcdefghjkmnp"]);
  expect((await image("remove-appx", ".", "contoso.wether")).error).toMatchObject({
    code: "IMAGE_NO_APPX",
    hint: 'Did you mean "Contoso.Weather"?',
  });
});
