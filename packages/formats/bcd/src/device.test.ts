import { toHex } from "@adk/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Device, deviceData, deviceToBytes, parseDevice } from "./device.ts";
import { formatDevice, parseDeviceText } from "./device-text.ts";

const guid = fc.uuid();
const path = fc.stringMatching(/^\\[A-Za-z0-9 .\\-]{1,40}$/);
const partition: fc.Arbitrary<Device> = fc.oneof(
  fc.constant<Device>({ kind: "boot" }),
  fc.record({ kind: fc.constant("gpt" as const), disk: guid, partition: guid }),
  fc.record({
    kind: fc.constant("mbr" as const),
    signature: fc.integer({ min: 0, max: 0xffff_ffff }),
    offset: fc.bigInt({ min: 0n, max: 2n ** 62n }),
  }),
  fc.record({ kind: fc.constant("locate" as const), element: fc.constantFrom(0x1200_0002, 0x2200_0002) }),
);
const file = fc.record({ volume: partition, path });
const device: fc.Arbitrary<Device> = fc.oneof(
  partition,
  path.map((each): Device => ({ kind: "locate", element: 0, path: each })),
  file.map((each): Device => ({ kind: "file", file: each })),
  file.map((each): Device => ({ kind: "vhd", file: { kind: "file", file: each } })),
  file.map(
    (each): Device => ({
      kind: "locate",
      element: 0x1200_0002,
      parent: { kind: "vhd", file: { kind: "file", file: each } },
    }),
  ),
);

test("a device is read as it was written, from bytes and from text", () => {
  fc.assert(
    fc.property(device, (each) => {
      const data = deviceData(each);
      expect(parseDevice(deviceToBytes(data))).toEqual(data);
      expect(parseDeviceText(formatDevice(data))).toEqual(data);
    }),
    { seed: 1, numRuns: 200 },
  );
});

test("a ramdisk has its options", () => {
  const text = "ramdisk=[boot]\\sources\\boot.wim,{ramdiskoptions}";
  const data = parseDeviceText(text);
  expect(deviceToBytes(data)).toHaveLength(176);
  expect(formatDevice(data)).toBe("ramdisk=[boot]\\sources\\boot.wim,{ae5534e0-a924-466c-b836-758539a3ee3a}");
});

test("bytes that are no device come back as they are", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 200 }), (bytes) => {
      const data = parseDevice(bytes);
      expect(toHex(deviceToBytes(data))).toBe(toHex(bytes));
      expect(toHex(deviceToBytes(parseDeviceText(formatDevice(data))))).toBe(toHex(bytes));
    }),
    { seed: 1, numRuns: 200 },
  );
});

test("bytes behind the path of a file are kept", () => {
  const tail = Uint8Array.of(0x30, 0, 0x31, 0);
  const data = deviceData({ kind: "file", file: { volume: { kind: "boot" }, path: "\\x.wim", tail } });
  expect(parseDevice(deviceToBytes(data))).toEqual(data);
});

test("a device whose text would not bring it back is shown as its bytes", () => {
  const file = { volume: { kind: "boot" }, path: "\\a,b.wim" } as const;
  expect(formatDevice(deviceData({ kind: "ramdisk", file: { ...file, path: "\\a.wim" } }))).toMatch(/^hex:/);
  expect(formatDevice(deviceData({ kind: "file", file }))).toMatch(/^hex:/);
});

test.each(["", "C:", "ramdisk=[boot]\\x", "file=boot\\x", "locate=x", "partition=gpt:1/2", "hex:00"])(
  "%j is no device",
  (text) => expect(() => parseDeviceText(text)).toThrow(expect.objectContaining({ code: "BCD_BAD_DEVICE" })),
);
