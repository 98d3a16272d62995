import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AnswerFile } from "./answer-file.ts";
import { parseXml } from "./parse-xml.ts";
import { attributeOf, childElements, textOf, type XmlNode } from "./tree.ts";

const LIMITS = { depth: 512, entries: 1_000_000 };

/** What is wrong, as `code line:column`. */
function problems(text: string): string[] {
  const file = AnswerFile.fromText(text);
  return file.problems.map(({ code, start }) => {
    const { line, column } = file.rangeOf(start);
    return `${code} ${line}:${column}`;
  });
}

describe("what is wrong is told with its place, all of it", () => {
  test.each([
    ["<a>x & y</a>", ["bare-ampersand 1:6"]],
    ["<a>\n&nbsp;</a>", ["unknown-entity 2:1"]],
    ["<a>&#0;&#xFFFF;</a>", ["bad-reference 1:4", "bad-reference 1:8"]],
    ["<a>1 < 2</a>", ["bare-less-than 1:6"]],
    ["<a><b></a>", ["unclosed-element 1:4"]],
    ["<a><b><c></a>", ["unclosed-element 1:4", "unclosed-element 1:7"]],
    ["<a></b></a>", ["stray-end-tag 1:4"]],
    ["<Order></order><x/>", ["mismatched-tag 1:8", "several-roots 1:16"]],
    ["<abc></xyzzy></abc>", ["stray-end-tag 1:6"]],
    ["<a", ["unclosed-tag 1:1", "unclosed-element 1:1"]],
    ["<a\n<b/></a>", ["unclosed-tag 1:1"]],
    ["<a x=1 />", ["unquoted-attribute 1:4"]],
    ["<a x/>", ["attribute-without-value 1:4"]],
    ['<a x="1>\n<b/></a>', ["unclosed-quote 1:4"]],
    ['<a x="1" x="2"/>', ["duplicate-attribute 1:10"]],
    ['<a x="1"y="2"/>', ["missing-space 1:9"]],
    ['<a x="<"/>', ["markup-in-value 1:7"]],
    ["<a $/>", ["bad-tag 1:4"]],
    ["<a:b/>", ["undeclared-prefix 1:2"]],
    ["<a:/>", ["bad-name 1:2"]],
    ["<a><!-- x</a>", ["unclosed-element 1:1", "unclosed-comment 1:4"]],
    ["<a><!-- x -- y --></a>", ["dashes-in-comment 1:11"]],
    ["<a><![CDATA[x</a>", ["unclosed-element 1:1", "unclosed-cdata 1:4"]],
    ["<a>]]></a>", ["cdata-end 1:4"]],
    ["<?x <a/>", ["unclosed-instruction 1:1", "no-element 1:1"]],
    ["\n<?xml version='1.0'?><a/>", ["misplaced-declaration 2:1"]],
    ["<!DOCTYPE a><a/>", ["document-type 1:1"]],
    ["x<a/>y", ["text-outside 1:1", "text-outside 1:6"]],
    ["<a/><b/>", ["several-roots 1:5"]],
    ["", ["no-element 1:1"]],
    ["<a>\u0001</a>", ["forbidden-character 1:4"]],
    ["<a></a", ["unclosed-tag 1:4"]],
  ])("%j", (text, expected) => expect(problems(text)).toEqual(expected));
});

test("what can be read behind damage is read", () => {
  const { root } = AnswerFile.fromText('<a><b x="1>\n<c>1 & 2</c></b><d></e></d></a>');
  const [b, d] = root ? childElements(root) : [];
  expect(b && childElements(b).map(textOf)).toEqual(["1 & 2"]);
  expect(d?.local).toBe("d");
});

test("names, namespaces, references and CDATA", () => {
  const { root, problems: found } = AnswerFile.fromText(
    `<u:a xmlns:u="urn:u" xmlns="urn:d" u:x="1&#10;2" y='"'><b>&lt;&#x26;<![CDATA[<&]]></b></u:a>`,
  );
  expect(found).toEqual([]);
  expect([root?.namespace, root?.local, root?.name]).toEqual(["urn:u", "a", "u:a"]);
  expect(root && [attributeOf(root, "x", "urn:u"), attributeOf(root, "y"), attributeOf(root, "x")]).toEqual([
    "1 2",
    '"',
    undefined,
  ]);
  const [b] = root ? childElements(root) : [];
  expect([b?.namespace, b && textOf(b)]).toEqual(["urn:d", "<&<&"]);
});

test("entities of a document type are not expanded", () => {
  const bomb = `<!DOCTYPE a [<!ENTITY x0 "ha">${Array.from({ length: 30 }, (_, i) => `<!ENTITY x${i + 1} "&x${i};&x${i};">`).join("")}]><a>&x30;</a>`;
  const { root, problems: found } = parseXml(bomb, LIMITS);
  expect(found.map(({ code }) => code)).toEqual(["document-type", "unknown-entity"]);
  expect(root && textOf(root)).toBe("&x30;");
});

test("nesting has a bound", () => {
  const { root, problems: found } = parseXml("<a>".repeat(1_000_000), LIMITS);
  expect(found.map(({ code }) => code)).toEqual(["too-large"]);
  expect(root?.local).toBe("a");
  const wide = parseXml(`<a>${"<b/>".repeat(2000)}</a>`, { depth: 512, entries: 1000 });
  expect(wide.problems.map(({ code }) => code)).toEqual(["too-large"]);
});

test("time grows with the size, whatever is in the file", () => {
  const size = 200_000;
  const pieces = [
    "<a ",
    "<a x='",
    '<a x="',
    "<a x=1 ",
    "&",
    "<",
    "<!--",
    "<![CDATA[",
    "<!DOCTYPE",
    "<!DOCTYPE[",
    "</a>",
    "<?",
    "]]>",
    "a='1' ",
    "<a/>",
    "<a xmlns:b='c'>",
    "\u0000",
  ];
  for (const piece of pieces) {
    const text = `<a ${piece === "a='1' " ? "" : ">"}${piece.repeat(size / piece.length)}`;
    const started = performance.now();
    parseXml(text, LIMITS);
    // A walk through the file for each piece would take much longer.
    expect(performance.now() - started, piece).toBeLessThan(5000);
  }
});

test("every node has its place: the pieces make up the whole", () => {
  const letters = fc.constantFrom(
    "<a>",
    "</a>",
    "<b/>",
    "text",
    " ",
    "\n",
    "<!-- c -->",
    "<![CDATA[d]]>",
    "<?pi?>",
    "&amp;",
    "&",
    "<",
    '<a x="1">',
    "<",
    "/>",
  );
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 40 }), (pieces) => {
      const text = pieces.join("");
      const { nodes } = parseXml(text, LIMITS);
      const collect = (list: readonly XmlNode[]): string => {
        return list
          .map((node) => {
            if (node.kind !== "element") return text.slice(node.start, node.end);
            if (node.selfClosing) return text.slice(node.start, node.end);
            return (
              text.slice(node.start, node.startTagEnd) + collect(node.children) + text.slice(node.endTagStart, node.end)
            );
          })
          .join("");
      };
      // End tags that close nothing are no nodes.
      const kept = collect(nodes);
      expect(kept.length).toBeLessThanOrEqual(text.length);
      if (parseXml(text, LIMITS).problems.every(({ code }) => code !== "stray-end-tag" && code !== "unclosed-tag"))
        expect(kept).toBe(text);
    }),
  );
});
