import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type BootStore,
  createWindowsStore,
  createWinPeStore,
  deviceToBytes,
  elementData,
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
import { MemoryAccess, toHex } from "@adk/core";
import { temporaryDirectory } from "@adk/testing";
import { expect, test } from "vitest";
import { fromHivexml, runHivexml } from "./registry/peer-listings.ts";
import { describeWithData } from "./support/data.ts";
import { describeWithPeer } from "./support/peers.ts";

const TIME = 132_000_000_000_000_000n;

/** As `facts/bcd-dump.json` tells a store. */
interface Dump {
  readonly objects: Record<
    string,
    {
      readonly description: Record<string, { type: number; hex: string }>;
      readonly elements: Record<string, { type: number; hex: string }>;
    }
  >;
}

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
    expect(made.keyName).toBe(real.keyName);
  });

  test("the store of an installed Windows is like a real one, without recovery and firmware", async () => {
    const real = await openStoreFile(join(directory, "w2go-BCD"));
    const disk = "60664987-ce0e-411b-9db7-86248b86bbb2";
    const made = await reread(
      createWindowsStore({
        firmware: "uefi",
        description: "Windows 11",
        systemRoot: "\\Windows",
        systemDevice: { kind: "gpt", disk, partition: "17b16537-abcc-4487-9792-e63a0a7dc8b4" },
        windowsDevice: { kind: "gpt", disk, partition: "37d07619-d161-4cd7-a37a-df33df1e3d7f" },
        time: TIME,
      }),
    );
    const [loader] = selectObjects(made, "osloader");
    const [resume] = selectObjects(made, "resume");
    const ids = new Map([
      ["9368c584-5e62-11f0-8846-9105cf4d5765", loader?.id],
      ["9368c583-5e62-11f0-8846-9105cf4d5765", resume?.id],
    ]);
    const missing = [];
    for (const { id, type } of real.objects) {
      const mine = elementMap(made, ids.get(id) ?? id);
      for (const [element, data] of elementMap(real, id)) {
        if (/^(14000008|15000066|16000009)$/.test(element) || type === 0x101f_ffff) continue;
        const same = [...ids].reduce((text, [from, to]) => text.replaceAll(utf16(from), utf16(to ?? "")), data);
        // Some texts of the real store end with two NULs.
        if (mine.get(element) !== same && `${mine.get(element)}0000` !== same) missing.push(`${id} ${element}`);
      }
    }
    expect(missing.filter((line) => !/^(9368c585|9368c586|a5a30fa2)/.test(line))).toEqual([]);
    expect(made.objects.filter(({ id }) => !real.byId.has(id)).map(({ id }) => id)).toEqual(
      [loader?.id, resume?.id].sort(),
    );
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
