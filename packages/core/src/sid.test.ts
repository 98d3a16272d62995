import { expect, test } from "vitest";
import { ByteReader, fromHex, toHex } from "./bytes.ts";
import { matchSid, parseSid, readSid, serviceSid, sidToBytes } from "./sid.ts";
import { sidFromAlias, sidToAlias, wellKnownName, wellKnownSid } from "./well-known-sids.ts";

const invalid = expect.objectContaining({ code: "SID_INVALID" });
const TRUSTED_INSTALLER = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464";

test("goes from bytes to text and back", () => {
  const cases = [
    ["S-1-5-32-544", "01020000000000052000000020020000"],
    ["S-1-1-0", "010100000000000100000000"],
    ["S-1-0x123456789abc-1", "0101123456789abc01000000"],
    ["S-1-5", "0100000000000005"],
  ] as const;
  for (const [sid, hex] of cases) {
    expect(readSid(new ByteReader(fromHex(hex)))).toBe(sid);
    expect(toHex(sidToBytes(sid))).toBe(hex);
  }
});

test("has one text for one SID", () => {
  expect(parseSid("s-1-0x5-018")).toBe("S-1-5-18");
  expect(parseSid("S-1-21474836480-32-579")).toBe("S-1-0x000500000000-32-579");
  expect(parseSid("S-1-0x000500000000-32-579")).toBe("S-1-0x000500000000-32-579");
});

test("refuses what is no SID", () => {
  const sixteen = `S-1-5${"-1".repeat(16)}`;
  for (const bad of [
    "",
    "S-1",
    "S-2-5-18",
    "S-1-5-",
    "S-1-5-4294967296",
    "S-1-281474976710656-1",
    "S-1-5-x",
    sixteen,
  ]) {
    expect(() => parseSid(bad), bad).toThrow(invalid);
  }
  // 16 sub-authorities, revision 2, and a SID that is cut off.
  expect(() => readSid(new ByteReader(fromHex(`0110000000000005${"00".repeat(64)}`)))).toThrow(invalid);
  expect(() => readSid(new ByteReader(fromHex("0201000000000005aaaaaaaa")))).toThrow(invalid);
  expect(() => readSid(new ByteReader(fromHex("0102000000000005aaaaaaaa")))).toThrow(
    expect.objectContaining({ code: "UNEXPECTED_END" }),
  );
});

test("ends before what follows in SDDL", () => {
  expect(matchSid("O:S-1-2-512D:", 2)).toEqual({ sid: "S-1-2-512", end: 11 });
  expect(matchSid("O:BA", 2)).toBeUndefined();
});

test("computes service SIDs", () => {
  expect(serviceSid("TrustedInstaller")).toBe(TRUSTED_INSTALLER);
  expect(serviceSid("trustedinstaller")).toBe(TRUSTED_INSTALLER);
});

test("knows aliases and account names both ways", () => {
  expect(sidToAlias("S-1-5-18")).toBe("SY");
  expect(sidFromAlias("ba")).toBe("S-1-5-32-544");
  expect(sidToAlias(TRUSTED_INSTALLER)).toBeUndefined();
  expect(wellKnownName(TRUSTED_INSTALLER)).toBe("NT SERVICE\\TrustedInstaller");
  expect(wellKnownSid("builtin\\users")).toBe("S-1-5-32-545");
  expect(wellKnownSid("system")).toBe("S-1-5-18");
  expect(wellKnownSid("nobody")).toBeUndefined();
});

test("needs a domain for accounts of a domain", () => {
  expect(sidFromAlias("DA", "S-1-5-21-1-2-3")).toBe("S-1-5-21-1-2-3-512");
  expect(() => sidFromAlias("DA")).toThrow(expect.objectContaining({ code: "SDDL_DOMAIN_NEEDED" }));
  for (const bad of ["ZZ", "", "toString"]) {
    expect(() => sidFromAlias(bad)).toThrow(expect.objectContaining({ code: "SDDL_UNKNOWN_ALIAS" }));
  }
});
