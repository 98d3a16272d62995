import { PayloadWriter } from "./payload.ts";

interface SampleField {
  name: string;
  type: number;
  out?: number;
  tag?: boolean;
  fixedCount?: number;
  variableCount?: boolean;
  custom?: Uint8Array;
  members?: SampleField[];
}

/** A schema as `TraceLoggingProvider.h` makes it. */
export function traceLoggingSchema(name: string, fields: SampleField[]): Uint8Array {
  const writer = new PayloadWriter().u16(0).u8(0).narrow(name);
  for (const field of fields) writeField(writer, field);
  const schema = writer.finish();
  new DataView(schema.buffer).setUint16(0, schema.length, true);
  return schema;
}

function writeField(writer: PayloadWriter, field: SampleField): void {
  const { name, type, out = field.members?.length, tag, fixedCount, variableCount, custom, members = [] } = field;
  const count = fixedCount !== undefined ? 0x20 : variableCount ? 0x40 : custom !== undefined ? 0x60 : 0;
  writer.narrow(name).u8(type | count | (out === undefined ? 0 : 0x80));
  if (out !== undefined) writer.u8(out | (tag ? 0x80 : 0));
  if (tag) writer.u8(0x81).u8(0x01);
  if (fixedCount !== undefined) writer.u16(fixedCount);
  if (custom !== undefined) writer.u16(custom.length).bytes(custom);
  for (const member of members) writeField(writer, member);
}
