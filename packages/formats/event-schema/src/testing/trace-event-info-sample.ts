import { guidToBytes } from "@adk/core";
import { PayloadWriter } from "./payload.ts";

export interface SampleProperty {
  name: string;
  inType?: number;
  outType?: number;
  map?: string;
  flags?: number;
  count?: number;
  length?: number;
  /** Of a structure: its first member, and how many. */
  members?: [first: number, count: number];
}

const HEADER_SIZE = 0x70;
const PROPERTY_SIZE = 24;

/** A TRACE_EVENT_INFO as TDH makes it. */
export function traceEventInfo(
  provider: string,
  id: number,
  properties: SampleProperty[],
  topLevel = properties.length,
): Uint8Array {
  const writer = new PayloadWriter().zeros(HEADER_SIZE + properties.length * PROPERTY_SIZE);
  const textAt = (text: string) => {
    const at = writer.position;
    writer.wide(text);
    return at;
  };
  const names = properties.map(({ name, map }) => [textAt(name), map === undefined ? 0 : textAt(map)] as const);
  const texts = ["Sample-Provider", "win:Informational", "", "", "Request", "win:Start", "Request %1."].map((text) =>
    text === "" ? 0 : textAt(text),
  );
  const bytes = writer.finish().slice();
  const view = new DataView(bytes.buffer);
  bytes.set(guidToBytes(provider));
  view.setUint16(0x20, id, true);
  bytes[0x25] = 1;
  for (const [index, offset] of texts.entries()) view.setUint32(0x34 + index * 4, offset, true);
  view.setUint32(0x64, properties.length, true);
  view.setUint32(0x68, topLevel, true);
  properties.forEach(({ inType = 0, outType = 0, flags = 0, count = 1, length = 0, members }, index) => {
    const at = HEADER_SIZE + index * PROPERTY_SIZE;
    const [name, map] = names[index]!;
    view.setUint32(at, flags | (members ? 1 : 0), true);
    view.setUint32(at + 4, name, true);
    view.setUint16(at + 8, members?.[0] ?? inType, true);
    view.setUint16(at + 10, members?.[1] ?? outType, true);
    view.setUint32(at + 12, map, true);
    view.setUint16(at + 16, count, true);
    view.setUint16(at + 18, length, true);
  });
  return bytes;
}

/** An EVENT_MAP_INFO behind the GUID of its provider. */
export function eventMapInfo(provider: string, name: string, flags: number, entries: [number, string][]): Uint8Array {
  const writer = new PayloadWriter().zeros(16 + entries.length * 8);
  const offsets = [name, ...entries.map(([, text]) => text)].map((text) => {
    const at = writer.position;
    writer.wide(text);
    return at;
  });
  const bytes = writer.finish().slice();
  const view = new DataView(bytes.buffer);
  const head = [offsets[0]!, flags, entries.length];
  for (const [index, value] of head.entries()) view.setUint32(index * 4, value, true);
  entries.forEach(([value], index) => {
    view.setUint32(16 + index * 8, offsets[index + 1]!, true);
    view.setUint32(20 + index * 8, value, true);
  });
  return new Uint8Array([...guidToBytes(provider), ...bytes]);
}
