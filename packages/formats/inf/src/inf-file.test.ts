import { AdkError } from "@adk/core";
import { expect, test } from "vitest";
import { catalogFor, includedNames, parseInf, readVersion } from "./index.ts";
import { bytesOf, NETWORK_INF, STORAGE_INF } from "./testing/samples.ts";

function adkError(code: string): unknown {
  return expect.objectContaining({ name: "AdkError", code });
}

test("sections of one name are one, in any case", () => {
  const inf = parseInf(bytesOf("[A]\nx = 1\n[b]\ny\n[a]\nX = 2, 3"));
  expect(inf.sectionNames).toEqual(["A", "b"]);
  expect(inf.lines("a", "X").map((line) => inf.texts(line))).toEqual([["1"], ["2", "3"]]);
  expect([inf.value("A", "x"), inf.value("A", "z"), inf.value("none", "x")]).toEqual(["1", undefined, undefined]);
  expect(inf.section("c")).toBeUndefined();
});

test("string tokens are replaced", () => {
  const inf = parseInf(
    bytesOf('[s]\na = %One%, "%%path%% %one%", %12%\\x, %none%, 100%\n%one% = key\n[Strings]\none = 1, 2\nNONE2 = x'),
    { name: "x.inf" },
  );
  const [first] = inf.lines("s", "a");
  expect(inf.texts(first!)).toEqual(["1,2", "%path% 1,2", "%12%\\x", "%none%", "100%"]);
  expect(inf.value("s", "1,2")).toBe("key");
  expect(inf.findings.list).toMatchObject([{ code: "INF_UNKNOWN_STRING", where: { file: "x.inf:2:38" } }]);
});

test.each([
  [0x0409, "color"],
  [0x0809, "colour"],
  [0x0407, "Farbe"],
  [0x0c07, "Farbe"],
  [0x0411, "none"],
])("strings of language 0x%s", (language, expected) => {
  const text =
    '[Strings]\na = none\nb = b\n[Strings.0809]\na = colour\n[Strings.0409]\na = color\n[Strings.0407]\na = "Farbe"';
  const inf = parseInf(bytesOf(text), { language });
  expect([inf.strings.get("A"), inf.strings.get("B")]).toEqual([expected, "b"]);
});

test.each([
  ["utf-16le", Buffer.from("\ufeff[s]\nä = 日本", "utf16le"), "日本"],
  ["utf-16be", Buffer.from("\ufeff[s]\nä = 日本", "utf16le").swap16(), "日本"],
  ["utf-16le", Buffer.from("[s]\nä = 日本", "utf16le"), "日本"],
  ["utf-8", Buffer.from("\ufeff[s]\nä = 日本"), "日本"],
  ["windows-1252", Buffer.from("[s]\r\n\xe4 = \x80uro", "latin1"), "€uro"],
])("%s", (encoding, bytes, expected) => {
  const inf = parseInf(bytes);
  expect([inf.encoding, inf.value("s", "Ä")]).toEqual([encoding, expected]);
});

test("what is no text is refused, and what is too long", () => {
  expect(() => parseInf(new Uint8Array([0x4d, 0x5a, 0x90, 0, 3, 0, 0, 0, 4]))).toThrow(adkError("INF_BINARY"));
  expect(() => parseInf(new Uint8Array(100), { limits: { memoryBytes: 99 } })).toThrow(adkError("LIMIT_EXCEEDED"));
  expect(parseInf(new Uint8Array(0)).sections).toEqual([]);
});

test("every truncation is read", () => {
  for (let length = 0; length < STORAGE_INF.length; length += 7) {
    expect(() => readVersion(parseInf(bytesOf(STORAGE_INF.slice(0, length))))).not.toThrow(AdkError);
  }
});

test("the version", () => {
  const version = readVersion(parseInf(bytesOf(STORAGE_INF)));
  expect(version).toEqual({
    signature: "$Windows NT$",
    class: "SCSIAdapter",
    classGuid: "4d36e97b-e325-11ce-bfc1-08002be10318",
    provider: "Acme, Inc.",
    driverDate: "2024-02-25",
    driverVersion: [100, 94, 104, 24_800],
    catalogFiles: new Map([["", "acmestor.cat"]]),
    pnpLockdown: true,
    extensionId: undefined,
  });
  const network = readVersion(parseInf(bytesOf(NETWORK_INF)));
  expect([network.driverDate, network.driverVersion]).toEqual(["2023-01-05", undefined]);
  expect([catalogFor(network, "amd64"), catalogFor(network, "x86")]).toEqual(["acmenet64.cat", "acmenet.cat"]);
});

test.each([
  ["ClassGuid = {4d36}", "INF_BAD_GUID x.inf:2:13"],
  ["DriverVer = 13/01/2024,1.0", "INF_BAD_DRIVER_VER x.inf:2:1"],
  ["DriverVer = 02/30/2024", "INF_BAD_DRIVER_VER x.inf:2:1"],
  ["DriverVer = 02/03/2024,1.2.3.4.5", "INF_BAD_DRIVER_VER x.inf:2:1"],
  ["DriverVer = 02/03/2024,1.65536", "INF_BAD_DRIVER_VER x.inf:2:1"],
])("%s is wrong", (line, expected) => {
  const inf = parseInf(bytesOf(`[Version]\n${line}`), { name: "x.inf" });
  readVersion(inf);
  expect(inf.findings.list.map(({ code, where }) => `${code} ${where?.file}`)).toEqual([expected]);
});

test("the files that an INF includes", () => {
  const inf = parseInf(bytesOf("[a]\nInclude = One.inf, two.inf\n[b]\ninclude=One.inf,\n"));
  expect(includedNames(inf)).toEqual(["One.inf", "two.inf"]);
});
