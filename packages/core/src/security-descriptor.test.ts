import { expect, test } from "vitest";
import { AceType } from "./ace.ts";
import { fromHex, toHex } from "./bytes.ts";
import { AdkError } from "./errors.ts";
import { formatSddl } from "./sddl.ts";
import { parseSecurityDescriptor, SecurityControl, securityDescriptorToBytes } from "./security-descriptor.ts";

const HEADER = "0100048000000000000000000000000014000000";
const EVERYONE = "010100000000000100000000";
/** D:(A;;FA;;;WD), byte by byte after [MS-DTYP] 2.4.6, 2.4.5 and 2.4.4.2. */
const SIMPLE = `${HEADER}02001c0001000000${"00001400ff011f00"}${EVERYONE}`;

function code(hex: string): string {
  try {
    parseSecurityDescriptor(fromHex(hex));
    return "none";
  } catch (error) {
    if (error instanceof AdkError) return error.code;
    throw error;
  }
}

test("reads and writes a descriptor", () => {
  const descriptor = parseSecurityDescriptor(fromHex(SIMPLE));
  expect(descriptor.dacl?.aces).toEqual([
    { type: AceType.ACCESS_ALLOWED, flags: 0, mask: 0x1f01ff, sid: "S-1-1-0", applicationData: new Uint8Array(0) },
  ]);
  expect(descriptor.owner).toBeUndefined();
  expect(toHex(securityDescriptorToBytes(descriptor))).toBe(SIMPLE);
});

test("a NULL list, an empty list and no list are three things", () => {
  const header = (control: string, dacl: string) => `0100${control}000000000000000000000000${dacl}`;
  const nullList = parseSecurityDescriptor(fromHex(header("0480", "00000000")));
  const empty = parseSecurityDescriptor(fromHex(`${header("0480", "14000000")}0200080000000000`));
  const none = parseSecurityDescriptor(fromHex(header("0080", "00000000")));
  expect([nullList.dacl, empty.dacl, none.dacl]).toEqual([null, { aces: [] }, undefined]);
  expect([nullList, empty, none].map(formatSddl)).toEqual(["D:NO_ACCESS_CONTROL", "D:", ""]);
  for (const each of [nullList, empty, none]) {
    expect(parseSecurityDescriptor(securityDescriptorToBytes(each))).toEqual(each);
  }
});

test("sets the bits of the lists by what is there", () => {
  const control = SecurityControl.SACL_PRESENT | SecurityControl.DACL_PROTECTED;
  const bytes = securityDescriptorToBytes({ control, resourceManagerControl: 0, dacl: { aces: [] } });
  expect(parseSecurityDescriptor(bytes).control).toBe(0x9004);
});

test("keeps entries of unknown types as they are", () => {
  const hex = `${HEADER}02001000010000002001080001020304`;
  const descriptor = parseSecurityDescriptor(fromHex(hex));
  expect(descriptor.dacl?.aces).toEqual([{ type: 0x20, flags: 1, body: fromHex("01020304") }]);
  expect(toHex(securityDescriptorToBytes(descriptor))).toBe(hex);
});

test("takes room behind the last entry, as Windows leaves it", () => {
  const roomy = `${HEADER}0200240001000000${"00001400ff011f00"}${EVERYONE}ffffffffffffffff`;
  expect(formatSddl(parseSecurityDescriptor(fromHex(roomy)))).toBe("D:(A;;FA;;;WD)");
});

test("refuses every truncation", () => {
  for (let length = 0; length < SIMPLE.length; length += 2)
    expect(code(SIMPLE.slice(0, length)), `${length}`).not.toBe("none");
});

test("hostile: offsets outside", () => {
  expect(code(SIMPLE.replace("14000000", "ffffffff"))).toBe("SECURITY_DESCRIPTOR_BAD_HEADER");
  expect(code(SIMPLE.replace("14000000", "04000000"))).toBe("SECURITY_DESCRIPTOR_BAD_HEADER");
  // An owner in the last byte.
  expect(code(SIMPLE.replace("0100048000000000", "010004802f000000"))).toBe("UNEXPECTED_END");
});

test("hostile: sizes and counts that cannot be", () => {
  const acl = "02001c0001000000";
  expect(code(SIMPLE.replace(acl, "0200ffff01000000"))).toBe("UNEXPECTED_END");
  expect(code(SIMPLE.replace(acl, "0200040001000000"))).toBe("SECURITY_DESCRIPTOR_BAD_ACL");
  expect(code(SIMPLE.replace(acl, "02001c00ffff0000"))).toBe("SECURITY_DESCRIPTOR_BAD_ACL");
  expect(code(SIMPLE.replace(acl, "09001c0001000000"))).toBe("SECURITY_DESCRIPTOR_BAD_ACL");
  // An entry of size 0 would be read for ever.
  expect(code(SIMPLE.replace("00001400ff", "00000000ff"))).toBe("SECURITY_DESCRIPTOR_BAD_ACE");
  expect(code(SIMPLE.replace("00001400ff", "00001500ff"))).toBe("UNEXPECTED_END");
  // An entry that ends inside its SID.
  expect(code(SIMPLE.replace("00001400ff", "00001000ff"))).toBe("UNEXPECTED_END");
});

test("refuses other revisions and absolute descriptors", () => {
  expect(code(SIMPLE.replace(/^01/, "02"))).toBe("SECURITY_DESCRIPTOR_BAD_HEADER");
  expect(code(SIMPLE.replace("0480", "0400"))).toBe("SECURITY_DESCRIPTOR_BAD_HEADER");
});

test("refuses to write more than a list can hold", () => {
  const ace = { type: 0, flags: 0, mask: 1, sid: "S-1-1-0", applicationData: new Uint8Array(0) };
  const write = (aces: (typeof ace)[]) => {
    return securityDescriptorToBytes({ control: 0, resourceManagerControl: 0, dacl: { aces } });
  };
  const tooLarge = expect.objectContaining({ code: "SECURITY_DESCRIPTOR_TOO_LARGE" });
  expect(() => write(Array.from({ length: 4000 }, () => ace))).toThrow(tooLarge);
  expect(() => write([{ ...ace, type: 9, applicationData: new Uint8Array(0x10000) }])).toThrow(tooLarge);
});
