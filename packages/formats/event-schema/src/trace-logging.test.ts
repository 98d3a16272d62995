import { adkError, expectTruncationsRefused } from "@adk/testing";
import { expect, test } from "vitest";
import { decodeFields } from "./decode-fields.ts";
import { providerGuidFromName } from "./provider-guid.ts";
import { PayloadWriter } from "./testing/payload.ts";
import { traceLoggingSchema } from "./testing/trace-logging-sample.ts";
import { readProviderTraits, readTraceLoggingSchema, TraceLogging } from "./trace-logging.ts";

const GUID = "a61ea624-4944-55fc-c2a8-37838829438d";

test("the GUID of a provider follows from its name", () => {
  expect(providerGuidFromName("MySource")).toBe(GUID);
  expect(providerGuidFromName("Microsoft.Windows.WaaSMedic.Local")).toBe("30d25124-a468-505c-de82-8411646eb8b5");
});

test("fields, out types, arrays, structures, forms of the writer", () => {
  const schema = traceLoggingSchema("Download", [
    { name: "url", type: 1 },
    { name: "port", type: 6, out: 7 },
    { name: "flags", type: 8, out: 4, tag: true },
    { name: "fixed", type: 4, fixedCount: 3 },
    { name: "times", type: 17, variableCount: true },
    {
      name: "peers",
      type: 24,
      variableCount: true,
      members: [
        { name: "name", type: 22 },
        { name: "address", type: 8, out: 8 },
      ],
    },
    { name: "own", type: 14, custom: new Uint8Array([1, 2, 3]) },
    { name: "ok", type: 4, out: 3 },
    { name: "note", type: 23, out: 35 },
  ]);
  const payload = new PayloadWriter()
    .wide("http://x")
    .bytes(new Uint8Array([0, 80]))
    .u32(0xff)
    .bytes(new Uint8Array([1, 2, 3]));
  payload.u16(1).u64(5n).u16(2);
  for (const name of ["a", "bc"])
    payload
      .u16(name.length * 2)
      .utf16(name)
      .bytes(new Uint8Array([10, 0, 0, name.length]));
  payload.u16(2).u8(7).u8(8).u8(1).u16(2).bytes(Buffer.from("ü"));
  const layout = new TraceLogging().layout({ provider: GUID, schema })!;
  expect(layout).toMatchObject({ name: `${GUID}/Download`, task: "Download" });
  expect(decodeFields(layout, payload.finish(), 8)).toEqual({
    values: {
      url: "http://x",
      port: 80,
      flags: 0xff,
      fixed: [1, 2, 3],
      times: [5n],
      peers: [
        { name: "a", address: "10.0.0.1" },
        { name: "bc", address: "10.0.0.2" },
      ],
      own: new Uint8Array([7, 8]),
      ok: true,
      note: "ü",
    },
  });
});

test("traits give the provider its name, also in events without them", () => {
  const traits = new PayloadWriter().u16(27).bytes(Buffer.from("Source\0")).u16(19).u8(1).zeros(16).finish();
  traits[0] = traits.length;
  expect(readProviderTraits(traits)).toEqual({ name: "Source", group: "00000000-0000-0000-0000-000000000000" });
  const schema = traceLoggingSchema("E", []);
  const layouts = new TraceLogging();
  expect(layouts.layout({ provider: GUID, schema })?.name).toBe(`${GUID}/E`);
  expect(layouts.layout({ provider: GUID, schema, traits })?.name).toBe("Source/E");
  expect(layouts.layout({ provider: GUID, schema })?.name).toBe("Source/E");
  expect(layouts.layout({ provider: GUID, schema })).toBe(layouts.layout({ provider: GUID, schema }));
});

test("names that are there twice, or would be no key", () => {
  const { fields } = readTraceLoggingSchema(
    traceLoggingSchema(
      "E",
      ["a", "a", "__proto__", "a#2"].map((name) => ({ name, type: 4 })),
    ),
  );
  expect(fields.map(({ name }) => name)).toEqual(["a", "a#2", "proto", "a#2#2"]);
});

test("bad schemas are refused", () => {
  const schema = traceLoggingSchema("Event", [{ name: "field", type: 8, out: 4 }]);
  expectTruncationsRefused(schema, readTraceLoggingSchema);
  expect(() => readTraceLoggingSchema(traceLoggingSchema("E", [{ name: "f", type: 30 }]))).toThrow(
    adkError("EVENT_BAD_SCHEMA"),
  );
  expect(new TraceLogging().layout({ provider: GUID, schema: schema.subarray(0, 5) })).toBeUndefined();
});
