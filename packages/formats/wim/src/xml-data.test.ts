import { decodeUtf16, encodeUtf16, FILETIME_MAX } from "@adk/core";
import { adkError } from "@adk/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { XmlData } from "./xml-data.ts";

function parse(text: string): XmlData {
  return XmlData.parse(encodeUtf16(`\uFEFF${text}`));
}

function written(xml: XmlData): string {
  return decodeUtf16(xml.write());
}

const REAL =
  '<?xml version="1.0"?><WIM><TOTALBYTES>77</TOTALBYTES>\n  <IMAGE INDEX="2"><NAME>B &amp; C</NAME><VENDOR a="1" b="&quot;2&quot;">' +
  "<X>1</X><!-- why --><X>2</X><![CDATA[<raw>]]></VENDOR><NAME2></NAME2></IMAGE>" +
  '<IMAGE INDEX="1"><WINDOWS><LANGUAGES><LANGUAGE>en-US</LANGUAGE><LANGUAGE>de-DE</LANGUAGE><DEFAULT>en-US</DEFAULT></LANGUAGES>' +
  "</WINDOWS><NAME>A</NAME></IMAGE><USERDATA>free</USERDATA></WIM>";

test("unknown elements, attributes, comments, character data and their order are kept", () => {
  expect(written(parse(REAL))).toBe(`\uFEFF${REAL}`);
  expect(written(parse(REAL).copy())).toBe(`\uFEFF${REAL}`);
});

test("images go by their number, not by their place", () => {
  const xml = parse(REAL);
  expect(xml.images.map(({ index, name }) => [index, name])).toEqual([
    [1, "A"],
    [2, "B & C"],
  ]);
  expect(xml.image(2)?.get("VENDOR/X")).toBe("1");
  expect(xml.image(2)?.getAll("VENDOR/X")).toEqual(["1", "2"]);
  expect(xml.image(2)?.get("VENDOR")).toBe("<raw>");
  expect(xml.image(1)?.getAll("WINDOWS/LANGUAGES/LANGUAGE")).toEqual(["en-US", "de-DE"]);
  expect([xml.image(3), xml.image(0)]).toEqual([undefined, undefined]);
});

test("of two images with one number the first counts; no number is none", () => {
  const xml = parse(
    '<WIM><IMAGE INDEX="1"><NAME>a</NAME></IMAGE><IMAGE INDEX="1"><NAME>b</NAME></IMAGE><IMAGE><NAME>c</NAME></IMAGE><IMAGE INDEX="1e1"/></WIM>',
  );
  expect(xml.image(1)?.name).toBe("a");
  expect(xml.images.map(({ index }) => index)).toEqual([0, 0, 1, 1]);
  expect(xml.compare(2).map(({ code }) => code)).toEqual(["WIM_XML_IMAGE_MISSING", "WIM_XML_IMAGE_UNKNOWN"]);
});

test("entities are read, and written where they must be", () => {
  const xml = parse('<WIM><IMAGE INDEX="1"><NAME>&lt;&#x41;&#66;&amp;amp;&quot;&apos;&gt;</NAME></IMAGE></WIM>');
  expect(xml.image(1)?.name).toBe("<AB&amp;\"'>");
  expect(XmlData.parse(xml.write()).image(1)?.name).toBe("<AB&amp;\"'>");
});

test("any text of a property is read back", () => {
  const text = fc
    .string({ unit: "binary", maxLength: 30 })
    .filter((each) => Array.from(each).every((character) => character >= " "));
  fc.assert(
    fc.property(text, text, (name, description) => {
      const xml = XmlData.empty();
      const image = xml.addImage(1);
      image.set("NAME", name);
      image.set("WINDOWS/VERSION/BRANCH", description);
      const again = XmlData.parse(xml.write()).image(1);
      expect([again?.name, again?.get("WINDOWS/VERSION/BRANCH")]).toEqual([name, description]);
    }),
  );
});

test("times are two halves", () => {
  fc.assert(
    fc.property(fc.bigInt(0n, FILETIME_MAX), (time) => {
      const image = XmlData.empty().addImage(1);
      image.setTime("CREATIONTIME", time);
      expect(image.getTime("CREATIONTIME")).toBe(time);
    }),
  );
  const image = XmlData.empty().addImage(1);
  image.setTime("LASTMODIFICATIONTIME", 0x01d8_0000_0000_00ffn);
  expect([image.get("LASTMODIFICATIONTIME/HIGHPART"), image.get("LASTMODIFICATIONTIME/LOWPART")]).toEqual([
    "0x01D80000",
    "0x000000FF",
  ]);
  image.set("CREATIONTIME/HIGHPART", "soon");
  expect(image.getTime("CREATIONTIME")).toBeUndefined();
});

test("properties are set, replaced and removed", () => {
  const image = parse(REAL).image(2);
  image?.set("NAME", "new");
  image?.set("A/B/C", "deep");
  image?.set("VENDOR", undefined);
  image?.set("NO/SUCH", undefined);
  expect([image?.name, image?.get("A/B/C"), image?.get("VENDOR"), image?.get("NO")]).toEqual([
    "new",
    "deep",
    undefined,
    undefined,
  ]);
  image?.set("COUNT", "-5");
  expect([image?.getNumber("COUNT"), image?.getNumber("A/B/C"), image?.getNumber("NONE")]).toEqual([0, 0, 0]);
});

test("images are added behind the others, with the properties of another", () => {
  const xml = parse(REAL);
  xml.addImage(3, xml.image(2)).set("NAME", "copy");
  xml.totalBytes = 5;
  expect([xml.image(2)?.name, xml.image(3)?.name, xml.image(3)?.get("VENDOR/X")]).toEqual(["B & C", "copy", "1"]);
  expect(written(xml)).toMatch(
    /^\uFEFF<\?xml version="1.0"\?><WIM><TOTALBYTES>5<.*INDEX="2".*INDEX="1".*INDEX="3".*<USERDATA>/s,
  );
  expect(xml.compare(3)).toEqual([]);
});

test("without a byte order mark it is read too; an encrypted ESD says so", () => {
  expect(XmlData.parse(encodeUtf16("<WIM/>")).isEncrypted).toBe(false);
  expect(parse("<WIM><ESD><ENCRYPTED/></ESD></WIM>").isEncrypted).toBe(true);
  expect(parse("<WIM><ESD/></WIM>").isEncrypted).toBe(false);
});

test.each([
  "",
  "WIM",
  "<WIN/>",
  "<WIM",
  "<WIM><__proto__/></WIM>",
  `${"<a>".repeat(10_000)}`,
  `<WIM>${"<a>".repeat(10_000)}${"</a>".repeat(10_000)}</WIM>`,
])("what is no such document is refused: %.30s", (text) => {
  expect(() => parse(text)).toThrow(adkError("WIM_BAD_XML"));
});

test("hostile names and entities are text like any other", () => {
  const bomb =
    '<!DOCTYPE WIM [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><WIM><IMAGE INDEX="1"><NAME>&b;</NAME></IMAGE></WIM>';
  expect(parse(bomb).image(1)?.name.length).toBeLessThan(100);
  expect(parse('<WIM><IMAGE INDEX="1"><NAME>&#xFFFFFFFF;</NAME></IMAGE></WIM>').image(1)?.name).toBe("&#xFFFFFFFF;");
});
