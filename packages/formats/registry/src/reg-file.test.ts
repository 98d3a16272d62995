import { encodeUtf16, Findings, fromHex, toHex } from "@adk/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RegFile, RegFileContent } from "./reg-file.ts";
import { parseRegFile } from "./reg-file-parser.ts";
import { formatRegFile } from "./reg-file-writer.ts";
import { textData } from "./value-data.ts";

const KEY = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Example";

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The values of a file with one key, by their names. */
function valuesOf(
  lines: string,
  options = {},
  header = "Windows Registry Editor Version 5.00",
): Record<string, string> {
  const file = parseRegFile(utf8(`${header}\n\n[${KEY}]\n${lines}\n`), options);
  return Object.fromEntries(file.keys[0]!.values.map(({ name, content }) => [name, show(content)]));
}

function show(content: RegFileContent | undefined): string {
  return content ? `${content.type}:${toHex(content.data)}` : "deleted";
}

function problemsOf(text: string | Uint8Array): string[] {
  const findings = new Findings();
  const bytes = typeof text === "string" ? utf8(text) : text;
  parseRegFile(bytes, { findings });
  expect(() => parseRegFile(bytes)).toThrow(expect.objectContaining({ name: "AdkError", code: "REG_FILE_INVALID" }));
  return findings.list.map(({ message }) => message);
}

describe("values", () => {
  test.each([
    ['"a"="text"', "1:7400650078007400" + "0000"],
    ['"a"=""', "1:0000"],
    ['"a"="C:\\\\dir \\"x\\""', `1:${toHex(textData('C:\\dir "x"'))}`],
    ['"a"=dword:0000001f', "4:1f000000"],
    ['"a"=DWORD:1F ; comment', "4:1f000000"],
    ['"a"=qword:1', "11:0100000000000000"],
    ['"a"=hex:', "3:"],
    ['"a"=hex:01,fF,3', "3:01ff03"],
    ['"a"=hex(ffff0012):01', "4294901778:01"],
    ['"a"=hex(b):01,00,00,00,00,00,00,00,', "11:0100000000000000"],
    ['"a"=hex:01,\\\n  02,\\ ; comment\r\n\n ; more\n\t03', "3:010203"],
    ['"a"=hex:01,\\', "3:01"],
    ['"a"=-', "deleted"],
    [' "a" = "b" ; comment', "1:62000000"],
    // As Windows XP wrote "x CR LF y".
    ['"a"="x\r\r\ny"', `1:${toHex(textData("x\r\ny"))}`],
  ])("%j", (line, expected) => {
    expect(valuesOf(line)).toEqual({ a: expected });
  });

  test("the default value, and names with escapes", () => {
    expect(valuesOf('@=dword:1\n"\\"\\\\"=-\n""=hex:')).toEqual({ "": "3:", '"\\': "deleted" });
  });

  test("version 4 has text in the code page", () => {
    const bytes = Buffer.from(`REGEDIT4\n[${KEY}]\n"\xe4"="\xe4"\n"b"=hex(7):e4,00,00\n"c"=hex(3):e4\n`, "latin1");
    const [key] = parseRegFile(bytes).keys;
    expect(key!.values.map(({ name, content }) => [name, show(content)])).toEqual([
      ["ä", "1:e4000000"],
      ["b", "7:e40000000000"],
      ["c", "3:e4"],
    ]);
    const [cyrillic] = parseRegFile(bytes, { codePage: 1251 }).keys;
    expect(cyrillic!.values.map(({ name }) => name)).toEqual(["д", "b", "c"]);
    expect(() => parseRegFile(bytes, { codePage: 77 })).toThrow(
      expect.objectContaining({ code: "REG_UNKNOWN_CODE_PAGE", kind: "usage" }),
    );
  });
});

test("keys: deletions, brackets and comments", () => {
  const text = `Windows Registry Editor Version 5.00\r\n\r\n; c\r\n[${KEY}\\a]b] ; c\r\n"v"=-\r\n\r\n[-${KEY}\\c ]\r\n# c\r\n`;
  const { keys } = parseRegFile(utf8(text));
  expect(keys.map(({ path, remove, line, values }) => [path, remove, line, values.length])).toEqual([
    [`${KEY}\\a]b`, false, 4, 1],
    [`${KEY}\\c `, true, 7, 0],
  ]);
});

