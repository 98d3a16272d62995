import { Findings } from "@adk/core";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { tokenize } from "./tokenizer.ts";

function parse(text: string): { lines: unknown[]; codes: string[] } {
  const findings = new Findings();
  const lines = tokenize(text, findings, "x.inf").flatMap(({ name, lines }) =>
    lines.map(({ key, values }) => [name, key?.text, ...values.map((value) => value.text)]),
  );
  return { lines, codes: findings.list.map(({ code, where }) => `${code} ${where?.file}`) };
}

function linesOf(text: string): unknown[] {
  return parse(`[s]\n${text}`).lines.map((line) => (line as unknown[]).slice(1));
}

test.each<[text: string, ...fields: (string | undefined)[]]>([
  ["key = value", "key", "value"],
  [" key=a , b,c ; comment", "key", "a", "b", "c"],
  ["key =", "key"],
  ["key = ,", "key", "", ""],
  ["a, b, , c", undefined, "a", "b", "", "c"],
  ["only", undefined, "only"],
  ['key = " a, b ; = "', "key", " a, b ; = "],
  ['key = "a ""b"" c"', "key", 'a "b" c'],
  ['key = one"two "three ', "key", "onetwo three"],
  ['"quoted key" = 1', "quoted key", "1"],
  ["key = a=b, c=d", "key", "a=b", "c=d"],
  ["HKR,a=b,c", undefined, "HKR", "a=b", "c"],
  ["key = a, \\\n  b, \\ ; comment\r\n c", "key", "a", "b", "c"],
  ["key = a\\b\\c", "key", "a\\b\\c"],
  ["key = long \\\n text", "key", "long text"],
  ["key = end\\", "key", "end"],
  ["%a% = %b%", "%a%", "%b%"],
  ["key = [x]", "key", "[x]"],
])("%s", (text, ...fields) => {
  expect(linesOf(text)).toEqual([fields]);
});

test("lines end as on any system, and files with Control-Z", () => {
  expect(linesOf("a\r\nb\nc\rd\u001a")).toEqual([
    [undefined, "a"],
    [undefined, "b"],
    [undefined, "c"],
    [undefined, "d"],
  ]);
});

test("sections, places and what is wrong", () => {
  const text = 'stray = 1\n; [no]\n [ One ] ; c\nkey = "open\n\n[Two\nx\n[Three] y\n z = 1, 2';
  expect(parse(text)).toEqual({
    lines: [
      ["One", "key", "open"],
      ["Two", undefined, "x"],
      ["Three", "z", "1", "2"],
    ],
    codes: [
      "INF_NO_SECTION x.inf:1:1",
      "INF_UNTERMINATED_QUOTE x.inf:4:7",
      "INF_BAD_SECTION x.inf:6:1",
      "INF_BAD_SECTION x.inf:8:9",
    ],
  });
  const [, , three] = tokenize(text, new Findings(), undefined);
  expect(three).toMatchObject({ line: 8, column: 1, lines: [{ line: 9, column: 2, key: { line: 9, column: 2 } }] });
  expect(three?.lines[0]?.values.map(({ line, column }) => [line, column])).toEqual([
    [9, 6],
    [9, 9],
  ]);
});

test("places count on after lines that are joined", () => {
  const [section] = tokenize("[s]\nkey = a, \\\n  b\nnext", new Findings(), undefined);
  expect(section?.lines.map(({ line }) => line)).toEqual([2, 4]);
  expect(section?.lines[0]?.values[1]).toEqual({ text: "b", line: 3, column: 3 });
});

test("what is written as fields comes back", () => {
  const field = fc.string({ maxLength: 12 }).filter((text) => !/[\r\n]/.test(text));
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
  fc.assert(
    fc.property(field, fc.array(field, { minLength: 1, maxLength: 5 }), (key, values) => {
      const read = linesOf(`${quote(key)} = ${values.map(quote).join(" , \\\n ")}`);
      const expected = values.length === 1 && values[0] === "" ? [key] : [key, ...values];
      expect(read).toEqual([expected]);
    }),
  );
});
