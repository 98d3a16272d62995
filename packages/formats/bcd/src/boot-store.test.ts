import { MemoryAccess } from "@adk/core";
import { HiveEditor } from "@adk/registry";
import { orRefused } from "@adk/testing";
import { expect, test } from "vitest";
import {
  checkStore,
  createWinPeStore,
  listObjects,
  openStore,
  StoreEditor,
  storeFromJson,
  storeToJson,
  weakOptions,
} from "./index.ts";

const BOOT_MANAGER = "9dea862c-5cdd-4e70-acc1-f32b344d4795";
const LOADER = "7619dcc9-fafe-11d9-b411-000476eba25f";

test("a hive that is no store is refused", async () => {
  const hive = new MemoryAccess(HiveEditor.create().toBytes(), "SYSTEM");
  await expect(openStore(hive)).rejects.toMatchObject({ code: "BCD_NOT_A_STORE" });
});

test("an object that is deleted is taken out of what names it", () => {
  const editor = createWinPeStore({ firmware: "bios" });
  editor.deleteObject(LOADER);
  expect(editor.value(BOOT_MANAGER, 0x2300_0003)).toBeUndefined();
  expect(editor.value(BOOT_MANAGER, 0x2400_0001)).toBeUndefined();
  expect(checkStore(editor.store).map(({ code }) => code)).toContain("BCD_NOTHING_TO_BOOT");
});

test("values of another format than the id says are refused", () => {
  const editor = createWinPeStore({ firmware: "uefi" });
  expect(() => editor.set(LOADER, 0x1200_0004, { format: "boolean", on: true })).toThrow(
    expect.objectContaining({ code: "BCD_WRONG_FORMAT" }),
  );
  expect(() => editor.createObject(0x1020_0003, LOADER)).toThrow(
    expect.objectContaining({ code: "BCD_OBJECT_EXISTS" }),
  );
});

test("circles, missing objects and odd data are found", () => {
  const editor = createWinPeStore({ firmware: "uefi" });
  expect(checkStore(editor.store)).toEqual([]);
  editor.set("7ea2e1ac-2e61-4728-aaa3-896d9d0a9f0e", 0x1400_0006, {
    format: "objects",
    ids: ["6efb52bf-1766-41db-a6b3-0ee5eff72bd7", "00000000-0000-0000-0000-000000000001"],
  });
  editor.setData(LOADER, 0x2600_0010, { type: 3, data: Uint8Array.of(1, 2, 3) });
  const codes = checkStore(editor.store).map(({ code }) => code);
  expect(codes).toEqual(expect.arrayContaining(["BCD_INHERITS_ITSELF", "BCD_MISSING_OBJECT", "BCD_BAD_DATA"]));
});

test("a setting that weakens security is found, others are not", () => {
  const editor = createWinPeStore({ firmware: "uefi" });
  expect(weakOptions(editor.store)).toEqual([]);
  editor.set(LOADER, 0x1200_0030, { format: "string", text: "DDISABLE_INTEGRITY_CHECKS" });
  editor.set(LOADER, 0x2600_00a0, { format: "boolean", on: true });
  editor.set(LOADER, 0x2500_0020, { format: "integer", number: 1n });
  editor.set(BOOT_MANAGER, 0x2500_0080, { format: "integer", number: 0n });
  expect(weakOptions(editor.store)).toMatchObject([
    { object: LOADER, name: "loadoptions", value: "DDISABLE_INTEGRITY_CHECKS", severity: "warning" },
    { object: LOADER, name: "nx", value: "OptOut", severity: "info" },
    { object: LOADER, name: "debug", value: "Yes", severity: "warning" },
  ]);
  expect(checkStore(editor.store).filter(({ code }) => code === "BCD_WEAK_OPTION")).toHaveLength(3);
});

test("JSON that is no store is refused", () => {
  const json = storeToJson(StoreEditor.create().store);
  const object = { id: "x", type: "10200003", elements: [] };
  expect(() => storeFromJson({ ...json, objects: [object] })).toThrow(
    expect.objectContaining({ code: "BCD_BAD_JSON" }),
  );
});

test("a store that is cut off is refused, or told to be damaged", async () => {
  const bytes = createWinPeStore({ firmware: "uefi", time: 1n }).toBytes();
  for (let length = 0; length < bytes.length; length += 61) {
    const access = new MemoryAccess(bytes.slice(0, length), "BCD");
    const store = await orRefused(() => openStore(access));
    expect(store === undefined || store.findings.hasErrors, `${length} bytes`).toBe(true);
  }
});

test("the store's own description comes back from JSON", async () => {
  const editor = StoreEditor.create({ system: true });
  editor.describeStore("FirmwareModified", { type: 4, data: Uint8Array.of(1, 0, 0, 0) });
  const json = JSON.parse(JSON.stringify(storeToJson(editor.store)));
  expect(json.description).toEqual({ FirmwareModified: { type: 4, data: "01000000" } });
  expect(storeFromJson(json).store.description).toEqual(editor.store.description);
});

test("a text of a store cannot pretend to be another line of the listing", () => {
  const editor = createWinPeStore({ firmware: "uefi" });
  editor.set(LOADER, 0x1200_0004, { format: "string", text: "PE\nnx                      AlwaysOff" });
  expect(listObjects(editor.store, editor.store.objects)).toContain("PE\\u000anx");
});
