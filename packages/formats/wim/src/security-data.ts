import { AdkError, alignUp, type ByteReader, type ByteWriter } from "@adk/core";

/**
 * The security descriptors of an image, at the start of its metadata. A dentry refers to one by its place in the list.
 * Each is a self-relative SECURITY_DESCRIPTOR ([MS-DTYP] 2.4.6).
 */
export type SecurityData = readonly Uint8Array[];

/** Security id of a dentry without a descriptor. */
export const NO_SECURITY = -1;

/** Reads the list and leaves the reader at its end, aligned to 8. */
export function parseSecurityData(reader: ByteReader): SecurityData {
  const start = reader.position;
  const total = reader.u32() || 8;
  const count = reader.u32();
  if (total < 8 + count * 8 || total > reader.length - start) {
    throw new AdkError("WIM_BAD_SECURITY_DATA", "The security data contradicts itself.", {
      file: reader.origin.file,
      offset: (reader.origin.base ?? 0) + start,
      expected: `at least ${8 + count * 8} bytes for ${count} descriptors, at most ${reader.length - start}`,
      found: total,
    });
  }
  const body = reader.within(total - 8);
  const sizes: number[] = [];
  for (let i = 0; i < count; i++) sizes.push(body.size64());
  const descriptors = sizes.map((size) => body.slice(size));
  reader.seek(Math.min(start + alignUp(total, 8), reader.length));
  return descriptors;
}

export function writeSecurityData(writer: ByteWriter, descriptors: SecurityData): void {
  const start = writer.position;
  writer.u32(0).u32(descriptors.length);
  for (const descriptor of descriptors) writer.size64(descriptor.length);
  for (const descriptor of descriptors) writer.bytes(descriptor);
  writer.align(8);
  writer.patchU32(start, writer.position - start);
}
