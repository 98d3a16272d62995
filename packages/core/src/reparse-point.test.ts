import { expect, test } from "vitest";
import { fromHex, toHex } from "./bytes.ts";
import {
  describeReparseTag,
  junctionTo,
  linkTarget,
  parseReparseBuffer,
  parseReparseData,
  REPARSE_TAG_MOUNT_POINT,
  REPARSE_TAG_SYMLINK,
  type ReparsePoint,
  reparseBufferToBytes,
  reparseDataToBytes,
  reparseTagOf,
  symlinkTo,
} from "./reparse-point.ts";

function roundTrip(point: ReparsePoint): ReparsePoint {
  return parseReparseData(reparseTagOf(point), reparseDataToBytes(point));
}

test("a symbolic link is laid out as in [MS-FSCC] 2.1.2.4", () => {
  // substitute name at 0, 2 bytes; print name at 4, 2 bytes; flag relative; "b" NUL "b" NUL
  expect(toHex(reparseDataToBytes(symlinkTo("b")))).toBe("000002000400020001000000" + "6200000062000000");
  // The print name may stand first: here at 0, the substitute name behind it.
  const point = parseReparseData(REPARSE_TAG_SYMLINK, fromHex("020004000000020001000000" + "620063006400"));
  expect(point).toEqual({ kind: "symlink", substituteName: "cd", printName: "b", relative: true });
});

test("links lead where they were made to lead", () => {
  for (const target of ["..\\data", "C:\\Users\\Public", "\\\\server\\share\\x", "\\Windows"]) {
    const point = symlinkTo(target);
    expect(roundTrip(point)).toEqual(point);
    expect(linkTarget(point)).toBe(target);
  }
  expect(symlinkTo("C:\\x").substituteName).toBe("\\??\\C:\\x");
  expect(symlinkTo("\\\\server\\share").substituteName).toBe("\\??\\UNC\\server\\share");
  expect(["\\x", "x", "C:\\x"].map((target) => symlinkTo(target).relative)).toEqual([true, true, false]);
});

test("junctions", () => {
  const point = junctionTo("C:\\Users");
  expect(roundTrip(point)).toEqual({ kind: "mount-point", substituteName: "\\??\\C:\\Users", printName: "C:\\Users" });
  expect(reparseTagOf(point)).toBe(REPARSE_TAG_MOUNT_POINT);
});

test("other tags stay opaque", () => {
  const data = fromHex("0102030405");
  expect(roundTrip({ kind: "opaque", tag: 0x80000017, data })).toEqual({ kind: "opaque", tag: 0x80000017, data });
});

test("hostile: names outside the data", () => {
  const good = toHex(reparseDataToBytes(symlinkTo("b")));
  for (const bad of [
    good.slice(0, 10),
    good.slice(0, 30),
    good.replace(/^0000/, "ffff"),
    good.replace(/^00000200/, "00000202"),
  ]) {
    expect(() => parseReparseData(REPARSE_TAG_SYMLINK, fromHex(bad)), bad).toThrow(
      expect.objectContaining({ code: "UNEXPECTED_END" }),
    );
  }
  expect(() => parseReparseData(REPARSE_TAG_SYMLINK, fromHex(good.replace(/^00000200/, "00000100")))).toThrow(
    expect.objectContaining({ code: "REPARSE_POINT_BAD" }),
  );
  expect(() => reparseDataToBytes(symlinkTo("x".repeat(5000)))).toThrow(
    expect.objectContaining({ code: "REPARSE_POINT_TOO_LARGE" }),
  );
});

test("the header, and the GUID of tags that are not Microsoft's", () => {
  const own = { tag: 0x0000beef, reserved: 7, data: new Uint8Array(18).fill(1) };
  const bytes = reparseBufferToBytes(own);
  expect(toHex(bytes.subarray(0, 8))).toBe("efbe000002000700");
  expect(parseReparseBuffer(bytes)).toEqual(own);
  const link = { tag: REPARSE_TAG_SYMLINK, reserved: 0, data: reparseDataToBytes(symlinkTo("b")) };
  expect(parseReparseBuffer(reparseBufferToBytes(link))).toEqual(link);
  expect(() => parseReparseBuffer(bytes.subarray(0, 20))).toThrow(expect.objectContaining({ code: "UNEXPECTED_END" }));
  expect(() => parseReparseBuffer(fromHex("0c0000a0ffff0000"))).toThrow(
    expect.objectContaining({ code: "REPARSE_POINT_BAD" }),
  );
});

test("names of tags", () => {
  expect([0xa000000c, 0xa0000003 | 0, 0x80000017, 0x9000601a, 0x12345678].map(describeReparseTag)).toEqual([
    "SYMLINK",
    "MOUNT_POINT",
    "WOF",
    "CLOUD (6)",
    "0x12345678",
  ]);
});
