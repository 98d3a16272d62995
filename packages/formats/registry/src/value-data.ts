import { decodeUtf16, encodeUtf16 } from "@adk/core";
import { RegType } from "./value-type.ts";

/** What the data of a value says, by its type. */
export type ValueContent =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "texts"; readonly texts: readonly string[] }
  | { readonly kind: "number"; readonly number: bigint }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array };

/** Takes data by its type; data that does not fit its type (a DWORD of three bytes) stays bytes. */
export function valueContent(type: number, data: Uint8Array): ValueContent {
  switch (type) {
    case RegType.SZ:
    case RegType.EXPAND_SZ:
    case RegType.LINK:
      return { kind: "text", text: textOf(data) };
    case RegType.MULTI_SZ:
      return { kind: "texts", texts: textsOf(data) };
    default: {
      const number = numberOf(type, data);
      return number === undefined ? { kind: "bytes", bytes: data } : { kind: "number", number };
    }
  }
}

/** UTF-16 text up to its first NUL, or to the end of the data where there is none; an odd last byte is left out. */
export function textOf(data: Uint8Array): string {
  const text = decodeUtf16(data);
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}

/** The texts of a REG_MULTI_SZ up to the empty one that ends it. */
export function textsOf(data: Uint8Array): string[] {
  const texts = decodeUtf16(data).split("\0");
  const end = texts.indexOf("");
  return end < 0 ? texts : texts.slice(0, end);
}

/** The number of a REG_DWORD, REG_DWORD_BIG_ENDIAN or REG_QWORD; undefined for other types and for data of another size. */
export function numberOf(type: number, data: Uint8Array): bigint | undefined {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (type === RegType.DWORD && data.length === 4) return BigInt(view.getUint32(0, true));
  if (type === RegType.DWORD_BIG_ENDIAN && data.length === 4) return BigInt(view.getUint32(0, false));
  if (type === RegType.QWORD && data.length === 8) return view.getBigUint64(0, true);
  return undefined;
}

/** Data of a REG_SZ, REG_EXPAND_SZ or REG_LINK (which Windows keeps without the NUL). */
export function textData(text: string, type: number = RegType.SZ): Uint8Array {
  return encodeUtf16(type === RegType.LINK ? text : `${text}\0`);
}

/** Data of a REG_MULTI_SZ; the list cannot hold an empty text, which would end it. */
export function textsData(texts: readonly string[]): Uint8Array {
  return encodeUtf16(`${texts.map((text) => `${text}\0`).join("")}\0`);
}

/** Data of a REG_DWORD (its low 32 bits), REG_DWORD_BIG_ENDIAN or REG_QWORD. */
export function numberData(number: number | bigint, type: number = RegType.DWORD): Uint8Array {
  const data = new Uint8Array(type === RegType.QWORD ? 8 : 4);
  const view = new DataView(data.buffer);
  if (type === RegType.QWORD) view.setBigUint64(0, BigInt.asUintN(64, BigInt(number)), true);
  else view.setUint32(0, Number(BigInt.asUintN(32, BigInt(number))), type !== RegType.DWORD_BIG_ENDIAN);
  return data;
}
