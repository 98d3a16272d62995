import { AdkError } from "@adk/core";
import { describe, expect, test } from "vitest";
import { COMPLETE } from "../testing/answer-files.ts";
import { AnswerFile } from "./answer-file.ts";
import { decodeText, encodeText } from "./encoding.ts";

const ENCODINGS = [
  { name: "utf-8", bom: false },
  { name: "utf-8", bom: true },
  { name: "utf-16le", bom: true },
  { name: "utf-16be", bom: true },
  { name: "utf-16le", bom: false },
  { name: "utf-16be", bom: false },
];

describe.each(ENCODINGS)("$name, byte order mark $bom", (encoding) => {
  const text = COMPLETE.replace("utf-8", encoding.name.slice(0, 6)).replace("WEB-01", "WÉB-\u{1F600}");

  test("read and written back", () => {
    const bytes = encodeText(text, encoding);
    const file = AnswerFile.parse(bytes);
    expect([file.text === text, file.encoding, file.problems]).toEqual([true, encoding, []]);
    expect(file.toBytes()).toBe(bytes);
  });

  test("an edit keeps it", () => {
    const file = AnswerFile.parse(encodeText(text, encoding)).withText(text.replace("UTC", "GMT Standard Time"));
    expect(file.encoding).toEqual(encoding);
    expect(decodeText(file.toBytes()).text).toBe(text.replace("UTC", "GMT Standard Time"));
  });
});

test("code pages that the declaration names", () => {
  const text = '<?xml version="1.0" encoding="windows-1252"?><a>\u20ac\u00e9</a>';
  const file = AnswerFile.parse(encodeText(text, { name: "windows-1252", bom: false }));
  expect([file.text, file.encoding.name, file.problems]).toEqual([text, "windows-1252", []]);
  expect(() => file.withText(text.replace("\u20ac", "\u0416"))).toThrow(
    expect.objectContaining({ code: "UNATTEND_NOT_ENCODABLE" }),
  );
});

test("a declaration that contradicts the bytes, and bytes that are no text", () => {
  const lie = AnswerFile.fromText('<?xml version="1.0" encoding="utf-16"?><a/>');
  expect(lie.problems.map(({ code, start }) => [code, lie.rangeOf(start).column])).toEqual([["encoding-mismatch", 31]]);
  const damaged = AnswerFile.parse(Uint8Array.from([0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e]));
  expect(damaged.problems.map(({ code }) => code)).toEqual(["bad-bytes"]);
  expect(() => damaged.withText("<a/>")).toThrow(expect.objectContaining({ code: "UNATTEND_DAMAGED_TEXT" }));
  expect(AnswerFile.parse(encodeText("<a/>", { name: "utf-16le", bom: true }).subarray(0, 9)).problems[0]?.code).toBe(
    "bad-bytes",
  );
});

test("places count lines by every kind of line end", () => {
  const file = AnswerFile.fromText("<a>\r\n<b/>\r<c/>\n<d/></a>");
  const place = (text: string) => file.rangeOf(file.text.indexOf(text), file.text.indexOf(text) + text.length);
  expect(place("<b/>")).toEqual({ line: 2, column: 1, endLine: 2, endColumn: 5 });
  expect([place("<c/>").line, place("<d/>").line, file.lineEnd]).toEqual([3, 4, "\r\n"]);
});

test("passes and components", () => {
  const file = AnswerFile.fromText(COMPLETE);
  expect(file.settings.map(({ pass }) => pass)).toEqual(["windowsPE", "specialize", "oobeSystem"]);
  expect(file.components[1]).toMatchObject({
    pass: "specialize",
    name: "Microsoft-Windows-Shell-Setup",
    architecture: "amd64",
  });
  expect(AnswerFile.fromText("<x/>").components).toEqual([]);
});

test("every truncation is read without an error that is not one of ours", () => {
  const bytes = new TextEncoder().encode(COMPLETE);
  for (let length = 0; length < bytes.length - 1; length += 7) {
    expect(AnswerFile.parse(bytes.subarray(0, length)).problems.length).toBeGreaterThan(0);
  }
});

test("a file beyond the limit is refused", () => {
  const parse = () => AnswerFile.parse(new Uint8Array(100), { file: "big.xml", limits: { memoryBytes: 50 } });
  expect(parse).toThrow(AdkError);
  expect(parse).toThrow(expect.objectContaining({ code: "LIMIT_EXCEEDED", file: "big.xml" }));
});
