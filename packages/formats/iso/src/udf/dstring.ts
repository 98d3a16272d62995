// OSTA compressed Unicode (UDF 2.1.1): names, and texts in fields of a fixed size.

/** @param bytes compression id (8 or 16), then the characters */
export function decodeCompressedUnicode(bytes: Uint8Array): string {
  const [compression = 0] = bytes;
  let text = "";
  if (compression === 16 || compression === 255) {
    for (let i = 1; i + 1 < bytes.length; i += 2) {
      text += String.fromCharCode(((bytes[i] as number) << 8) | (bytes[i + 1] as number));
    }
  } else for (let i = 1; i < bytes.length; i++) text += String.fromCharCode(bytes[i] as number);
  return text;
}

/** Bytes of a text with its compression id. */
export function compressedLength(text: string): number {
  return 1 + text.length * (isWide(text) ? 2 : 1);
}

function isWide(text: string): boolean {
  return /[^\0-\xff]/.test(text);
}

/** In one byte a character where all fit. */
export function encodeCompressedUnicode(text: string): Uint8Array {
  const wide = isWide(text);
  const bytes = new Uint8Array(compressedLength(text));
  bytes[0] = wide ? 16 : 8;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (wide) {
      bytes[1 + 2 * i] = unit >> 8;
      bytes[2 + 2 * i] = unit & 0xff;
    } else bytes[1 + i] = unit;
  }
  return bytes;
}

/** A field whose last byte tells how many are used; all zeros for an empty text. */
export function parseDstring(field: Uint8Array): string {
  const used = Math.min(field.at(-1) ?? 0, field.length - 1);
  return used === 0 ? "" : decodeCompressedUnicode(field.subarray(0, used));
}

/** What does not fit is cut off. */
export function writeDstring(text: string, size: number): Uint8Array {
  const field = new Uint8Array(size);
  if (text === "") return field;
  const encoded = encodeCompressedUnicode(text);
  const unit = encoded[0] === 16 ? 2 : 1;
  const used = Math.min(encoded.length, 1 + Math.floor((size - 2) / unit) * unit);
  field.set(encoded.subarray(0, used));
  field[size - 1] = used;
  return field;
}
