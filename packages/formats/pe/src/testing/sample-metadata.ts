import { ByteWriter } from "@adk/core";

/** Metadata of an assembly `Sample` that names `mscorlib` and a target framework (ECMA-335 II.24). */
export function sampleMetadata(): Uint8Array {
  const strings = heap("", "Sample", "mscorlib", "TargetFrameworkAttribute", ".ctor", "System.Runtime.Versioning");
  const framework = Buffer.from(".NETFramework,Version=v4.7.2");
  const value = Buffer.concat([Buffer.from([1, 0, framework.length]), framework, Buffer.from([0, 0])]);
  const token = Buffer.from("b77a5c561934e089", "hex");
  const key = Buffer.from("00000000000000000400000000000000", "hex");
  const blobs = Buffer.concat([
    Buffer.from([0]),
    ...[value, token, key].map((blob) => Buffer.concat([Buffer.from([blob.length]), blob])),
  ]);
  const [valueAt, tokenAt, keyAt] = [1, 2 + value.length, 3 + value.length + token.length];
  const tables = tableStream(strings.offsets, { valueAt, tokenAt, keyAt });
  const streams: [name: string, bytes: Uint8Array][] = [
    ["#~", tables],
    ["#Strings", strings.bytes],
    ["#Blob", blobs],
  ];
  const root = new ByteWriter()
    .u32(0x424a5342)
    .u16(1)
    .u16(1)
    .u32(0)
    .u32(12)
    .bytes(Buffer.from("v4.0.30319\0\0"))
    .u16(0)
    .u16(3);
  const nameSize = (name: string) => (name.length + 4) & ~3;
  let at = root.position + streams.reduce((sum, [name]) => sum + 8 + nameSize(name), 0);
  for (const [name, bytes] of streams) {
    root
      .u32(at)
      .u32(bytes.length)
      .bytes(Buffer.from(name))
      .zeros(nameSize(name) - name.length);
    at += bytes.length;
  }
  for (const [, bytes] of streams) root.bytes(bytes);
  return root.finish();
}

function tableStream(names: readonly number[], blobs: { valueAt: number; tokenAt: number; keyAt: number }): Uint8Array {
  const [, sample = 0, mscorlib = 0, attribute = 0, method = 0, space = 0] = names;
  const present = [0x01, 0x0a, 0x0c, 0x20, 0x23];
  const valid = present.reduce((bits, table) => bits | (1n << BigInt(table)), 0n);
  const writer = new ByteWriter().u32(0).u8(2).u8(0).u8(0).u8(1).u64(valid).u64(0n);
  for (const _ of present) writer.u32(1);
  // TypeRef in AssemblyRef 1; MemberRef of TypeRef 1; CustomAttribute of Assembly 1 by MemberRef 1.
  writer
    .u16((1 << 2) | 2)
    .u16(attribute)
    .u16(space);
  writer
    .u16((1 << 3) | 1)
    .u16(method)
    .u16(0);
  writer
    .u16((1 << 5) | 14)
    .u16((1 << 3) | 3)
    .u16(blobs.valueAt);
  writer.u32(0x8004).u16(1).u16(2).u16(3).u16(4).u32(1).u16(blobs.keyAt).u16(sample).u16(0);
  writer.u16(4).u16(0).u16(0).u16(0).u32(0).u16(blobs.tokenAt).u16(mscorlib).u16(0).u16(0);
  return writer.align(4).finish();
}

function heap(...texts: readonly string[]): { bytes: Uint8Array; offsets: number[] } {
  const writer = new ByteWriter();
  const offsets = texts.map((text) => {
    const at = writer.position;
    writer.bytes(Buffer.from(`${text}\0`));
    return at;
  });
  return { bytes: writer.align(4).finish(), offsets };
}
