import { AdkError, decodeUtf16, encodeUtf16 } from "@adk/core";

/** How the text of an answer file is stored. */
export interface TextEncodingInfo {
  /** `utf-8`, `utf-16le`, `utf-16be`, or a code page that the XML declaration names, as `windows-1252`. */
  readonly name: string;
  readonly bom: boolean;
}

export interface DecodedText {
  /** Without byte order mark. */
  readonly text: string;
  readonly encoding: TextEncodingInfo;
  /** Whether there were bytes that mean nothing in this encoding; U+FFFD stands for them in the text. */
  readonly damaged: boolean;
}

/** Single-byte code pages that an XML declaration may name and that the WHATWG encodings know. */
const CODE_PAGE = /^(?:us-ascii|iso-8859-\d{1,2}|windows-125\d)$/;
const DECLARED = /^<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z][\w.-]{0,40})["']/;

/** Reads text by its byte order mark, its first bytes or its XML declaration (XML 1.0, appendix F). Default: UTF-8. */
export function decodeText(bytes: Uint8Array): DecodedText {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return decodeAs(bytes.subarray(3), { name: "utf-8", bom: true });
  if (a === 0xff && b === 0xfe) return decodeAs(bytes.subarray(2), { name: "utf-16le", bom: true });
  if (a === 0xfe && b === 0xff) return decodeAs(bytes.subarray(2), { name: "utf-16be", bom: true });
  if (a === 0x3c && b === 0) return decodeAs(bytes, { name: "utf-16le", bom: false });
  if (a === 0 && b === 0x3c) return decodeAs(bytes, { name: "utf-16be", bom: false });
  const declared = declaredEncoding(new TextDecoder("latin1").decode(bytes.subarray(0, 256)));
  if (declared !== undefined && CODE_PAGE.test(declared)) return decodeAs(bytes, { name: declared, bom: false });
  return decodeAs(bytes, { name: "utf-8", bom: false });
}

/** The encoding that the XML declaration at the start of a text names, in lower case. */
export function declaredEncoding(text: string): string | undefined {
  return DECLARED.exec(text)?.[1]?.toLowerCase();
}

/** @throws AdkError `UNATTEND_NOT_ENCODABLE` for a character that the encoding does not have */
export function encodeText(text: string, { name, bom }: TextEncodingInfo): Uint8Array {
  if (name === "utf-8") return new TextEncoder().encode(bom ? `\ufeff${text}` : text);
  if (name === "utf-16le") return encodeUtf16(bom ? `\ufeff${text}` : text);
  if (name === "utf-16be") return swapPairs(encodeUtf16(bom ? `\ufeff${text}` : text));
  return encodeCodePage(text, name);
}

function decodeAs(bytes: Uint8Array, encoding: TextEncodingInfo): DecodedText {
  if (encoding.name === "utf-8") return decodeUtf8(bytes, encoding);
  if (encoding.name === "utf-16le" || encoding.name === "utf-16be") {
    const even = bytes.subarray(0, bytes.length & ~1);
    const text = decodeUtf16(encoding.name === "utf-16be" ? swapPairs(even) : even);
    return { text, encoding, damaged: even.length < bytes.length || !text.isWellFormed() };
  }
  try {
    return { text: new TextDecoder(encoding.name).decode(bytes), encoding, damaged: false };
  } catch {
    // A code page that has no decoder, as iso-8859-12.
    return { ...decodeUtf8(bytes, { name: "utf-8", bom: false }), damaged: true };
  }
}

function decodeUtf8(bytes: Uint8Array, encoding: TextEncodingInfo): DecodedText {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { text, encoding, damaged: false };
  } catch {
    return { text: new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes), encoding, damaged: true };
  }
}

function swapPairs(bytes: Uint8Array): Uint8Array {
  const swapped = new Uint8Array(bytes.length);
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    swapped[at] = bytes[at + 1] as number;
    swapped[at + 1] = bytes[at] as number;
  }
  return swapped;
}

function encodeCodePage(text: string, name: string): Uint8Array {
  const every = new TextDecoder(name).decode(Uint8Array.from({ length: 256 }, (_, byte) => byte));
  const byteOf = new Map([...every].map((character, byte) => [character, byte]));
  return Uint8Array.from(text, (character) => {
    const byte = byteOf.get(character);
    if (byte !== undefined) return byte;
    throw new AdkError("UNATTEND_NOT_ENCODABLE", `The file's encoding ${name} does not have this character.`, {
      found: character,
      hint: "Write it as a character reference (&#8364;), or store the file as UTF-8.",
    });
  });
}
