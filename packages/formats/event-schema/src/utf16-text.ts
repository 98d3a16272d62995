/** UTF-16 text that begins at an offset of a structure and ends at a zero; undefined for offset 0 and beyond the end. */
export function readZeroEnded(bytes: Uint8Array, offset: number): string | undefined {
  if (offset === 0 || offset >= bytes.length) return undefined;
  let end = offset;
  while (end + 1 < bytes.length && (bytes[end] !== 0 || bytes[end + 1] !== 0)) end += 2;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf16le", offset, end);
}

/** Text behind its size, which counts itself; "" for offset 0. */
export function readSizedText(bytes: Uint8Array, offset: number): string {
  return offset === 0 ? "" : (readZeroEnded(bytes, offset + 4) ?? "");
}
