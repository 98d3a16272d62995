import { sidToBytes } from "@adk/core";
import { fuzz, mutate, orRefused, type Random } from "@adk/testing";
import { test } from "vitest";
import { compileLayout } from "./compiled-layout.ts";
import { decodeFields } from "./decode-fields.ts";
import type { EventLayout } from "./event-layout.ts";
import { eventMessage } from "./event-message.ts";
import { formatValue } from "./format-value.ts";
import { parseInstrumentationManifest } from "./instrumentation-manifest.ts";
import { compactContextSwitches } from "./kernel/compact-context-switches.ts";
import { KernelEvents } from "./kernel/kernel-events.ts";
import { ManifestChunks } from "./manifest-chunks.ts";
import { manifestChunk, SAMPLE_MANIFEST } from "./testing/manifest-sample.ts";
import { PayloadWriter } from "./testing/payload.ts";
import { SAMPLE_TMF } from "./testing/tmf-sample.ts";
import { eventMapInfo, traceEventInfo } from "./testing/trace-event-info-sample.ts";
import { traceLoggingSchema } from "./testing/trace-logging-sample.ts";
import { sampleWevtTemplate } from "./testing/wevt-template-sample.ts";
import { readEventMapInfo, readTraceEventInfo } from "./trace-event-info.ts";
import { readProviderTraits, readTraceLoggingSchema } from "./trace-logging.ts";
import { formatTraceMessage, TraceMessageFormat } from "./trace-message-format.ts";
import { readWevtTemplate } from "./wevt-template.ts";

// Damaged schemas must be refused with an `AdkError`; whatever layout comes of them decodes any payload. `npm run fuzz` runs more.

const EXECUTIONS = 2000;
const MOST_TIME = 500;

/** A payload that is nothing in particular. */
const PAYLOAD = Uint8Array.from({ length: 600 }, (_, index) => (index % 7 === 0 ? index : (index * 37) % 5));

function use(layout: Pick<EventLayout, "fields" | "message">, payload: Uint8Array = PAYLOAD): void {
  const whole = { provider: { guid: "", name: "" }, name: "", task: "", opcode: "", version: 0, ...layout };
  const { values } = decodeFields(whole, payload, 8);
  for (const field of layout.fields) formatValue(field, values[field.name] ?? null);
  eventMessage(whole)?.(values);
}

function sample(bytes: Uint8Array): (next: Random) => Uint8Array {
  return (next) => mutate({ bytes, regions: [[0, bytes.length]] }, next);
}

async function readOrRefused(read: () => void): Promise<"read" | "refused"> {
  const isRead = await orRefused(() => {
    read();
    return true;
  });
  return isRead ? "read" : "refused";
}

function fuzzed(
  name: string,
  make: (next: Random) => Uint8Array,
  read: (bytes: Uint8Array, next: Random) => void,
  refused = 1 / 100,
): void {
  test(name, { timeout: 0 }, async () => {
    const outcomes = { read: 1 / 20, refused };
    await fuzz({ executions: EXECUTIONS, mostTime: MOST_TIME, outcomes }, (next) => {
      const bytes = make(next);
      return readOrRefused(() => read(bytes, next));
    });
  });
}

const SCHEMA = traceLoggingSchema("Event", [
  { name: "text", type: 1 },
  { name: "flags", type: 8, out: 4, tag: true },
  { name: "fixed", type: 4, fixedCount: 3 },
  {
    name: "items",
    type: 24,
    variableCount: true,
    members: [{ name: "inner", type: 24, variableCount: true, members: [{ name: "x", type: 23 }] }],
  },
  { name: "own", type: 14, custom: new Uint8Array([1, 2, 3]) },
]);

fuzzed("TraceLogging schemas", sample(SCHEMA), (bytes) => {
  use(readTraceLoggingSchema(bytes));
  readProviderTraits(bytes);
});

