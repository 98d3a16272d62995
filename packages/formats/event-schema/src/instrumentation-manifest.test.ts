import { adkError } from "@adk/testing";
import { expect, test } from "vitest";
import { decodeFields } from "./decode-fields.ts";
import { formatValue } from "./format-value.ts";
import { parseInstrumentationManifest } from "./instrumentation-manifest.ts";
import { ManifestChunks } from "./manifest-chunks.ts";
import { manifestChunk, SAMPLE_MANIFEST } from "./testing/manifest-sample.ts";
import { PayloadWriter } from "./testing/payload.ts";

const GUID = "7d6f4c2a-1b3e-4f5a-8c9d-0e1f2a3b4c5d";

function order(): Uint8Array {
  const payload = new PayloadWriter().u32(5).wide("Ann").u8(1).u32(5).u16(1).narrow("tea");
  payload
    .bytes(new Uint8Array(new Float64Array([2.5]).buffer))
    .u32(2)
    .bytes(new Uint8Array([1, 2]))
    .utf16("ABCD");
  return payload
    .u32(0x8007_0005)
    .bytes(new Uint8Array([7, 8, 9]))
    .u64(0n)
    .finish();
}

test("maps, structures, lengths of other fields, texts of the string table", () => {
  const [provider] = parseInstrumentationManifest(SAMPLE_MANIFEST);
  expect(provider).toMatchObject({ name: "Sample-Shop", guid: GUID, symbol: "SHOP" });
  const layout = provider!.byId(1, 0)!;
  expect(layout).toMatchObject({
    name: "Sample-Shop/Order/Start",
    level: "Informational",
    channel: "OP",
    keywords: ["Sales"],
    message: "Order %1 of %2 <%3>\n",
  });
  const { values, truncated, trailing } = decodeFields(layout, order(), 8);
  expect({ truncated, trailing }).toEqual({});
  const shown = layout.fields.map((field) => formatValue(field, values[field.name] ?? null));
  expect(shown).toEqual([
    "5",
    "Ann",
    "Paid",
    "Gift, Express",
    "1",
    "[{Article=tea, Price=2.5}]",
    "2",
    "0102",
    "ABCD",
    "0x80070005",
    "[7, 8, 9]",
    "1601-01-01T00:00:00.0000000Z",
  ]);
  expect(provider!.byId(2, 0)).toMatchObject({ name: "Sample-Shop/Closed", fields: [] });
  expect(provider!.byId(3, 0)).toBeUndefined();
});

test("a file in UTF-16", () => {
  const bytes = new Uint8Array([0xff, 0xfe, ...Buffer.from(SAMPLE_MANIFEST, "utf16le")]);
  expect(parseInstrumentationManifest(bytes)[0]?.events).toHaveLength(2);
});

test("bad manifests are refused", () => {
  expect(() => parseInstrumentationManifest("<a><b></a>")).toThrow(adkError("EVENT_BAD_MANIFEST"));
  expect(() => parseInstrumentationManifest("")).toThrow(adkError("EVENT_BAD_MANIFEST"));
  const deep = "<a>".repeat(10_000) + "</a>".repeat(10_000);
  expect(() => parseInstrumentationManifest(deep)).toThrow(adkError("EVENT_BAD_MANIFEST"));
});

test("chunks of a trace, in any order, from several processes", () => {
  const chunks = new ManifestChunks();
  const parts = [SAMPLE_MANIFEST.slice(0, 1000), SAMPLE_MANIFEST.slice(1000, 2000), SAMPLE_MANIFEST.slice(2000)];
  chunks.add(GUID, 1, manifestChunk(parts[2]!, 3, 2));
  chunks.add(GUID, 1, manifestChunk(parts[0]!, 3, 0));
  chunks.add(GUID, 2, manifestChunk(parts[1]!, 3, 1));
  expect(chunks.byId(GUID, 1, 0)).toBeUndefined();
  expect(chunks.incomplete).toBe(2);
  chunks.add(GUID, 1, manifestChunk(parts[1]!, 3, 1));
  expect(chunks.byId(GUID, 1, 0)?.task).toBe("Order");
  expect(chunks.incomplete).toBe(1);
  // A chunk that comes again begins a new set.
  chunks.add(GUID, 2, manifestChunk(parts[1]!, 3, 1));
  chunks.add(GUID, 2, new Uint8Array(4));
  chunks.add(GUID, 3, manifestChunk("<broken", 1, 0));
  expect(chunks.incomplete).toBe(1);
  expect(chunks.findings.list.map(({ code }) => code)).toEqual(["EVENT_BAD_MANIFEST"]);
});
