import { MemoryAccess, parseSddl, securityDescriptorToBytes } from "@adk/core";
import { expect, test } from "vitest";
import { diffHives, HiveEditor, openHive, RegType, recoverDeleted, textData, textOf } from "./index.ts";

const TIME = 132_000_000_000_000_000n;

test("all kinds of differences, in the order of names", async () => {
  const editor = HiveEditor.create({ time: TIME });
  for (const path of ["gone\\below", "same\\deep", "other"]) {
    editor.setValue(editor.createKey(path), "v", RegType.SZ, textData(path));
  }
  const before = await openHive(new MemoryAccess(editor.toBytes()));
  expect([...diffHives(before.root, editor.hive.root)]).toEqual([]);
  editor.deleteKey(editor.createKey("gone"));
  const other = editor.createKey("OTHER");
  editor.setValue(other, "V", RegType.SZ, textData("changed"));
  editor.setValue(other, "", RegType.SZ, textData(""));
  editor.setClassName(other, "class");
  editor.createKey("new\\one");
  const deep = editor.createKey("same\\deep");
  editor.deleteValue(deep, "v");
  editor.setSecurity(deep, securityDescriptorToBytes(parseSddl("O:SYG:SYD:(A;;KA;;;SY)")));
  const differences = [...diffHives(before.root, editor.hive.root)];
  expect(differences.map((each) => [each.kind, each.path, "name" in each ? each.name : ""])).toEqual([
    ["key-removed", "gone", ""],
    ["key-added", "new", ""],
    ["class-changed", "other", ""],
    ["value-added", "other", ""],
    ["value-changed", "other", "v"],
    ["security-changed", "same\\deep", ""],
    ["value-removed", "same\\deep", "v"],
  ]);
});

test("deleted keys and values are found again", () => {
  const editor = HiveEditor.create({ time: TIME });
  const key = editor.createKey("kept\\gone");
  editor.setValue(key, "text", RegType.SZ, textData("what it was"));
  editor.setValue(editor.createKey("kept"), "single", RegType.DWORD, new Uint8Array([1, 2, 3, 4]));
  expect([...recoverDeleted(editor.hive)]).toEqual([]);
  editor.deleteValue(editor.createKey("kept"), "single");
  editor.deleteKey(editor.createKey("kept\\gone"));
  const [found, value, ...rest] = [...recoverDeleted(editor.hive)];
  expect(rest).toEqual([]);
  expect(found).toMatchObject({ kind: "key", name: "gone", path: "kept\\gone", lastWritten: TIME });
  const [text] = found?.kind === "key" ? found.values : [];
  expect(text).toMatchObject({ name: "text", type: RegType.SZ });
  expect(textOf(text?.data as Uint8Array)).toBe("what it was");
  expect(value).toMatchObject({ kind: "value", name: "single", data: new Uint8Array([1, 2, 3, 4]) });
});
