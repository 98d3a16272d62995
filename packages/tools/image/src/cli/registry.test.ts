import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runForTest, type TestOptions } from "@adk/cli-kit/testing";
import { encodeUtf16, fromHex, openDirectory } from "@adk/core";
import { HiveEditor, numberData, openHiveFile, RegType, textData, textsData } from "@adk/registry";
import { captureVolume, WimWriter } from "@adk/wim";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { groups } from "./index.ts";

let cwd: string;
const registry = (args: readonly string[], options: TestOptions = {}) =>
  runForTest(groups, ["registry", ...args], { cwd, ...options });
async function json(args: readonly string[], options: TestOptions = {}) {
  return JSON.parse((await registry([...args, "--json"], options)).stdout);
}

function systemHive(): HiveEditor {
  const editor = HiveEditor.create({ fileName: "SYSTEM", time: 132_000_000_000_000_000n });
  editor.setValue(editor.createKey("Select"), "Current", RegType.DWORD, numberData(1));
  const control = editor.createKey("ControlSet001\\Control");
  editor.setClassName(control, "class");
  editor.setValue(control, "", RegType.SZ, textData("default"));
  editor.setValue(control, "Texts", RegType.MULTI_SZ, textsData(["one", "two"]));
  editor.setValue(control, "Large", RegType.QWORD, numberData(2n ** 63n, RegType.QWORD));
  editor.setValue(control, "Bytes", RegType.BINARY, fromHex("00ff"));
  editor.createKey("ControlSet001\\Services\\Spooler");
  return editor;
}

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "adk-registry-cli-"));
});
beforeEach(() => {
  rmSync(join(cwd, "SYSTEM.bak"), { force: true });
  writeFileSync(join(cwd, "SYSTEM"), systemHive().toBytes());
});
afterAll(() => rmSync(cwd, { recursive: true }));

describe("reading", () => {
  it("info", async () => {
    expect(await json(["info", "SYSTEM"])).toMatchObject({
      file: "SYSTEM",
      role: "SYSTEM",
      version: "1.5",
      dirty: false,
      logsApplied: 0,
      keys: 6,
      values: 5,
      bytes: 4 + 16 + 18 + 8 + 2,
      findings: [],
    });
    expect((await registry(["info", "SYSTEM"])).stdout).toMatch(/State: +clean\nKeys: +6\nValues: +5\n/);
  });

  it("ls", async () => {
    const list = await json(["ls", "SYSTEM", "CurrentControlSet\\control"]);
    expect(list).toMatchObject({ key: "ControlSet001\\Control", className: "class", subkeys: [] });
    expect(list.values).toEqual([
      { name: "", type: "REG_SZ", size: 16, data: "default" },
      { name: "Texts", type: "REG_MULTI_SZ", size: 18, data: ["one", "two"] },
      { name: "Large", type: "REG_QWORD", size: 8, data: "9223372036854775808" },
      { name: "Bytes", type: "REG_BINARY", size: 2, data: "00ff" },
    ]);
    const root = await registry(["ls", "SYSTEM"]);
    expect(root.stdout).toMatch(/^Key: +\(root\)\n/);
    expect(root.stdout).toMatch(/\nControlSet001 +2 +0 +\d{4}-/);
  });

  it("get", async () => {
    expect((await registry(["get", "SYSTEM", "ControlSet001\\Control"])).stdout).toBe("default\n");
    expect((await registry(["get", "SYSTEM", "ControlSet001\\Control", "texts"])).stdout).toBe("one\ntwo\n");
    expect(await json(["get", "SYSTEM", "Select", "current"])).toEqual({
      key: "Select",
      name: "Current",
      type: "REG_DWORD",
      size: 4,
      data: 1,
      hex: "01000000",
    });
  });

  it.each([
    [["get", "SYSTEM", "Select", "None"], 3, "REG_NO_SUCH_VALUE"],
    [["ls", "SYSTEM", "None"], 3, "REG_NO_SUCH_KEY"],
    [["info", "none"], 3, "FILE_NOT_FOUND"],
    [["set", "SYSTEM", "x", "v", "--data", "1", "--type", "REG_WORD"], 2, "REG_UNKNOWN_TYPE"],
    [["set", "SYSTEM", "x", "v", "--data", "x", "--type", "REG_DWORD"], 2, "REG_BAD_DATA"],
    [["set", "SYSTEM", "x", "v"], 2, "USAGE_NO_DATA"],
    [["delete", "SYSTEM", ""], 2, "REG_IS_ROOT"],
    [["delete", "SYSTEM", "Select", "None"], 3, "REG_NO_SUCH_VALUE"],
    [["export", "SYSTEM", "-", "--root", "HKLX\\A"], 2, "REG_BAD_ROOT"],
    [["search", "SYSTEM", "(", "--regex"], 2, "REG_BAD_PATTERN"],
  ])("%j is refused", async (args, exitCode, code) => {
    const result = await registry(args);
    expect([result.exitCode, result.stderr]).toEqual([exitCode, expect.stringContaining(code)]);
  });

  it("search", async () => {
    const found = async (...args: string[]) => {
      const { matches } = await json(["search", "SYSTEM", ...args]);
      return matches.map(({ key, value }: { key: string; value?: { name: string } }) =>
        value ? `${key}:${value.name}` : key,
      );
    };
    expect(await found("spool")).toEqual(["ControlSet001\\Services\\Spooler"]);
    expect(await found("s*")).toEqual(["Select", "ControlSet001\\Services", "ControlSet001\\Services\\Spooler"].sort());
    expect(await found("t?o", "--in", "data")).toEqual([]);
    expect(await found("| two", "--in", "data")).toEqual(["ControlSet001\\Control:Texts"]);
    expect(await found("^[bc]", "--regex", "--in", "names", "--key", "ControlSet001")).toEqual([
      "ControlSet001\\Control:Bytes",
    ]);
    expect(await found("", "--type", "REG_QWORD")).toEqual(["ControlSet001\\Control:Large"]);
    expect((await registry(["search", "SYSTEM", "nothing"])).exitCode).toBe(1);
  });

  it("a hive in an image", async () => {
    mkdirSync(join(cwd, "tree/Windows/System32/config"), { recursive: true });
    writeFileSync(join(cwd, "tree/Windows/System32/config/SYSTEM"), systemHive().toBytes());
    await using writer = await WimWriter.create(join(cwd, "a.wim"), { threads: 1 });
    await captureVolume(writer, await openDirectory(join(cwd, "tree")), { name: "One" });
    await writer.finish();
    for (const source of ["a.wim:1", "tree"]) {
      const name = `${source}!/windows/system32/CONFIG/system`;
      expect((await registry(["get", name, "CurrentControlSet\\Control"])).stdout).toBe("default\n");
      const { exitCode, stderr } = await registry(["set", name, "x", "v", "--data", "1"]);
      expect([exitCode, stderr]).toEqual([5, expect.stringContaining("REG_NOT_CHANGEABLE")]);
    }
  });
});

