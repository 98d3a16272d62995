// Text of Joliet: UTF-16 with the high byte first.

export function decodeUcs2(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = "";
  for (let at = 0; at + 1 < bytes.length; at += 2) text += String.fromCharCode(view.getUint16(at));
  return text;
}

/** @param size bytes of the field; what the text leaves is filled with spaces. Default: those of the text */
export function encodeUcs2(text: string, size = 2 * text.length): Uint8Array {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at + 1 < size; at += 2) view.setUint16(at, at / 2 < text.length ? text.charCodeAt(at / 2) : 0x20);
  return bytes;
}
