import { adkError } from "@adk/testing";
import { expect, test } from "vitest";
import { decodeFields } from "./decode-fields.ts";
import { formatValue } from "./format-value.ts";
import { PayloadWriter } from "./testing/payload.ts";
import { SAMPLE_PROVIDER, sampleWevtTemplate } from "./testing/wevt-template-sample.ts";
import { readWevtTemplate } from "./wevt-template.ts";

const MESSAGES = new Map([
  [100, "idle"],
  [101, "busy"],
  [200, "Download of %1."],
]);

test("names, texts, and a template with a map, a length and a structure", () => {
  const [provider] = readWevtTemplate(sampleWevtTemplate(), (id) => MESSAGES.get(id));
  expect(provider).toMatchObject({ guid: SAMPLE_PROVIDER, name: "Sample-Template" });
  const layout = provider!.byId(7, 2)!;
  expect(layout).toMatchObject({
    name: "Sample-Template/Download/Start",
    level: "Informational",
    channel: "Sample/Operational",
    keywords: ["Network"],
    message: "Download of %1.",
  });
  const payload = new PayloadWriter()
    .wide("http://x")
    .u8(1)
    .u32(2)
    .bytes(new Uint8Array([1, 2]))
    .u16(1)
    .u32(9)
    .narrow("n");
  const { values, truncated, trailing } = decodeFields(layout, payload.finish(), 8);
  expect({ truncated, trailing }).toEqual({});
  const shown = layout.fields.map((field) => formatValue(field, values[field.name] ?? null));
  expect(shown).toEqual(["http://x", "busy", "2", "0102", "1", "[{Id=9, Name=n}]"]);
});

test("what is no template is refused, a part of one too", () => {
  expect(() => readWevtTemplate(new Uint8Array(64))).toThrow(adkError("EVENT_BAD_TEMPLATE"));
  const whole = sampleWevtTemplate();
  for (let length = 0; length < whole.length; length += 7) {
    try {
      readWevtTemplate(whole.slice(0, length));
    } catch (error) {
      expect(error).toMatchObject({ name: "AdkError" });
    }
  }
});