describe("changes", () => {
  it("set, with a copy of what was there, and only when asked for", async () => {
    const before = readFileSync(join(cwd, "SYSTEM"));
    const args = [
      "set",
      "SYSTEM",
      "CurrentControlSet\\Services\\spooler",
      "Start",
      "--type",
      "REG_DWORD",
      "--data",
      "0x4",
    ];
    const dry = await json([...args, "--dry-run"]);
    expect(readFileSync(join(cwd, "SYSTEM")).equals(before)).toBe(true);
    const done = await json(args);
    expect(dry.changes).toEqual(done.changes);
    expect(done).toMatchObject({ dryRun: false, backup: expect.stringContaining("SYSTEM.bak") });
    expect(done.changes).toEqual([
      {
        change: "value-set",
        key: "ControlSet001\\Services\\spooler",
        name: "Start",
        after: { type: "REG_DWORD", data: 4 },
      },
    ]);
    expect(readFileSync(join(cwd, "SYSTEM.bak")).equals(before)).toBe(true);
    expect((await json(args)).changes).toEqual([]);
    expect((await registry(["get", "SYSTEM", "ControlSet001\\Services\\Spooler", "Start"])).stdout).toBe("4\n");
  });

  it("delete", async () => {
    await registry(["delete", "SYSTEM", "ControlSet001\\Control", "Texts", "large", "--default"]);
    await registry(["delete", "SYSTEM", "ControlSet001\\Services"]);
    await using hive = await openHiveFile(join(cwd, "SYSTEM"));
    expect(
      hive
        .key("ControlSet001\\Control")
        ?.values()
        .map(({ name }) => name),
    ).toEqual(["Bytes"]);
    expect(hive.key("ControlSet001\\Services")).toBeUndefined();
  });

  it("import makes a hive, export gives the file back", async () => {
    const text =
      '\uFEFFWindows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE]\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Ä]\r\n@="x"\r\n\r\n';
    const stdin = encodeUtf16(text);
    const made = await json(["import", "new", "-", "--create"], { stdin });
    expect(made).toMatchObject({
      created: true,
      changes: [
        { change: "key-created", key: "Ä" },
        { change: "value-set", name: "" },
      ],
    });
    const { stdoutBytes } = await registry(["export", "new", "-", "--root", "HKLM\\SOFTWARE"]);
    expect(Buffer.from(stdoutBytes).equals(stdin)).toBe(true);
    expect((await registry(["export", "new", "new.reg", "--key", "ä", "--root", "HKU\\X"])).stdout).toMatch(
      /Root: +HKEY_USERS\\X\\Ä\n/i,
    );
    expect((await registry(["export", "new", "new.reg"])).exitCode).toBe(4);
  });

  it("an import with an error changes nothing", async () => {
    const before = readFileSync(join(cwd, "SYSTEM"));
    const stdin = `REGEDIT4\n[HKEY_LOCAL_MACHINE\\SYSTEM\\New]\n"a"=dword:1\n"b"=oops\n`;
    const { exitCode, stderr } = await registry(["import", "SYSTEM", "-"], { stdin });
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining("line 4, column 5")]);
    const other = await registry(["import", "SYSTEM", "-"], { stdin: "REGEDIT4\n[HKEY_CURRENT_USER\\X]\n" });
    expect([other.exitCode, other.stderr]).toEqual([3, expect.stringContaining("REG_FILE_OTHER_ROOT")]);
    expect(readFileSync(join(cwd, "SYSTEM")).equals(before)).toBe(true);
    expect(existsSync(join(cwd, "SYSTEM.bak"))).toBe(false);
  });

  it("diff, and the .reg file that makes of one the other", async () => {
    const editor = systemHive();
    editor.deleteKey(editor.hive.key("ControlSet001\\Services")!);
    editor.setValue(editor.createKey("New"), "v", RegType.SZ, textData("x"));
    editor.setValue(editor.hive.key("Select")!, "Current", RegType.DWORD, numberData(2));
    writeFileSync(join(cwd, "OTHER"), editor.toBytes());
    const { exitCode, stdout } = await registry(["diff", "SYSTEM", "OTHER", "--reg", "d.reg"]);
    expect(exitCode).toBe(1);
    expect(stdout).toBe(
      "- ControlSet001\\Services\n+ New\n~ Select : Current\n    - REG_DWORD 1\n    + REG_DWORD 2\n3 differences\n",
    );
    await registry(["import", "SYSTEM", "d.reg"]);
    expect((await registry(["diff", "SYSTEM", "OTHER"])).exitCode).toBe(0);
    expect(await json(["diff", "SYSTEM", "OTHER"])).toEqual({ equal: true, differences: [], findings: [] });
  });

  it("check, compact and recover", async () => {
    expect(await json(["check", "SYSTEM"])).toMatchObject({ ok: true, keys: 6, values: 5, findings: [] });
    await registry(["delete", "SYSTEM", "ControlSet001\\Control"]);
    expect((await json(["recover", "SYSTEM"])).keys).toMatchObject([{ key: expect.stringMatching(/Control$/) }]);
    expect((await registry(["compact", "SYSTEM"])).exitCode).toBe(0);
    expect((await registry(["recover", "SYSTEM"])).exitCode).toBe(1);
    expect((await registry(["check", "SYSTEM", "--repair", "--dry-run"])).exitCode).toBe(0);
  });
});

