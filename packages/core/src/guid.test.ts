import { expect, test } from "vitest";
import { fromHex, toHex } from "./bytes.ts";
import { guidFromBytes, guidToBytes, isGuid, nameBasedGuid, parseGuid, randomGuid } from "./guid.ts";

const GUID = "6b29fc40-ca47-1067-b31d-00dd010662da";

test("stores the first three groups little-endian", () => {
  expect(toHex(guidToBytes(GUID))).toBe("40fc296b47ca6710b31d00dd010662da");
  expect(guidFromBytes(fromHex("40fc296b47ca6710b31d00dd010662da"))).toBe(GUID);
});

test("reads braces and capitals, and nothing else", () => {
  expect(parseGuid("{6B29FC40-CA47-1067-B31D-00DD010662DA}")).toBe(GUID);
  for (const bad of [
    "",
    "{}",
    `{${GUID}`,
    `${GUID}}`,
    GUID.slice(1),
    `${GUID}0`,
    GUID.replace("-", "0"),
    GUID.replace("6", "g"),
  ]) {
    expect(() => parseGuid(bad), bad).toThrow(expect.objectContaining({ code: "GUID_INVALID" }));
    expect(isGuid(bad)).toBe(false);
  }
  expect(isGuid(`{${GUID}}`)).toBe(true);
});

test("refuses too few bytes", () => {
  expect(() => guidFromBytes(new Uint8Array(15))).toThrow(expect.objectContaining({ code: "GUID_INVALID" }));
});

test("makes the name-based GUID of RFC 9562, appendix A.4", () => {
  const dns = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
  const name = new TextEncoder().encode("www.example.com");
  expect(nameBasedGuid(dns, name)).toBe("2ed6657d-e927-568b-95e1-2665a8aea6a2");
});

test("makes random GUIDs of version 4 that differ", () => {
  const guids = new Set(Array.from({ length: 100 }, randomGuid));
  expect(guids.size).toBe(100);
  for (const guid of guids) expect(guid).toMatch(/^.{8}-.{4}-4.{3}-[89ab].{3}-.{12}$/);
});
