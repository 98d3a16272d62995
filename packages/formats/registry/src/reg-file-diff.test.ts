import { encodeUtf16, Findings } from "@adk/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { diffHives } from "./diff.ts";
import { HiveEditor } from "./hive-editor.ts";
import { diffToRegFile } from "./reg-file-diff.ts";
import { importRegFile } from "./reg-file-import.ts";
import { parseRegFile } from "./reg-file-parser.ts";
import { formatRegFile } from "./reg-file-writer.ts";
import { RegType } from "./value-type.ts";

const ROOT = "HKEY_LOCAL_MACHINE\\SOFTWARE";

/** Keys by path, each with its values. */
type Content = Readonly<Record<string, Readonly<Record<string, string>>>>;

function hiveOf(content: Content): HiveEditor {
  const editor = HiveEditor.create();
  for (const [path, values] of Object.entries(content)) {
    const key = editor.createKey(path);
    for (const [name, text] of Object.entries(values)) editor.setValue(key, name, RegType.BINARY, encodeUtf16(text));
  }
  return editor;
}

const names = fc.constantFrom("a", "B", "c]", "é", "x y");
const paths = fc.array(names, { maxLength: 3 }).map((parts) => parts.join("\\"));
const contents: fc.Arbitrary<Content> = fc.dictionary(
  paths,
  fc.dictionary(fc.constantFrom("", "v", "W", '"\\'), names),
  {
    maxKeys: 12,
  },
);

test("what a .reg file makes of one hive is the other", () => {
  fc.assert(
    fc.property(contents, contents, (one, other) => {
      const [before, after] = [hiveOf(one), hiveOf(other)];
      const findings = new Findings();
      const file = diffToRegFile(before.hive.root, after.hive.root, { root: ROOT, findings });
      importRegFile(before, parseRegFile(formatRegFile(file)), { root: ROOT });
      expect([...diffHives(before.hive.root, after.hive.root)]).toEqual([]);
      expect(findings.list).toEqual([]);
    }),
  );
});

test("the text of a difference", () => {
  const before = hiveOf({ Same: { v: "1" }, Gone: { v: "1" }, "Gone\\Below": {}, Changed: { a: "1", b: "1" } });
  const after = hiveOf({ Same: { v: "1" }, Changed: { a: "1", b: "2", c: "3" }, "New\\Below": { v: "1" } });
  const file = diffToRegFile(before.hive.root, after.hive.root, { root: "HKLM\\SOFTWARE", findings: new Findings() });
  expect(Buffer.from(formatRegFile(file)).toString("utf16le").split("\r\n").slice(2)).toEqual([
    `[${ROOT}\\Changed]`,
    '"b"=hex:32,00',
    '"c"=hex:33,00',
    "",
    `[-${ROOT}\\Gone]`,
    "",
    `[${ROOT}\\New]`,
    "",
    `[${ROOT}\\New\\Below]`,
    '"v"=hex:31,00',
    "",
    "",
  ]);
});

test("what a .reg file cannot say is told", () => {
  const before = hiveOf({ A: {}, "B\n": {} });
  const after = hiveOf({ A: { "v\n": "1" } });
  after.setClassName(after.hive.key("A")!, "class");
  const findings = new Findings();
  const file = diffToRegFile(before.hive.root, after.hive.root, { root: ROOT, findings });
  expect(file.keys.flatMap(({ values }) => values)).toEqual([]);
  expect(findings.list.map(({ message }) => message)).toEqual([
    "A .reg file cannot say this difference: class changed.",
    "A value with a line end in its name has no place in a .reg file.",
    "A .reg file cannot say this difference: key removed.",
  ]);
});
