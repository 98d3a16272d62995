import { adkError } from "@adk/testing";
import { expect, test } from "vitest";
import { PayloadWriter } from "./testing/payload.ts";
import { SAMPLE_TMF } from "./testing/tmf-sample.ts";
import { formatTraceMessage, TraceMessageFormat } from "./trace-message-format.ts";

const GUID = "b0a2ab1c-5ef9-1ea1-cc83-9a8b4c3a1a8d";
const formats = new TraceMessageFormat();
formats.add(SAMPLE_TMF);

function text(number: number, payload: PayloadWriter): string {
  return formatTraceMessage(formats.find(GUID, number)!, payload.finish(), 8);
}

test("arguments by their specifications", () => {
  const payload = new PayloadWriter()
    .u32(-3 >>> 0)
    .u32(255)
    .wide("C:\\a")
    .u64(0xffff_8000_0000_1000n)
    .u16(2)
    .bytes(Buffer.from("ab"));
  expect(text(12, payload)).toBe("DeviceControl: code -3 000000ff [C:\\a ] 0xffff800000001000 ab");
  expect(formats.find(GUID, 12)).toMatchObject({
    func: "DeviceControl",
    level: "TRACE_LEVEL_ERROR",
    source: "queue_c258",
  });
});

test("lists, states, and arguments in another order", () => {
  expect(
    text(
      13,
      new PayloadWriter()
        .u32(1)
        .u32(0xc000_0005)
        .bytes(new Uint8Array([10, 0, 0, 1])),
    ),
  ).toBe("10.0.0.1 is High: 0xc0000005");
});

test("arguments that are not there stay as they are written", () => {
  expect(text(12, new PayloadWriter().u32(5))).toBe("DeviceControl: code 5 %11!08x! [%12!-5s!] %13!p! %14!s!");
});

test("bad files are refused", () => {
  expect(() => new TraceMessageFormat().add("nothing")).toThrow(adkError("EVENT_BAD_TMF"));
  expect(() => new TraceMessageFormat().add(`${GUID} drv\n#typev x y z`)).toThrow(adkError("EVENT_BAD_TMF"));
  expect(formats.size).toBe(2);
});
