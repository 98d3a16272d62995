import { describe, expect, it } from "vitest";
import { formatXml } from "./format-xml.ts";
import { type FileFacts, formatProgress, renderHelp, renderInfo, renderSuccess, renderXml } from "./render.ts";

const XML =
  '<WIM><TOTALBYTES>3457099927</TOTALBYTES><IMAGE INDEX="1"><DIRCOUNT>19524</DIRCOUNT><WINDOWS><ARCH>9</ARCH>' +
  '<LANGUAGES><LANGUAGE>zh-CN</LANGUAGE><FALLBACK LANGUAGE="zh-CN">en-US</FALLBACK></LANGUAGES></WINDOWS>' +
  '<NAME>A &lt; B</NAME><DESCRIPTION></DESCRIPTION><EMPTY/></IMAGE><IMAGE INDEX="12"><NAME>C</NAME></IMAGE></WIM>';

const facts: FileFacts = {
  path: "\\sources\\install.wim",
  guid: "93bf56b4-8645-44b8-a3d3-b96aa7f508df",
  imageCount: 1,
  compression: "lzx",
  partNumber: 1,
  totalParts: 1,
  integrity: true,
  flags: 0x4_0082,
  xml: "<WIM><TOTALBYTES>1</TOTALBYTES></WIM>",
};

describe("what ImageX prints", () => {
  // As recorded of ImageX 6.1.7600.16385.
  it("is what a file holds", () => {
    expect(renderInfo(facts)).toBe(`WIM Information:
----------------
Path:        \\sources\\install.wim
GUID:        {93bf56b4-8645-44b8-a3d3-b96aa7f508df}
Image Count: 1
Compression: LZX
Part Number: 1/1
Attributes:  0xc
             Integrity info
             Relative path junction


Available Image Choices:
------------------------
<WIM>
  <TOTALBYTES>1</TOTALBYTES>
</WIM>
`);
  });

  it("says what else a file is", () => {
    const text = renderInfo({
      ...facts,
      integrity: false,
      compression: "none",
      flags: 0x0c,
      partNumber: 2,
      totalParts: 3,
    });
    expect(text).toContain(
      "Compression: None\nPart Number: 2/3\nAttributes:  0x30\n             Spanned\n             Read only\n",
    );
    expect(renderInfo({ ...facts, integrity: false, flags: 0 })).toContain("Attributes:  0x0\n\n\n");
  });

  it("is XML with an element a line", () => {
    expect(formatXml(XML).join("\n")).toBe(`<WIM>
  <TOTALBYTES>3457099927</TOTALBYTES>
  <IMAGE INDEX="1">
    <DIRCOUNT>19524</DIRCOUNT>
    <WINDOWS>
      <ARCH>9</ARCH>
      <LANGUAGES>
        <LANGUAGE>zh-CN</LANGUAGE>
        <FALLBACK LANGUAGE="zh-CN">en-US</FALLBACK>
      </LANGUAGES>
    </WINDOWS>
    <NAME>A &lt; B</NAME>
    <DESCRIPTION>
    </DESCRIPTION>
    <EMPTY/>
  </IMAGE>
  <IMAGE INDEX="12">
    <NAME>C</NAME>
  </IMAGE>
</WIM>`);
    expect(formatXml("")).toEqual([]);
    expect(formatXml(formatXml(XML).join("\n"))).toEqual(formatXml(XML));
  });

  it("is the XML of one image", () => {
    expect(renderXml(XML, 12)).toBe('<IMAGE INDEX="12">\n  <NAME>C</NAME>\n</IMAGE>\n');
    expect(renderXml(XML, 1)).toMatch(/^<IMAGE INDEX="1">\n(.|\n)*<EMPTY\/>\n<\/IMAGE>\n$/);
    expect(renderXml(XML, 2)).toBe("");
    expect(renderXml(XML, undefined)).toMatch(/^<WIM>\n/);
  });

  it("is progress and success", () => {
    expect(formatProgress(1, "apply")).toBe("[ 100% ] Applying progress");
    expect(formatProgress(0.075, "capture")).toBe("[   7% ] Capturing progress");
    expect(renderSuccess("Successfully applied image.", 460)).toBe(
      "\nSuccessfully applied image.\n\nTotal elapsed time: 7 min 40 sec\n",
    );
    expect(renderSuccess("Done.", 12)).toContain("time: 12 sec\n");
  });

  it("is help", () => {
    expect(renderHelp("dir")).toBe("IMAGEX /DIR image_file {image_number | image_name}\n");
    expect(renderHelp(undefined).match(/^ {2}IMAGEX \//gm)).toHaveLength(8);
  });
});
