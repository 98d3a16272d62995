import { ByteWriter } from "@adk/core";

const SECURITY_FIELD = 0x100 + 24 + 112 + 32;

/** The sample with a certificate table behind it, one entry a signature. */
export function withSignatures(sample: Uint8Array, signatures: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter().bytes(sample).align(8);
  const start = writer.position;
  for (const signature of signatures)
    writer
      .u32(8 + signature.length)
      .u16(0x200)
      .u16(2)
      .bytes(signature)
      .align(8);
  const size = writer.position - start;
  return writer
    .patchU32(SECURITY_FIELD, start)
    .patchU32(SECURITY_FIELD + 4, size)
    .finish();
}
