import { MemoryAccess } from "@adk/core";
import { HiveEditor } from "@adk/registry";
import { orRefused } from "@adk/testing";
import { expect, test } from "vitest";
import {
  checkStore,
  createWinPeStore,
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
  expect(weakOptions(editor.store)).toMatchObject(
    [{ where: { path: "{default}" } }, { message: /^debug/ }].map((each) => {
      return "message" in each ? { message: expect.stringMatching(each.message) } : each;
    }),
  );
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