describe("encodings", () => {
  const text = `Windows Registry Editor Version 5.00\r\n\r\n[${KEY}]\r\n"ä€"="ö"\r\n`;
  const utf16 = encodeUtf16(text);
  const swapped = new Uint8Array(Buffer.from(utf16).swap16());
  test.each<[string, Uint8Array]>([
    ["UTF-16LE", new Uint8Array([0xff, 0xfe, ...utf16])],
    ["UTF-16LE with two marks", new Uint8Array([0xff, 0xfe, 0xff, 0xfe, ...utf16])],
    ["UTF-16LE without a mark", utf16],
    ["UTF-16BE", new Uint8Array([0xfe, 0xff, ...swapped])],
    ["UTF-8 with a mark", new Uint8Array([0xef, 0xbb, 0xbf, ...utf8(text)])],
    ["UTF-8", utf8(text)],
    ["code page 1252", new Uint8Array(Buffer.from(text.replace("€", "\x80"), "latin1"))],
  ])("%s", (_, bytes) => {
    expect(parseRegFile(bytes).keys[0]!.values).toMatchObject([{ name: "ä€", content: { data: textData("ö") } }]);
  });
});

describe("problems", () => {
  test("are told all at once, with their places", () => {
    const text = `Windows Registry Editor Version 5.00
"early"="x"
[${KEY}
"v"="x"
[${KEY}]
"a"="C:\\dir"
"b"=dword:123456789
  "c"=hex:01,0g
"d"=str:x
"e" "x"
"f"="open
[-${KEY}]
"g"="x"
some words
"h"=hex:01\\
  ,02
"i"="x" y`;
    expect(problemsOf(text)).toEqual([
      "Line 2, column 1: a value before any valid key",
      "Line 3, column 1: the ] of the key is missing",
      "Line 4, column 1: a value before any valid key",
      'Line 6, column 8: \\ in a string is written \\\\, and " is written \\"',
      "Line 7, column 11: 1 to 8 hexadecimal digits were expected",
      "Line 8, column 15: a comma was expected",
      'Line 9, column 5: "text", dword:, hex:, hex(type): or - was expected',
      "Line 10, column 5: = was expected after the name of the value",
      'Line 11, column 5: the closing " is missing',
      "Line 13, column 1: a value below a key that is deleted, which regedit would ignore",
      "Line 14, column 1: a key in [brackets], a value or a comment was expected",
      "Line 15, column 11: a comma is missing before \\",
      "Line 16, column 3: a key in [brackets], a value or a comment was expected",
      "Line 17, column 9: the end of the line was expected",
    ]);
  });

  test("count lines after a string that does not end", () => {
    expect(problemsOf(`REGEDIT4\n[${KEY}]\n"a"="x\ny\n"b"="z\n\nend`)).toEqual([
      'Line 3, column 5: the closing " is missing',
      "Line 4, column 1: a key in [brackets], a value or a comment was expected",
      'Line 5, column 5: the closing " is missing',
      "Line 7, column 1: a key in [brackets], a value or a comment was expected",
    ]);
    expect(problemsOf('REGEDIT4\n"a"="x\ny"\n"b"="x\n \\')).toEqual([
      "Line 2, column 1: a value before any valid key",
      'Line 5, column 2: \\ in a string is written \\\\, and " is written \\"',
      "Line 5, column 2: a key in [brackets], a value or a comment was expected",
    ]);
  });

  test("the error tells them", () => {
    expect(() => parseRegFile(utf8("REGEDIT4\nx\ny\n"), { name: "a.reg" })).toThrow(
      expect.objectContaining({
        file: "a.reg",
        message: expect.stringMatching(/^line 2, column 1: .*; line 3, column 1: /),
      }),
    );
    const many = () => parseRegFile(utf8(`REGEDIT4\n${"x\n".repeat(100)}`));
    expect(many).toThrow(/and 80 more$/);
  });

  test.each(["", "regedit4\n", "Windows Registry Editor Version 4.00\n", "\nREGEDIT4\n", "REGEDIT\n"])(
    "header %j",
    (text) => {
      expect(() => parseRegFile(utf8(text))).toThrow(expect.objectContaining({ code: "REG_FILE_BAD_HEADER" }));
    },
  );

  test("limits", () => {
    const bytes = utf8(`REGEDIT4\n[${KEY}]\n"a"=-\n`);
    for (const limits of [{ entries: 1 }, { memoryBytes: 10 }]) {
      expect(() => parseRegFile(bytes, { limits })).toThrow(expect.objectContaining({ code: "LIMIT_EXCEEDED" }));
    }
  });
});

