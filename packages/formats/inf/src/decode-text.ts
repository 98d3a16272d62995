import { decodeUtf16 } from "@adk/core";

/** How the bytes of a text file are to be read. */
export type InfEncoding = "utf-16le" | "utf-16be" | "utf-8" | "windows-1252";

export interface DecodedText {
  readonly text: string;
  readonly encoding: InfEncoding;
}

/** Text without a mark is in the code page of the system; what that was is not told. */
const ansi = new TextDecoder("windows-1252");
const utf8 = new TextDecoder("utf-8");

/** Decodes an INF by its byte order mark, as Windows does; UTF-16 also by its looks, the rest as Windows-1252. */
export function decodeText(bytes: Uint8Array): DecodedText {
  const [first, second, third] = bytes;
  if (first === 0xff && second === 0xfe) return { text: decodeUtf16(bytes.subarray(2)), encoding: "utf-16le" };
  if (first === 0xfe && second === 0xff) return { text: decodeUtf16(swapped(bytes)), encoding: "utf-16be" };
  if (first === 0xef && second === 0xbb && third === 0xbf) return { text: utf8.decode(bytes), encoding: "utf-8" };
  if (looksLikeUtf16(bytes)) return { text: decodeUtf16(bytes), encoding: "utf-16le" };
  return { text: ansi.decode(bytes), encoding: "windows-1252" };
}

function swapped(bytes: Uint8Array): Uint8Array {
  const result = new Uint8Array((bytes.length - 2) & ~1);
  for (let i = 0; i < result.length; i += 2) {
    result[i] = bytes[i + 3] as number;
    result[i + 1] = bytes[i + 2] as number;
  }
  return result;
}

/** ASCII text in UTF-16 has a zero in every second byte; other text has none at all. */
function looksLikeUtf16(bytes: Uint8Array): boolean {
  const sample = bytes.subarray(0, 256);
  let zeros = 0;
  for (let i = 1; i < sample.length; i += 2) if (sample[i] === 0) zeros++;
  return sample.length >= 4 && zeros > sample.length / 4;
}