const GUID = "1c95126e-7eea-49a9-a3fe-a378b03ddb4d";
const INFO = traceEventInfo(
  GUID,
  7,
  [
    { name: "Kind", inType: 8, map: "KindMap" },
    { name: "Length", inType: 8 },
    { name: "Address", inType: 14, outType: 25, flags: 2, length: 1 },
    { name: "Items", flags: 4, count: 1, members: [4, 2] },
    { name: "Id", inType: 8 },
    { name: "Name", inType: 1 },
  ],
  4,
);
const MAP_INFO = eventMapInfo(GUID, "KindMap", 2, [
  [1, "one"],
  [2, "two"],
]);

fuzzed("TRACE_EVENT_INFO", sample(INFO), (bytes) => use(readTraceEventInfo(bytes).layout));
fuzzed("EVENT_MAP_INFO", sample(MAP_INFO), (bytes) => void readEventMapInfo(bytes));

fuzzed("WEVT_TEMPLATE", sample(sampleWevtTemplate()), (bytes) => {
  for (const { events } of readWevtTemplate(bytes, String)) for (const event of events) use(event);
});

fuzzed("manifests", sample(new Uint8Array(Buffer.from(SAMPLE_MANIFEST))), (bytes, next) => {
  const chunks = new ManifestChunks();
  chunks.add(GUID, 1, mutate({ bytes: manifestChunk("<a/>", 2, 1), regions: [[0, 8]] }, next));
  chunks.add(GUID, 1, manifestChunk("<a/>", 2, 0));
  for (const { events } of parseInstrumentationManifest(bytes)) for (const event of events) use(event);
});

const FIELDS = readTraceEventInfo(INFO).layout.fields;

fuzzed(
  "texts of events",
  sample(new Uint8Array(Buffer.from("%1 of %2!08x!%n%t%%%b%3!-20.3s! %4%5!I64u!%6%0 end %99 %!"))),
  (bytes) => use({ fields: FIELDS, message: Buffer.from(bytes).toString("latin1") }),
  0,
);

fuzzed("TMF files", sample(new Uint8Array(Buffer.from(SAMPLE_TMF))), (bytes) => {
  const formats = new TraceMessageFormat();
  formats.add(Buffer.from(bytes).toString("latin1"));
  for (const number of [12, 13]) {
    const message = formats.find("b0a2ab1c-5ef9-1ea1-cc83-9a8b4c3a1a8d", number);
    if (message !== undefined) formatTraceMessage(message, PAYLOAD, 8);
  }
});

const PROCESS = new PayloadWriter().u64(0xffff_8d00_1234_5678n).u32(42).u32(4).u32(1).u32(259).u64(0x1000n).u32(2);
PROCESS.u64(1n).u64(0n).bytes(sidToBytes("S-1-5-18")).narrow("a.exe").wide("a b").wide("").wide("");
const BYTES = PROCESS.finish().slice();

test("kernel payloads", { timeout: 0 }, async () => {
  const events = KernelEvents.load();
  const outcomes = { read: 1 / 4, unknown: 1 / 100 };
  await fuzz({ executions: EXECUTIONS, mostTime: MOST_TIME, outcomes }, (next) => {
    const payload = mutate({ bytes: BYTES, regions: [[0, BYTES.length]] }, next);
    for (const _ of compactContextSwitches(payload));
    // Mostly a process, whose fields are the most varied; else any event.
    const isProcess = next() % 4 === 0;
    const [group, type] = isProcess ? [3, 1] : [next() % 0x1d, next() % 0x90];
    const layout = events.byHook(group, type, next() % 6, { length: payload.length, pointerSize: 8 });
    if (layout === undefined) return "unknown";
    const pointerSize = next() % 2 ? 4 : 8;
    use(layout, payload);
    const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
    const compiled = compileLayout(layout, pointerSize);
    for (const { name } of layout.fields) {
      compiled.field(name).number(view, 0, payload.length);
      compiled.field(name).value(view, 0, payload.length);
    }
    return "read";
  });
});
