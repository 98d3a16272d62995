import { expect, test } from "vitest";
import { numberData, numberOf, RegType, textData, textOf, textsData, textsOf, valueContent } from "./index.ts";
import { formatRegType, parseRegType } from "./value-type.ts";

test("texts end at their NUL, or with the data", () => {
  expect(textOf(textData("a text"))).toBe("a text");
  expect(textOf(new Uint8Array([65, 0, 0, 0, 66, 0]))).toBe("A");
  expect(textOf(new Uint8Array([65, 0, 66]))).toBe("A");
  expect(textData("", RegType.LINK)).toEqual(new Uint8Array(0));
  expect(textsOf(textsData(["one", "two"]))).toEqual(["one", "two"]);
  expect(textsData([])).toEqual(new Uint8Array(2));
  expect(textsOf(textData("one"))).toEqual(["one"]);
});

test("numbers need data of their size", () => {
  expect(numberOf(RegType.DWORD, numberData(-1))).toBe(0xffff_ffffn);
  expect(numberData(1, RegType.DWORD_BIG_ENDIAN)).toEqual(new Uint8Array([0, 0, 0, 1]));
  expect(numberOf(RegType.QWORD, numberData(2n ** 63n, RegType.QWORD))).toBe(2n ** 63n);
  expect(numberOf(RegType.DWORD, new Uint8Array(3))).toBeUndefined();
  expect(valueContent(RegType.DWORD, new Uint8Array(3))).toEqual({ kind: "bytes", bytes: new Uint8Array(3) });
  expect(valueContent(RegType.MULTI_SZ, textsData(["a"]))).toEqual({ kind: "texts", texts: ["a"] });
});

test("names of types", () => {
  expect([1, 11, 0xffff0012].map(formatRegType)).toEqual(["REG_SZ", "REG_QWORD", "0xffff0012"]);
  expect(["reg_sz", "Multi_Sz", "REG_DWORD_LITTLE_ENDIAN", "0xFFFF0012", "7"].map(parseRegType)).toEqual([
    1, 7, 4, 0xffff0012, 7,
  ]);
  expect(["", "REG_X", "0x1ffffffff", "-1"].map(parseRegType)).toEqual([undefined, undefined, undefined, undefined]);
});
