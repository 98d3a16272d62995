import { expect, test } from "vitest";
import {
  addWindows,
  checkStore,
  createWindowsStore,
  listObjects,
  ObjectType,
  objectIdOf,
  StoreEditor,
  selectObjects,
  type WindowsEntry,
  WindowsTemplate,
} from "./index.ts";

const MANAGER = objectIdOf("{bootmgr}") ?? "";
const DEBUGGER = objectIdOf("{dbgsettings}") ?? "";
const entry: WindowsEntry = { firmware: "uefi", description: "Windows 11", systemRoot: "\\Windows" };
const disk = { kind: "gpt", disk: "00000000-0000-0000-0000-0000000000d1" } as const;
const partition = { ...disk, partition: "00000000-0000-0000-0000-0000000000f1" };

/** A template as a Windows has one: shared settings, and what new entries are made of. */
function template(): WindowsTemplate {
  const editor = StoreEditor.create();
  editor.createObject(ObjectType.INHERIT, DEBUGGER);
  editor.set(DEBUGGER, 0x1500_0011, { format: "integer", number: 3n });
  const loader = editor.createObject(ObjectType.LOADER, "b012b84d-c47c-4ed5-b722-c0c42163e569");
  editor.set(loader, 0x2500_0020, { format: "integer", number: 3n });
  editor.set(loader, 0x1600_0009, { format: "boolean", on: true });
  editor.set(loader, 0x4700_0006, { format: "integers", numbers: [0x2500_0061n] });
  return new WindowsTemplate(editor.store);
}

const show = (editor: StoreEditor) => listObjects(editor.store, selectObjects(editor.store, "all"));

test("a template says what entries and settings are, and nothing of it stays behind", () => {
  const editor = createWindowsStore({ ...entry, template: template() });
  expect(editor.value(DEBUGGER, 0x1500_0011)).toEqual({ format: "integer", number: 3n });
  const [loader] = selectObjects(editor.store, "osloader");
  expect(loader?.elements.map(({ id }) => id)).not.toContain(0x2500_00c2);
  expect(show(editor)).toContain("nx                      AlwaysOn\n");
  expect(show(editor)).not.toMatch(/b012b84d|elementstomigrate/);
  expect(checkStore(editor.store).filter(({ severity }) => severity !== "info")).toEqual([]);
});

test("an entry that is replaced hands over what the template says", () => {
  const editor = createWindowsStore({ ...entry, template: template() });
  const [first] = selectObjects(editor.store, "osloader");
  editor.set(first?.id ?? "", 0x2500_0061, { format: "integer", number: 4n });
  editor.set(first?.id ?? "", 0x2600_0091, { format: "boolean", on: true });
  const id = addWindows(editor, { ...entry, template: template(), description: "Again" });
  expect(id).toBe(first?.id);
  expect(editor.value(id, 0x2500_0061)).toEqual({ format: "integer", number: 4n });
  expect(editor.value(id, 0x2600_0091)).toBeUndefined();
});

test("an entry merges with another, but for its places", () => {
  const editor = createWindowsStore({ ...entry, windowsDevice: partition });
  const [first] = selectObjects(editor.store, "osloader");
  editor.set(first?.id ?? "", 0x2500_0020, { format: "integer", number: 1n });
  const second = { ...entry, description: "Second", systemRoot: "\\Win2" };
  const id = addWindows(editor, second, { merge: first?.id ?? "" });
  expect(editor.value(id, 0x2500_0020)).toEqual({ format: "integer", number: 1n });
  expect(editor.value(id, 0x2200_0002)).toEqual({ format: "string", text: "\\Win2" });
  expect(() => addWindows(editor, second, { merge: MANAGER })).toThrow(
    expect.objectContaining({ code: "BCD_NO_OBJECT" }),
  );
});

test("the default stays where it is to stay", () => {
  const editor = createWindowsStore(entry);
  const before = editor.value(MANAGER, 0x2300_0003);
  addWindows(editor, { ...entry, systemRoot: "\\Win2" }, { keepDefault: true });
  expect(editor.value(MANAGER, 0x2300_0003)).toEqual(before);
  addWindows(editor, { ...entry, systemRoot: "\\Win3" });
  expect(editor.value(MANAGER, 0x2300_0003)).not.toEqual(before);
});

test("a recovery environment is started by the loader that fails", () => {
  const files = { wim: "\\Recovery\\WindowsRE\\Winre.wim", sdi: "\\Recovery\\WindowsRE\\boot.sdi" };
  const recovery = { device: partition, ...files };
  const editor = createWindowsStore({ ...entry, windowsDevice: partition, recovery });
  addWindows(editor, { ...entry, windowsDevice: partition, recovery });
  const text = show(editor);
  expect(text).toContain(`ramdisk=[gpt:${partition.disk}/${partition.partition}]\\Recovery\\WindowsRE\\Winre.wim,{`);
  expect(text).toContain("displaymessageoverride  Recovery\nrecoveryenabled         Yes\n");
  expect(text.match(/recoveryos {14}Yes/g)).toHaveLength(1);
  expect(checkStore(editor.store)).toEqual([]);
});
