import { ByteWriter } from "@adk/core";
import { expect, test } from "vitest";
import { sysconfigTable } from "../tables/sysconfig.ts";
import { SyntheticTrace } from "../testing/synthetic-trace.ts";
import { assessmentProperties } from "./system-assessment.ts";

const DOCUMENT = `<SystemConfig><OSVersion Kind="x"><OSName><![CDATA[Windows 11 Pro]]></OSName></OSVersion>
<Processor><Instance id="0"><Clock units="MHz">3500</Clock></Instance></Processor></SystemConfig>`;

/** UTF-16 in a chunk of LZNT1 that is not compressed. */
function stored(document: string): { data: Uint8Array; length: number } {
  const text = Buffer.from(document, "utf16le");
  return {
    data: new ByteWriter()
      .u16(0x3000 | (text.length - 1))
      .bytes(text)
      .finish(),
    length: text.length,
  };
}

test("what the assessment of a system found, by the paths of its elements", () => {
  const { data, length } = stored(DOCUMENT);
  const found = [
    ["OSVersion", "Kind=x"],
    ["OSVersion/OSName", "Windows 11 Pro"],
    ["Processor/Instance[0]/Clock", "3500 units=MHz"],
  ];
  expect(assessmentProperties(data, length)).toEqual(found);
  // Zeros behind it.
  expect(assessmentProperties(data, length + 10)).toEqual(found);
});

test("of what is damaged, or longer than any document, there is nothing", () => {
  const { data, length } = stored(DOCUMENT);
  expect(assessmentProperties(data, length - 2)).toEqual([]);
  expect(assessmentProperties(data.subarray(0, 100), length)).toEqual([]);
  expect(assessmentProperties(stored("<a>").data, 6)).toEqual([]);
  expect(assessmentProperties(data, 0xffff_ffff)).toEqual([]);
});

test("the table of the system has it", async () => {
  const { data, length } = stored(DOCUMENT);
  const payload = new ByteWriter().u32(1).u32(length).bytes(data).finish();
  const trace = new SyntheticTrace();
  const provider = "ed54dff8-c409-4cf6-bf83-05e1e61a09c4";
  const common = { timeStamp: trace.timeStamp(1), processId: 4, threadId: 8 };
  trace.record({ header: "full", provider, opcode: 37, version: 0, ...common, payload });
  expect(await trace.rows(sysconfigTable)).toContainEqual({
    category: "WinSat SystemConfig",
    item: 0,
    property: "OSVersion/OSName",
    value: "Windows 11 Pro",
  });
});
