import { MemoryAccess, toHex } from "@adk/core";
import { fuzz, mutate, orRefused, type Random, type Sample } from "@adk/testing";
import { expect, test } from "vitest";
import {
  type BootObject,
  checkStore,
  createWindowsStore,
  createWinPeStore,
  type Device,
  deviceData,
  deviceToBytes,
  elementFormat,
  elementValue,
  formatDevice,
  formatElement,
  listObjects,
  objectNamed,
  openStore,
  parseDevice,
  parseDeviceText,
  StoreEditor,
  selectObjects,
  storeFromJson,
  storeToJson,
} from "./index.ts";

// Damaged stores must be refused with an `AdkError`, or read as far as they go: in bounded time and memory.

const TIME = 132_000_000_000_000_000n;
const GPT: Device = {
  kind: "gpt",
  disk: "60664987-ce0e-411b-9db7-86248b86bbb2",
  partition: "37d07619-d161-4cd7-a37a-df33df1e3d7f",
};
const FILE = { volume: GPT, path: "\\Recovery\\WindowsRE\\Winre.wim" };
const VHD: Device = { kind: "vhd", file: { kind: "file", file: { volume: { kind: "boot" }, path: "\\test.vhd" } } };
/** One of each kind, and such as lie in one another. */
const DEVICES: readonly Device[] = [
  { kind: "boot" },
  GPT,
  { kind: "mbr", signature: 0xa44d_2336, offset: 1_048_576n },
  { kind: "file", file: FILE },
  { kind: "ramdisk", file: FILE },
  VHD,
  { kind: "locate", element: 0x1200_0002 },
  { kind: "locate", element: 0, path: "\\Windows" },
  { kind: "locate", element: 0x1200_0002, parent: VHD },
  { kind: "locate", element: 0x1200_0002, parent: { kind: "locate", element: 0x2200_0002, parent: VHD } },
  { kind: "file", file: { volume: VHD, path: "\\inner.wim", tail: Uint8Array.of(0x61, 0) } },
];

function everyDevice(): StoreEditor {
  const editor = createWinPeStore({ firmware: "bios", time: TIME });
  for (const [i, device] of DEVICES.entries()) {
    const options = device.kind === "ramdisk" ? objectNamed(editor.store, "{ramdiskoptions}") : undefined;
    editor.set(objectNamed(editor.store, "{default}"), 0x2100_0100 + i, {
      format: "device",
      device: deviceData(device, options),
    });
  }
  return editor;
}

const recovery = { device: GPT, wim: FILE.path, sdi: "\\Recovery\\WindowsRE\\boot.sdi" };
const windows = { description: "Windows 11", systemRoot: "\\Windows", windowsDevice: GPT, time: TIME };
const STORES: readonly Sample[] = [
  createWinPeStore({ firmware: "uefi", time: TIME }),
  createWindowsStore({ firmware: "bios", ...windows, recovery }),
  everyDevice(),
].map((editor) => ({ bytes: editor.toBytes(), regions: [] }));
const DEVICE_DATA: readonly Sample[] = DEVICES.map((device) => ({
  bytes: deviceToBytes(deviceData(device)),
  regions: [],
}));

const linesOf = (object: BootObject | undefined) => {
  return object?.elements.map(({ id, type, data }) => `${id} ${type} ${toHex(data)}`).join("\n");
};
const outcomeOf = (value: unknown) => (value === undefined ? "refused" : "read");

test("damaged stores", { timeout: 0 }, async () => {
  await fuzz({ executions: 400, mostTime: 2000, outcomes: { refused: 0, read: 0.2 } }, async (next) => {
    const bytes = mutate(STORES[next() % STORES.length] as Sample, next);
    const store = await orRefused(() => openStore(new MemoryAccess(bytes, "BCD"), { ignoreLogs: true }));
    if (store) {
      checkStore(store);
      listObjects(store, selectObjects(store, "all"));
      // What was read comes back from JSON, however it came about.
      const json = JSON.parse(JSON.stringify(storeToJson(store)));
      const again = storeFromJson(json, { time: TIME }).store;
      expect(store.objects.map(({ id }) => linesOf(again.byId.get(id)))).toEqual(store.objects.map(linesOf));
    }
    return outcomeOf(store);
  });
});

test("damaged stores that are changed", { timeout: 0 }, async () => {
  await fuzz({ executions: 200, mostTime: 2000, outcomes: { refused: 0, read: 0.2 } }, async (next) => {
    const bytes = mutate(STORES[next() % STORES.length] as Sample, next);
    const edited = await orRefused(async () => {
      const editor = await StoreEditor.open(new MemoryAccess(bytes, "BCD"), { ignoreLogs: true, time: TIME });
      const id = editor.store.objects[next() % Math.max(1, editor.store.objects.length)]?.id;
      if (id === undefined) return editor;
      editor.copyObject(id, "00000000-0000-0000-0000-000000000001");
      editor.deleteObject(id);
      return editor;
    });
    // What can be changed can be saved and read again.
    if (edited) expect(await openStore(new MemoryAccess(edited.toBytes(), "BCD"))).toBeDefined();
    return outcomeOf(edited);
  });
});

test("damaged devices come back to the byte, from bytes and from text", { timeout: 0 }, async () => {
  await fuzz({ executions: 4000, mostTime: 500, outcomes: { refused: 0, read: 0.5 } }, async (next) => {
    const bytes = mutate(DEVICE_DATA[next() % DEVICE_DATA.length] as Sample, next);
    const data = await orRefused(() => parseDevice(bytes));
    if (data) {
      expect(toHex(deviceToBytes(data))).toBe(toHex(bytes));
      expect(toHex(deviceToBytes(parseDeviceText(formatDevice(data))))).toBe(toHex(bytes));
    }
    return outcomeOf(data);
  });
});

test("devices in one another without end", () => {
  let device: Device = VHD;
  for (let depth = 0; depth < 500; depth++) device = { kind: "locate", element: 0x1200_0002, parent: device };
  const bytes = deviceToBytes(deviceData(device));
  expect(toHex(deviceToBytes(parseDevice(bytes)))).toBe(toHex(bytes));
  expect(formatDevice(parseDevice(bytes))).toMatch(/^hex:/);
});

test("any data of any element", { timeout: 0 }, async () => {
  const types = [0x1010_0002, 0x1020_0003, 0x1020_0004, 0x1020_0005, 0x3000_0000, 0xffff_ffff];
  await fuzz({ executions: 4000, mostTime: 500, outcomes: { bytes: 0.01, understood: 0.05 } }, (next: Random) => {
    const id = (((1 + (next() % 4)) << 28) | ((next() % 9) << 24) | (next() % 0x120)) >>> 0;
    const data = Uint8Array.from({ length: [0, 1, 2, 7, 8, 16, 33][next() % 7] ?? 0 }, () => next() & 0xff);
    const value = elementValue(id, { type: [1, 3, 4, 7][next() % 4] ?? 3, data });
    const lines = formatElement(id, value, types[next() % types.length] ?? 0, (object) => `{${object}}`);
    expect(lines.every((line) => typeof line === "string")).toBe(true);
    if (value.format !== "bytes") expect(elementFormat(id)).toBe(value.format);
    return value.format === "bytes" ? "bytes" : "understood";
  });
});
