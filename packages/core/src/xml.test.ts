import { expect, test } from "vitest";
import { encodeUtf16 } from "./bytes.ts";
import { childrenOf, descendantsOf, parseXml, tryParseXml } from "./xml.ts";

const DOCUMENT = `<?xml version="1.0"?>
<!-- what it is -->
<a:root xmlns:a="urn:a" title="&lt;x&gt; &#65;&#x42; &other;">
  <item n="1">one &amp; <b>not</b> only</item>
    <group><item n="2"><![CDATA[<two>]]></item></group>
</a:root>
`;

function failure(code: string, found: unknown): unknown {
  return expect.objectContaining({ name: "AdkError", code, file: "x.xml", found });
}

test("elements come with attributes, text and places, without prefixes", () => {
  const root = parseXml(DOCUMENT, "BAD");
  expect(root).toMatchObject({ name: "root", line: 3, column: 1, text: "" });
  expect(root.attributes["title"]).toBe("<x> AB &other;");
  expect(root.children.map(({ name, line, column }) => [name, line, column])).toEqual([
    ["item", 4, 3],
    ["group", 5, 5],
  ]);
  expect(descendantsOf(root, "item").map(({ attributes, text }) => [attributes["n"], text])).toEqual([
    ["1", "one & only"],
    ["2", "<two>"],
  ]);
  expect(childrenOf(root, "item")).toHaveLength(1);
});

test("bytes are read in the encoding of their mark", () => {
  const utf16 = Buffer.concat([encodeUtf16(`\ufeff${DOCUMENT}`), new Uint8Array(4)]);
  const utf8 = new TextEncoder().encode(`\ufeff${DOCUMENT}`);
  expect(parseXml(utf16, "BAD")).toEqual(parseXml(DOCUMENT, "BAD"));
  expect(parseXml(utf8, "BAD")).toEqual(parseXml(DOCUMENT, "BAD"));
  expect(parseXml(Buffer.from('<a b="gr\xfcn"/>', "latin1"), "BAD").attributes).toEqual({ b: "grün" });
});

test("what is not well-formed fails with its place", () => {
  const parse = (text: string) => () => parseXml(text, "PE_BAD_MANIFEST", "x.xml");
  expect(parse("<a>\n <b></a>")).toThrow(
    failure("PE_BAD_MANIFEST", expect.stringMatching(/^line 2, column \d+: /)) as Error,
  );
  expect(parse("")).toThrow(failure("PE_BAD_MANIFEST", expect.any(String)) as Error);
  expect(parse("<a>".repeat(80) + "</a>".repeat(80))).toThrow(
    failure("PE_BAD_MANIFEST", expect.stringMatching(/deep|nest/i)) as Error,
  );
  expect(tryParseXml("<a>")).toBeUndefined();
});
