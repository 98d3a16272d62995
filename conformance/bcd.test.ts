import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type BootStore,
  createWindowsStore,
  createWinPeStore,
  deviceToBytes,
  elementData,
  elementIdFor,
  elementName,
  elementValue,
  formatDevice,
  formatElementId,
  listObjects,
  openStore,
  openStoreFile,
  parseDeviceText,
  StoreEditor,
  selectObjects,
  storeFromJson,
  storeToJson,
  weakOptions,
} from "@adk/bcd";
import { guidToBytes, MemoryAccess, toHex } from "@adk/core";
import { temporaryDirectory } from "@adk/testing";
import { expect, test } from "vitest";
import { fromHivexml, runHivexml } from "./registry/peer-listings.ts";
import { describeWithData } from "./support/data.ts";
import { describeWithPeer } from "./support/peers.ts";

const TIME = 132_000_000_000_000_000n;

/** As `facts/bcd-dump.json` tells a store. */
interface Dump {
  readonly root: string;
  readonly description: Record<string, { type: number; hex: string }>;
  readonly objects: Record<
    string,
    {
      readonly description: Record<string, { type: number; hex: string }>;
      readonly elements: Record<string, { type: number; hex: string }>;
    }
  >;
}

/** An object that has the elements of a class of the table of facts. */
const OBJECT_TYPES: Readonly<Record<string, number>> = {
  Application: 0x1020_0003,
  BootMgr: 0x1010_0002,
  Device: 0x3000_0000,
  Library: 0x1020_0003,
  MemDiag: 0x1020_0005,
  NtLdr: 0x1030_0006,
  OSLoader: 0x1020_0003,
  Resume: 0x1020_0004,
  Setup: 0x1020_0003,
  Startup: 0x1040_0009,
  Template: 0x1020_0003,
};

/** Rows whose ids have the wrong format: the sizes of TFTP are integers, 35000007 and 35000008. */
const NOT_AS_IN_THE_TABLE = ["0x36000007 ramdisktftpblocksize", "0x36000008 ramdisktftpwindowsize"];

/** Every element of a store: `{object} id type hex`. */
function elementsOf(store: BootStore): string[] {
  return store.objects.flatMap(({ id, type, elements }) => [
    `${id} ${formatElementId(type)}`,
    ...elements.map((element) => `${id} ${formatElementId(element.id)} ${element.type} ${toHex(element.data)}`),
  ]);
}

function elementsOfDump({ objects }: Dump): string[] {
  return Object.entries(objects).flatMap(([guid, { description, elements }]) => {
    const id = guid.slice(1, -1);
    const type = Buffer.from(description["Type"]?.hex ?? "", "hex").readUInt32LE();
    return [
      `${id} ${formatElementId(type)}`,
      ...Object.entries(elements).map(([element, { type, hex }]) => `${id} ${element} ${type} ${hex}`),
    ];
  });
}

async function reread(editor: StoreEditor): Promise<BootStore> {
  return openStore(new MemoryAccess(editor.toBytes(), "made"));
}

/** The elements of one object, by id. */
function elementMap(store: BootStore, id: string): Map<string, string> {
  const elements = store.byId.get(id)?.elements ?? [];
  return new Map(elements.map((element) => [formatElementId(element.id), toHex(element.data)]));
}