it("of a SAM hive the policy is shown, and no secret", async () => {
  const editor = HiveEditor.create();
  editor.setValue(editor.createKey("SAM\\Domains\\Account\\Users\\000001F4"), "V", RegType.BINARY, fromHex("c0ffee"));
  const policy = new Uint8Array(100);
  new DataView(policy.buffer).setBigInt64(24, -42n * 86_400n * 10_000_000n, true);
  policy[80] = 12;
  editor.setValue(editor.createKey("SAM\\Domains\\Account"), "F", RegType.BINARY, policy);
  writeFileSync(join(cwd, "SAM"), editor.toBytes());
  expect((await json(["info", "SAM"])).accountPolicy).toMatchObject({
    minPasswordLength: 12,
    maxPasswordAge: 3_628_800,
  });
  expect((await registry(["info", "SAM"])).stdout).toMatch(/Password expires after: +42 days\n/);
  const key = "SAM\\Domains\\Account\\Users\\000001F4";
  const { exitCode, stderr } = await registry(["get", "SAM", key, "V"]);
  expect([exitCode, stderr]).toEqual([5, expect.stringContaining("REG_SECRET_WITHHELD")]);
  for (const args of [
    ["ls", "SAM", key],
    ["search", "SAM", "v"],
    ["search", "SAM", "c0ffee"],
    ["export", "SAM", "-"],
  ]) {
    const shown = await registry(args);
    expect(shown.stdout.toLowerCase()).not.toMatch(/c0.*ff.*ee/);
  }
});
