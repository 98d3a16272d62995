import { adkError, expectTruncationsRefused } from "@adk/testing";
import { expect, test } from "vitest";
import { decodeFields } from "./decode-fields.ts";
import { EmbeddedSchemas } from "./embedded-schemas.ts";
import { formatValue } from "./format-value.ts";
import { PayloadWriter } from "./testing/payload.ts";
import { eventMapInfo, traceEventInfo } from "./testing/trace-event-info-sample.ts";
import { readEventMapInfo, readTraceEventInfo } from "./trace-event-info.ts";

const PROVIDER = "1c95126e-7eea-49a9-a3fe-a378b03ddb4d";

const INFO = traceEventInfo(
  PROVIDER,
  7,
  [
    { name: "Kind", inType: 8, map: "KindMap" },
    { name: "Flags", inType: 6, map: "FlagMap" },
    { name: "Length", inType: 8 },
    { name: "Address", inType: 14, outType: 25, flags: 2, length: 2 },
    { name: "Count", inType: 4 },
    { name: "Items", flags: 4, count: 4, members: [6, 2] },
    { name: "Id", inType: 8 },
    { name: "Name", inType: 1 },
  ],
  6,
);

test("an event of a merged trace", () => {
  const schemas = new EmbeddedSchemas();
  schemas.add(32, INFO);
  schemas.add(
    33,
    eventMapInfo(PROVIDER, "KindMap", 1, [
      [1, "static "],
      [2, "dynamic "],
    ]),
  );
  schemas.add(
    33,
    eventMapInfo(PROVIDER, "FlagMap", 2, [
      [1, "Read "],
      [4, "Write "],
    ]),
  );
  const layout = schemas.byId(PROVIDER, 7, 0)!;
  expect(layout).toMatchObject({
    name: "Sample-Provider/Request/Start",
    level: "Informational",
    message: "Request %1.",
  });
  const payload = new PayloadWriter()
    .u32(2)
    .u16(5)
    .u32(16)
    .bytes(Buffer.from("02000050c00002010000000000000000", "hex"));
  payload.u8(2).u32(1).wide("a").u32(2).wide("bc");
  const { values } = decodeFields(layout, payload.finish(), 8);
  const shown = layout.fields.map((field) => formatValue(field, values[field.name] ?? null));
  expect(shown).toEqual(["dynamic", "Read, Write", "16", "192.0.2.1:80", "2", "[{Id=1, Name=a}, {Id=2, Name=bc}]"]);
  expect(schemas.byId(PROVIDER, 8, 0)).toBeUndefined();
});

test("what cannot be read is refused, and a finding among others", () => {
  const header = 0x70 + 8 * 24;
  expectTruncationsRefused(INFO.slice(0, header), readTraceEventInfo);
  expect(() => readTraceEventInfo(traceEventInfo(PROVIDER, 1, [{ name: "X", inType: 99 }]))).toThrow(
    adkError("EVENT_BAD_SCHEMA"),
  );
  const circle = traceEventInfo(PROVIDER, 1, [{ name: "X", members: [0, 1] }]);
  expect(() => readTraceEventInfo(circle)).toThrow(adkError("EVENT_BAD_SCHEMA"));
  const map = eventMapInfo(PROVIDER, "M", 1, [[1, "a"]]);
  new DataView(map.buffer).setUint32(24, 1000, true);
  expect(() => readEventMapInfo(map)).toThrow(adkError("EVENT_BAD_SCHEMA"));
  const schemas = new EmbeddedSchemas();
  schemas.add(32, circle);
  schemas.add(33, map);
  expect(schemas.findings.list.map(({ code }) => code)).toEqual(["EVENT_BAD_SCHEMA", "EVENT_BAD_SCHEMA"]);
  expect(schemas.size).toBe(0);
});
