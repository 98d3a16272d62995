import { guidToBytes } from "@adk/core";
import { PayloadWriter } from "./payload.ts";

export const SAMPLE_PROVIDER = "77754e9b-264b-4d8d-b981-e4135c1ecb0c";

/** Name, in type, out type, flags, map, count, length; of a structure the first member and how many in place of the types. */
type Item = [
  name: string,
  inType: number,
  outType: number,
  flags?: number,
  map?: "values" | undefined,
  count?: number,
  length?: number,
];

const ITEMS: Item[] = [
  ["Url", 1, 1],
  ["State", 4, 0, 0, "values"],
  ["Size", 8, 0],
  ["Data", 14, 0, 4, undefined, 0, 2],
  ["Count", 6, 0],
  ["Items", 6, 2, 0x11, undefined, 4],
  ["Id", 8, 0],
  ["Name", 2, 0],
];

/** A resource as the message compiler writes it: one provider, one event, a template with a map and a structure. */
export function sampleWevtTemplate(): Uint8Array {
  const writer = new PayloadWriter();
  const patches: [at: number, value: number][] = [];
  const sized = (text: string) => {
    writer.align(4);
    const at = writer.position;
    writer.u32(4 + (text.length + 1) * 2).wide(text);
    return at;
  };
  const signature = (text: string) => {
    writer.align(4);
    const at = writer.position;
    writer.bytes(Buffer.from(text)).u32(0);
    return at;
  };
  signature("CRIM");
  writer.u16(5).u16(1).u32(1).bytes(guidToBytes(SAMPLE_PROVIDER)).u32(36);
  signature("WEVT");
  writer.u32(0xffff_ffff).u32(3).u32(0);
  const elements = writer.position;
  writer.zeros(24);

  const nameAt = writer.position;
  writer.wide("Sample-Template");
  const attributes = signature("PRVA");
  writer.u32(1).u32(0x1000_0001).u32(nameAt);
  const channelName = sized("Sample/Operational");
  const channels = signature("CHAN");
  writer.u32(1).u32(16).u32(channelName).u32(0).u32(0xffff_ffff);
  const taskName = sized("Download");
  const task = writer.position;
  writer.u32(1).u32(0xffff_ffff).zeros(16).u32(taskName);
  const opcodeName = sized("win:Start");
  const opcode = writer.position;
  writer
    .u32(1 << 16)
    .u32(0xffff_ffff)
    .u32(opcodeName);
  const levelName = sized("win:Informational");
  const level = writer.position;
  writer.u32(4).u32(0xffff_ffff).u32(levelName);
  const keywordName = sized("Network");
  const keyword = writer.position;
  writer.u64(1n).u32(0xffff_ffff).u32(keywordName);
  const keywords = writer.position;
  writer.u32(keyword);
  const mapName = sized("StateMap");
  const map = signature("VMAP");
  writer.u32(mapName).u32(0).u32(2).u32(0).u32(100).u32(1).u32(101);
  const names = ITEMS.map(([name]) => sized(name));
  writer.align(4);
  const items = writer.position;
  ITEMS.forEach(([, first, second, flags = 0, mapped, count = 0, length = 0], index) => {
    writer.u32(flags);
    if (flags & 1) writer.u16(first).u16(second);
    else writer.u8(first).u8(second).u16(0);
    writer
      .u32(mapped ? map : 0)
      .u16(count)
      .u16(length)
      .u32(names[index]!);
  });
  const template = signature("TEMP");
  writer
    .u32(ITEMS.length - 2)
    .u32(ITEMS.length)
    .u32(items)
    .u32(1)
    .zeros(16);
  const events = signature("EVNT");
  writer
    .u32(1)
    .u32(0)
    .u16(7)
    .u8(2)
    .u8(16)
    .u8(4)
    .u8(1)
    .u16(1)
    .u64(1n)
    .u32(200)
    .u32(template)
    .u32(opcode)
    .u32(level)
    .u32(task);
  writer.u32(1).u32(keywords).u32(0);
  patches.push([elements, attributes], [elements + 8, channels], [elements + 16, events]);
  for (const [at, value] of patches) writer.patchU32(at, value);
  return writer.finish().slice();
}
