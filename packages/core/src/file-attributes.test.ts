import { expect, test } from "vitest";
import { attributeNames, FileAttribute, parseAttributes } from "./file-attributes.ts";

test("names the bits, and what has no name as a number", () => {
  expect(attributeNames(0x36)).toEqual(["HIDDEN", "SYSTEM", "DIRECTORY", "ARCHIVE"]);
  expect(attributeNames(0)).toEqual([]);
  expect(attributeNames(0x80000001)).toEqual(["READONLY", "0x80000000"]);
});

test("reads the names back", () => {
  for (const attributes of [0, 0x36, 0x80000001, 0xffffffff, FileAttribute.REPARSE_POINT]) {
    expect(parseAttributes(attributeNames(attributes))).toBe(attributes);
  }
  expect(parseAttributes(["file_attribute_hidden", " system "])).toBe(6);
  expect(() => parseAttributes(["BLUE"])).toThrow(
    expect.objectContaining({ code: "ATTRIBUTE_UNKNOWN", kind: "usage" }),
  );
});
