import { decodeUtf16, encodeUtf16, fromHex, MemoryAccess } from "@adk/core";
import { describe, expect, test } from "vitest";
import type { Hive } from "./hive.ts";
import { HiveEditor } from "./hive-editor.ts";
import { openHive } from "./open-hive.ts";
import { exportRegFile } from "./reg-file-export.ts";
import { importRegFile } from "./reg-file-import.ts";
import { parseRegFile } from "./reg-file-parser.ts";
import { numberData, textData, textOf } from "./value-data.ts";
import { RegType } from "./value-type.ts";

const ROOT = "HKEY_LOCAL_MACHINE\\SYSTEM";

function importText(editor: HiveEditor, text: string, root = ROOT) {
  const bytes = encodeUtf16(`Windows Registry Editor Version 5.00\n${text}\n`);
  return importRegFile(editor, parseRegFile(bytes), { root });
}

function exported(hive: Hive, path = "", root = ROOT): string[] {
  const pieces = Array.from(exportRegFile(hive.key(path)!, { root }), (piece) => {
    return decodeUtf16(piece);
  });
  return pieces.join("").slice(1).split("\r\n").slice(2);
}

/** A SYSTEM hive whose second control set is the current one. */
function systemHive(): HiveEditor {
  const editor = HiveEditor.create();
  editor.setValue(editor.createKey("Select"), "Current", RegType.DWORD, numberData(2));
  for (const set of ["ControlSet001", "ControlSet002"]) {
    const key = editor.createKey(`${set}\\Control`);
    editor.setValue(key, "Name", RegType.SZ, textData(set));
  }
  return editor;
}

describe("import", () => {
  test("tells what really changed", () => {
    const editor = systemHive();
    const changes = importText(
      editor,
      `[${ROOT}\\CurrentControlSet\\Control]
"name"="ControlSet002"
"New"=dword:5
"Gone"=-
[hklm\\system\\A\\B]
[-${ROOT}\\ControlSet001]
[-${ROOT}\\Nowhere]
[${ROOT}\\controlset002\\CONTROL]
"NAME"=-`,
    );
    expect(changes).toEqual([
      {
        kind: "value-set",
        path: "ControlSet002\\Control",
        name: "New",
        before: undefined,
        after: { type: 4, data: numberData(5) },
        line: 4,
      },
      { kind: "key-created", path: "A", line: 6 },
      { kind: "key-created", path: "A\\B", line: 6 },
      { kind: "key-deleted", path: "ControlSet001", line: 7 },
      {
        kind: "value-deleted",
        path: "controlset002\\CONTROL",
        name: "NAME",
        before: { type: 1, data: textData("ControlSet002") },
        line: 10,
      },
    ]);
    expect(exported(editor.hive)).toEqual([
      `[${ROOT}]`,
      "",
      `[${ROOT}\\A]`,
      "",
      `[${ROOT}\\A\\B]`,
      "",
      `[${ROOT}\\ControlSet002]`,
      "",
      `[${ROOT}\\ControlSet002\\Control]`,
      '"New"=dword:00000005',
      "",
      `[${ROOT}\\Select]`,
      '"Current"=dword:00000002',
      "",
      "",
    ]);
  });

  test.each([
    ["HKEY_LOCAL_MACHINE\\SOFTWARE\\X", "REG_FILE_OTHER_ROOT"],
    ["HKEY_LOCAL_MACHINE\\SYSTEM2", "REG_FILE_OTHER_ROOT"],
    ["NOWHERE\\SYSTEM", "REG_FILE_OTHER_ROOT"],
  ])("%s lies elsewhere, and nothing changes", (path, code) => {
    const editor = HiveEditor.create();
    expect(() => importText(editor, `[${ROOT}\\A]\n[${path}]`)).toThrow(expect.objectContaining({ code }));
    expect(editor.hive.root.subkeyCount).toBe(0);
  });

  test("the root may have any name, but a root of the registry", () => {
    const editor = HiveEditor.create();
    importText(editor, '[HKEY_USERS\\offline\\A]\n@="x"', "HKU\\OFFLINE");
    expect(textOf(editor.hive.key("a")!.value("")!.data())).toBe("x");
    expect(() => importText(editor, "", "HKLN\\X")).toThrow(
      expect.objectContaining({ code: "REG_BAD_ROOT", kind: "usage", hint: "Did you mean HKLM\\X?" }),
    );
    expect(() => importText(editor, "[-HKU\\OFFLINE]", "HKU\\OFFLINE")).toThrow(
      expect.objectContaining({ code: "REG_IS_ROOT" }),
    );
  });
});

test("a path deeper than hives are is refused", () => {
  const deep = `[${ROOT}\\${"k\\".repeat(50_000)}]`;
  expect(() => importText(HiveEditor.create(), deep)).toThrow(expect.objectContaining({ code: "REG_TOO_DEEP" }));
});

describe("export", () => {
  test("of a key below the root, imported again, gives the same", async () => {
    const editor = systemHive();
    const key = editor.createKey(`Odd\\${"k]".repeat(20)}`);
    for (const [name, type, hex] of [
      ["", 1, "61000000"],
      ["none", 0, ""],
      ["sz", 1, "6100"],
      ["property", 0xffff0012, "0102"],
      ["big", 3, "ab".repeat(20_000)],
      ["\u{10000}\ud800", 7, "0000"],
    ] as const) {
      editor.setValue(key, name, type, fromHex(hex));
    }
    const hive = await openHive(new MemoryAccess(editor.toBytes()));
    const lines = exported(hive, "odd", "HKLM\\Other\\Place");
    expect(lines[0]).toBe("[HKEY_LOCAL_MACHINE\\Other\\Place]");
    const copy = HiveEditor.create();
    importText(copy, lines.join("\n"), "HKLM\\Other");
    expect(exported(copy.hive, "Place", "HKLM\\Other\\Place")).toEqual(lines);
    expect(hive.findings.list).toEqual([]);
  });

  test("names with line ends are left out and told", () => {
    const editor = HiveEditor.create();
    editor.createKey("a\nb\\c");
    editor.setValue(editor.createKey("x"), "v\r", RegType.NONE, new Uint8Array());
    expect(exported(editor.hive)).toEqual([`[${ROOT}]`, "", `[${ROOT}\\x]`, "", ""]);
    expect(editor.hive.findings.list.map(({ code, where }) => [code, where?.path])).toEqual([
      ["REG_FILE_LEFT_OUT", '"a\\nb"'],
      ["REG_FILE_LEFT_OUT", '"x\\\\v\\r"'],
    ]);
  });

  test("secrets are left out and told", () => {
    const editor = HiveEditor.create();
    editor.setValue(editor.createKey("SAM\\Domains\\Account\\Users\\000001F4"), "V", RegType.BINARY, fromHex("00"));
    editor.setValue(editor.createKey("SAM"), "C", RegType.BINARY, fromHex("01"));
    const lines = exported(editor.hive, "", "HKLM\\SAM");
    expect(lines.filter((line) => line.includes("="))).toEqual(['"C"=hex:01']);
    expect(editor.hive.findings.list).toMatchObject([
      { code: "REG_SECRET_WITHHELD", where: { path: "SAM\\Domains\\Account\\Users\\000001F4\\V" } },
    ]);
  });
});