describeWithData("media", (media) => {
  const directory = join(media, "bcd");
  const dumps: Record<string, Dump> = JSON.parse(readFileSync(join(media, "facts/bcd-dump.json"), "utf8"));
  const names = readdirSync(directory);

  test("there are seven stores", () => expect(names.sort()).toEqual(Object.keys(dumps).sort()));

  test.each(names)("%s is read to the byte of each element", async (name) => {
    const store = await openStoreFile(join(directory, name));
    expect(elementsOf(store).sort()).toEqual(elementsOfDump(dumps[name] as Dump).sort());
    expect(store.findings.list).toEqual([]);
  });

  test.each(names)("%s: its description, and those of its objects, are read to the byte", async (name) => {
    const { description, objects } = dumps[name] as Dump;
    const store = await openStoreFile(join(directory, name));
    expect(dataOf(store.description)).toEqual(description);
    for (const { id, description } of store.objects) {
      const { Type: _, ...others } = objects[`{${id}}`]?.description ?? {};
      expect(dataOf(description)).toEqual(others);
    }
  });

  test.each(names)("%s: devices are understood, and written as they were", async (name) => {
    const { objects } = await openStoreFile(join(directory, name));
    for (const element of objects.flatMap((object) => object.elements)) {
      const value = elementValue(element.id, element);
      expect(value.format, formatElementId(element.id)).not.toBe("bytes");
      if (value.format !== "device") continue;
      expect(value.device.device.kind).not.toBe("other");
      expect(toHex(deviceToBytes(value.device))).toBe(toHex(element.data));
      const text = formatDevice(value.device);
      expect(text.startsWith("hex:")).toBe(name === "ntloader-bcdwim" && text.length > 500);
      expect(toHex(elementData({ format: "device", device: parseDeviceText(text) }).data)).toBe(toHex(element.data));
    }
  });

  test.each(names)("%s comes back from JSON, with all that it had", async (name) => {
    const store = await openStoreFile(join(directory, name));
    const again = await reread(storeFromJson(JSON.parse(JSON.stringify(storeToJson(store))), { time: TIME }));
    expect(elementsOf(again)).toEqual(elementsOf(store));
    expect(again.objects.map(({ description }) => description)).toEqual(
      store.objects.map(({ description }) => description),
    );
    expect(again.description).toEqual(store.description);
  });

  test.each(names)("%s: every element that is changed and set back leaves the store as it was", async (name) => {
    const editor = await StoreEditor.openFile(join(directory, name));
    const real = editor.store;
    for (const object of real.objects.slice(0, 12)) {
      for (const element of object.elements) {
        const value = elementValue(element.id, element);
        editor.deleteElement(object.id, element.id);
        editor.set(object.id, element.id, value.format === "string" ? { format: "string", text: "x" } : value);
        editor.setData(object.id, element.id, element);
      }
    }
    const copy = editor.copyObject(real.objects[0]?.id ?? "");
    editor.deleteObject(copy);
    const again = await reread(editor);
    expect(elementsOf(again)).toEqual(elementsOf(real));
    expect(again.description).toEqual(real.description);
  });

  test("an edit changes one element and nothing else", async () => {
    const editor = await StoreEditor.openFile(join(directory, "w2go-BCD"));
    const before = elementsOf(editor.store);
    editor.set("9dea862c-5cdd-4e70-acc1-f32b344d4795", 0x2500_0004, { format: "integer", number: 5n });
    const after = elementsOf(await reread(editor));
    expect(after.filter((line) => !before.includes(line))).toEqual([
      "9dea862c-5cdd-4e70-acc1-f32b344d4795 25000004 3 0500000000000000",
    ]);
    expect(after).toHaveLength(before.length);
  });

  test("the store of Microsoft's medium of Windows PE is made again, element for element", async () => {
    const real = await openStoreFile(join(directory, "ez-BCD-winpe-media"));
    const made = await reread(createWinPeStore({ firmware: "uefi", time: TIME }));
    expect(elementsOf(made)).toEqual(elementsOf(real));
    expect(made.description).toEqual(real.description);
  });

  test("for BIOS it has the programs of BIOS, and nothing else is different", async () => {
    const [uefi, bios] = await Promise.all(
      (["uefi", "bios"] as const).map(async (firmware) => elementsOf(await reread(createWinPeStore({ firmware })))),
    );
    const text = (line = "") => Buffer.from(line.split(" ")[3] ?? "", "hex").toString("utf16le");
    const others = bios?.filter((line) => !uefi?.includes(line)).map(text);
    expect(others).toEqual(["\\windows\\system32\\boot\\winload.exe\0", "\\boot\\memtest.exe\0"]);
    expect(bios).toHaveLength(uefi?.length ?? 0);
  });

  test("every element of the table of facts has its name, in every object that has it", () => {
    const rows = readFileSync(join(media, "facts/bcd-elements.tsv"), "utf8").trim().split("\n").slice(1);
    const wrong = [];
    for (const row of rows) {
      const [kind = "", id = "", , name = ""] = row.split("\t");
      const type = OBJECT_TYPES[kind] ?? 0;
      const shown = elementName(Number(id), type);
      // Names of the table that are not bcdedit's are taken too; two rows have the wrong format in their ids.
      const known = shown === name || elementIdFor(name, type) === Number(id);
      if (!known || shown.startsWith("custom:")) wrong.push(`${id} ${name}`);
    }
    expect(rows).toHaveLength(226);
    expect(wrong).toEqual(NOT_AS_IN_THE_TABLE);
  });

  test("the store of an installed Windows with recovery is like a real one, without the firmware's entries", async () => {
    const real = await openStoreFile(join(directory, "w2go-BCD"));
    const disk = "60664987-ce0e-411b-9db7-86248b86bbb2";
    const windowsDevice = { kind: "gpt", disk, partition: "37d07619-d161-4cd7-a37a-df33df1e3d7f" } as const;
    const folder = "\\Recovery\\WindowsRE";
    const made = await reread(
      createWindowsStore({
        firmware: "uefi",
        description: "Windows 11",
        systemRoot: "\\Windows",
        systemDevice: { kind: "gpt", disk, partition: "17b16537-abcc-4487-9792-e63a0a7dc8b4" },
        windowsDevice,
        recovery: { device: windowsDevice, wim: `${folder}\\Winre.wim`, sdi: `${folder}\\boot.sdi` },
        time: TIME,
      }),
    );
    const loaders = selectObjects(made, "osloader");
    const options = made.objects.find(({ type }) => type === 0x3000_0000);
    const ids = new Map([
      ["9368c584-5e62-11f0-8846-9105cf4d5765", loaders[0]?.id],
      ["9368c583-5e62-11f0-8846-9105cf4d5765", selectObjects(made, "resume")[0]?.id],
      ["9368c585-5e62-11f0-8846-9105cf4d5765", loaders[1]?.id],
      ["9368c586-5e62-11f0-8846-9105cf4d5765", options?.id],
    ]);
    const different = [];
    for (const { id, type } of real.objects) {
      if (type === 0x101f_ffff || type === 0x1010_0001) continue;
      const mine = elementMap(made, ids.get(id) ?? id);
      for (const [element, data] of elementMap(real, id)) {
        const same = [...ids].reduce((text, [from, to = ""]) => {
          return text.replaceAll(utf16(from), utf16(to)).replaceAll(guidHex(from), guidHex(to));
        }, data);
        // Some texts of the real store end with two NULs.
        if (mine.get(element) !== same && `${mine.get(element)}0000` !== same) different.push(`${id} ${element}`);
        mine.delete(element);
      }
      different.push(...[...mine.keys()].map((element) => `${id} ${element}, which the real one has not`));
    }
    expect(different).toEqual([]);
    expect(made.objects.filter(({ id }) => !real.byId.has(id)).map(({ id }) => id)).toEqual([...ids.values()].sort());
  });

  test("a listing is laid out as bcdedit's", async () => {
    const store = await openStoreFile(join(directory, "w2go-BCD"));
    const disk = "60664987-ce0e-411b-9db7-86248b86bbb2";
    const [, loader] = selectObjects(store, "active");
    expect(listObjects(store, loader ? [loader] : [])).toBe(`
Windows Boot Loader
-------------------
identifier              {default}
device                  partition=gpt:${disk}/37d07619-d161-4cd7-a37a-df33df1e3d7f
path                    \\Windows\\system32\\winload.efi
description             Windows 11
locale                  en-US
inherit                 {bootloadersettings}
recoverysequence        {9368c585-5e62-11f0-8846-9105cf4d5765}
displaymessageoverride  Recovery
recoveryenabled         Yes
isolatedcontext         Yes
allowedinmemorysettings 0x15000075
osdevice                partition=gpt:${disk}/37d07619-d161-4cd7-a37a-df33df1e3d7f
systemroot              \\Windows
resumeobject            {9368c583-5e62-11f0-8846-9105cf4d5765}
nx                      OptIn
bootmenupolicy          Standard
`);
  });

  test("a store that turns checks off is warned of", async () => {
    const store = await openStoreFile(join(directory, "ntloader-bcdwim"));
    expect(weakOptions(store).map(({ name }) => name)).toEqual(["loadoptions", "nointegritychecks", "testsigning"]);
  });

  describeWithPeer(["reglookup"], (reglookup) => {
    test.each(names)("%s, written anew, reads the same in reglookup", async (name) => {
      const editor = await StoreEditor.openFile(join(directory, name));
      const path = join(temporaryDirectory(), "BCD");
      writeFileSync(path, storeFromJson(storeToJson(editor.store), { time: TIME }).toBytes());
      // Path, type and data; the times are others.
      const listing = async (file: string) => {
        const lines = (await reglookup.run([file])).text.split("\n").map((line) => line.split(",", 3).join());
        return lines.filter((line) => line.startsWith("/Objects")).sort();
      };
      const mine = await listing(path);
      expect(mine).toEqual(await listing(join(directory, name)));
      expect(mine.length).toBeGreaterThan(20);
    });
  });

  describeWithPeer(["hivexml", "hivexget"], (_hivexml, hivexget) => {
    test.each(names)("%s, written anew, reads the same in hivex", async (name) => {
      const store = await openStoreFile(join(directory, name));
      const path = join(temporaryDirectory(), "BCD");
      writeFileSync(path, storeFromJson(storeToJson(store), { time: TIME }).toBytes());
      const listing = (file: string) => fromHivexml(runHivexml(file)).filter((line) => !line.includes("BCD000"));
      const [mine, real] = [listing(path), listing(join(directory, name))].map((lines) => {
        return lines.slice(lines.indexOf("[Objects]"));
      });
      expect(mine).toEqual(real);
      expect(real?.length).toBeGreaterThan(20);
    });

    test("hivexget shows what was set", async () => {
      const path = join(temporaryDirectory(), "BCD");
      writeFileSync(path, createWinPeStore({ firmware: "bios", time: TIME }).toBytes());
      const key = "\\Objects\\{7619dcc9-fafe-11d9-b411-000476eba25f}\\Elements\\12000002";
      const { text } = await hivexget.run([path, key, "Element"]);
      expect(text.trim()).toBe("\\windows\\system32\\boot\\winload.exe");
    });
  });
});

function utf16(guid: string): string {
  return toHex(Buffer.from(guid, "utf16le"));
}

/** A GUID as it lies in a device. */
function guidHex(guid: string): string {
  return toHex(guidToBytes(guid));
}

function dataOf(values: ReadonlyMap<string, { type: number; data: Uint8Array }>) {
  return Object.fromEntries([...values].map(([name, { type, data }]) => [name, { type, hex: toHex(data) }]));
}
