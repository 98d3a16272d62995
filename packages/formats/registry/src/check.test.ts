import { MemoryAccess } from "@adk/core";
import { describe, expect, test } from "vitest";
import { checkHive, HiveEditor, openHive, RegType, repairHive, textData } from "./index.ts";
import { KeyField } from "./key-node.ts";
import { SecurityField } from "./key-security.ts";
import { contentOf } from "./testing/content.ts";

const TIME = 132_000_000_000_000_000n;
const CONTENT = 4100;

function sample(): HiveEditor {
  const editor = HiveEditor.create({ time: TIME });
  for (const name of ["a", "b", "c"]) {
    const key = editor.createKey(`top\\${name}\\below`);
    for (const value of ["x", "y"]) editor.setValue(key, value, RegType.SZ, textData(`${name} ${value}`));
  }
  return editor;
}

/** Where things of the sample lie in its file. */
function places(editor: HiveEditor) {
  const key = (path: string): number => (editor.hive.key(path)?.offset as number) + CONTENT;
  const { view } = editor.hive.cells;
  const offset = (place: number, field: number): number => view.getUint32(place + field, true) + CONTENT;
  return {
    top: key("top"),
    b: key("top\\b"),
    below: key("top\\b\\below"),
    list: offset(key("top"), KeyField.SUBKEY_LIST),
    values: offset(key("top\\b\\below"), KeyField.VALUE_LIST),
    security: offset(key("top"), KeyField.SECURITY),
  };
}

type Places = ReturnType<typeof places>;
type Damage = (view: DataView, at: Places) => void;

/** What a repair leaves of the sample: lines of its content. */
const CONTENT_LINES = contentOf(sample().hive).length;

const damages: readonly (readonly [code: string, lost: number, damage: Damage])[] = [
  ["REG_BAD_BIN", 0, (view) => view.setUint8(4096, 0x67)],
  ["REG_BAD_PARENT", 0, (view, { b }) => view.setUint32(b + KeyField.PARENT, 0x20, true)],
  ["REG_BAD_COUNT", 0, (view, { top }) => view.setUint32(top + KeyField.SUBKEY_COUNT, 2, true)],
  ["REG_BAD_ORDER", 0, (view, { b }) => view.setUint8(b + KeyField.NAME, 0x7a)],
  ["REG_BAD_HASH", 0, (view, { list }) => view.setUint32(list + 8, 1, true)],
  ["REG_BAD_KEY", 4, (view, { b }) => view.setUint8(b, 0)],
  ["REG_BAD_VALUE_LIST", 0, (view, { below }) => view.setUint32(below + KeyField.VALUE_COUNT, 9, true)],
  ["REG_BAD_OFFSET", 1, (view, { values }) => view.setUint32(values, 3, true)],
  ["REG_SHARED_CELL", 0, (view, { list }) => view.setUint32(list + 4, view.getUint32(list + 12, true), true)],
  ["REG_BAD_SUBKEY_LIST", 0, (view, { list }) => view.setUint16(list, 0, true)],
  [
    "REG_BAD_REFERENCE_COUNT",
    0,
    (view, { security }) => view.setUint32(security + SecurityField.REFERENCE_COUNT, 1, true),
  ],
  ["REG_BAD_SECURITY", 0, (view, { security }) => view.setUint32(security + SecurityField.NEXT, 0x20, true)],
  ["REG_NOT_ALLOCATED", 0, (view, { b }) => view.setInt32(b - 4, -view.getInt32(b - 4, true), true)],
];

describe("damage is found, and repaired as far as it goes", () => {
  test.each(damages)("%s", async (code, lost, damage) => {
    const editor = sample();
    const bytes = editor.toBytes();
    damage(new DataView(bytes.buffer), places(editor));
    const hive = await openHive(new MemoryAccess(bytes));
    const { ok, findings } = checkHive(hive);
    expect(ok).toBe(false);
    expect(findings.map((finding) => finding.code)).toContain(code);
    const repaired = repairHive(hive, { time: TIME });
    expect(checkHive(repaired.editor.hive).findings).toEqual([]);
    expect(repaired.findings.map((finding) => finding.code)).toContain(code);
    expect(contentOf(repaired.editor.hive).length).toBe(CONTENT_LINES - lost);
  });
});

test("cells that nothing refers to are a warning", async () => {
  const editor = sample();
  const bytes = editor.toBytes();
  const { top } = places(editor);
  new DataView(bytes.buffer).setUint32(top + KeyField.SUBKEY_COUNT, 0, true);
  const report = checkHive(await openHive(new MemoryAccess(bytes)));
  expect(report).toMatchObject({ keys: 2, values: 0 });
  expect(report.findings.map(({ code }) => code)).toContain("REG_CELLS_LOST");
});

test("a sound hive has no findings, and counts", async () => {
  const report = checkHive(sample().hive);
  expect(report).toMatchObject({ ok: true, findings: [], keys: 8, values: 6, dataBytes: 6 * 8 });
  expect(report.usedBytes + report.freeBytes).toBe(4096 - 32);
});
