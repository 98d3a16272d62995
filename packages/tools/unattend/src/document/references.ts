import type { XmlProblem } from "./tree.ts";

const PREDEFINED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const REFERENCE = /&(?:#x([0-9A-Fa-f]{1,6});|#(\d{1,7});|([A-Za-z_][\w.-]{0,63});)?/g;

/**
 * Replaces the references of a piece of text. Only the five entities that XML defines and characters by number are known: entities
 * of a document type are never expanded.
 *
 * @param at offset of the piece in the file
 */
export function decodeReferences(raw: string, at: number, report: (problem: XmlProblem) => void): string {
  if (!raw.includes("&")) return raw;
  return raw.replace(REFERENCE, (whole, hexadecimal, decimal, name, offset: number) => {
    const start = at + offset;
    const end = start + whole.length;
    if (name !== undefined) {
      const known = PREDEFINED[name];
      if (known === undefined) {
        const message = `The entity &${name}; is not defined. XML knows &amp; &lt; &gt; &quot; &apos; alone.`;
        report({ code: "unknown-entity", message, start, end });
      }
      return known ?? whole;
    }
    if (whole === "&") {
      const message = "A bare & is not allowed in XML: write &amp;.";
      report({ code: "bare-ampersand", message, start, end, replacement: "&amp;" });
      return whole;
    }
    const code = Number.parseInt(hexadecimal ?? decimal, hexadecimal === undefined ? 10 : 16);
    if (isXmlCharacter(code)) return String.fromCodePoint(code);
    report({ code: "bad-reference", message: `${whole} is no character of XML.`, start, end });
    return "\ufffd";
  });
}

/** XML 1.0, production 2. */
function isXmlCharacter(code: number): boolean {
  if (code < 0x20) return code === 9 || code === 10 || code === 13;
  return code < 0xd800 || (code > 0xdfff && code < 0xfffe) || (code > 0xffff && code <= 0x10ffff);
}

/** As the text of an element. A CR must be a reference, else a reader makes LF of it. */
export function escapeText(value: string): string {
  return value.replace(/[&<>\r]/g, (character) => ESCAPES[character] as string);
}

/** As the value of an attribute in double quotes. */
export function escapeAttribute(value: string): string {
  return value.replace(/[&<>"\r\n\t]/g, (character) => ESCAPES[character] as string);
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\r": "&#13;",
  "\n": "&#10;",
  "\t": "&#9;",
};