function written(values: readonly (readonly [name: string, type: number, data: Uint8Array])[]): string {
  const keys = [
    {
      path: KEY,
      remove: false,
      line: 0,
      values: values.map(([name, type, data]) => ({ name, content: { type, data }, line: 0 })),
    },
  ];
  const bytes = formatRegFile({ version: 5, keys });
  return Buffer.from(bytes).toString("utf16le");
}

test("the layout of regedit", () => {
  const path = textData("%SystemRoot%\\system32\\drivers\\etc");
  const text = written([
    ["", 1, textData("a\\b")],
    ["HelpLink", 2, path],
    ["n", 4, fromHex("0a000000")],
    ["short", 4, fromHex("0a")],
    ["q", 11, fromHex("0a00000000000000")],
    ["empty", 7, new Uint8Array()],
    ["unterminated", 1, fromHex("6100")],
    ["lines", 1, textData("a\n")],
    ["none", 1, new Uint8Array()],
  ]);
  expect(text.split("\r\n")).toEqual([
    "\uFEFFWindows Registry Editor Version 5.00",
    "",
    `[${KEY}]`,
    '@="a\\\\b"',
    '"HelpLink"=hex(2):25,00,53,00,79,00,73,00,74,00,65,00,6d,00,52,00,6f,00,6f,00,\\',
    "  74,00,25,00,5c,00,73,00,79,00,73,00,74,00,65,00,6d,00,33,00,32,00,5c,00,64,\\",
    "  00,72,00,69,00,76,00,65,00,72,00,73,00,5c,00,65,00,74,00,63,00,00,00",
    '"n"=dword:0000000a',
    '"short"=hex(4):0a',
    '"q"=hex(b):0a,00,00,00,00,00,00,00',
    '"empty"=hex(7):',
    '"unterminated"=hex(1):61,00',
    '"lines"=hex(1):61,00,0a,00,00,00',
    '"none"=hex(1):',
    "",
    "",
  ]);
});

test("a long name pushes the bytes behind the columns", () => {
  const lines = written([["n".repeat(90), 3, fromHex("010203")]]).split("\r\n");
  expect(lines.slice(3, 5)).toEqual([`"${"n".repeat(90)}"=hex:01,\\`, "  02,03"]);
});

const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
const name = fc.string({ unit, maxLength: 40 }).map((text) => text.replace(/[\r\n]/g, "_"));
const bytes = fc.uint8Array({ maxLength: 200 });
const content = fc.oneof(
  fc.record({ type: fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 0xffff_ffff })), data: bytes }),
  fc.record({ type: fc.constant(1), data: fc.string({ unit, maxLength: 60 }).map((text) => textData(text)) }),
  fc.constant(undefined),
);
const path = name.map((text) => `HKEY_LOCAL_MACHINE\\x${text}`);
const regKey = fc.oneof(
  fc.record({
    path,
    remove: fc.constant(false),
    line: fc.constant(0),
    values: fc.array(fc.record({ name, content, line: fc.constant(0) }), { maxLength: 6 }),
  }),
  fc.record({ path, remove: fc.constant(true), line: fc.constant(0), values: fc.constant([]) }),
);
const regFile: fc.Arbitrary<RegFile> = fc.record({
  version: fc.constant(5 as const),
  keys: fc.array(regKey, { maxLength: 6 }),
});

test("what is written is read again", () => {
  fc.assert(
    fc.property(regFile, (file) => {
      const read = parseRegFile(formatRegFile(file));
      const withoutLines = read.keys.map((key) => ({
        ...key,
        line: 0,
        values: key.values.map((value) => ({ ...value, line: 0 })),
      }));
      expect(withoutLines).toEqual(file.keys);
    }),
  );
});
