import { AdkError, decodeUtf16 } from "@adk/core";
import { REG_FILE_HEADER_4 } from "./reg-file.ts";

/** The ANSI code pages of Windows and what the Encoding Standard calls them. */
const CODE_PAGES: ReadonlyMap<number, string> = new Map([
  [874, "windows-874"],
  [932, "shift_jis"],
  [936, "gbk"],
  [949, "euc-kr"],
  [950, "big5"],
  ...Array.from({ length: 9 }, (_, i) => [1250 + i, `windows-${1250 + i}`] as const),
  [65001, "utf-8"],
]);

/** Western European: what regedit wrote on most machines that wrote version 4. */
export const DEFAULT_CODE_PAGE = 1252;

/** Text in an ANSI code page of Windows. @throws AdkError `REG_UNKNOWN_CODE_PAGE` */
export function ansiDecoder(codePage: number): (bytes: Uint8Array) => string {
  const label = CODE_PAGES.get(codePage);
  if (label === undefined) {
    throw new AdkError("REG_UNKNOWN_CODE_PAGE", `Code page ${codePage} is not known.`, {
      kind: "usage",
      expected: [...CODE_PAGES.keys()].join(", "),
    });
  }
  const decoder = new TextDecoder(label, { ignoreBOM: true });
  return (bytes) => decoder.decode(bytes);
}

/**
 * The text of a `.reg` file without its byte order mark. regedit writes UTF-16LE with a mark (version 5) or the ANSI code page
 * of the machine (version 4); people and other tools write UTF-8, with a mark or without.
 *
 * @param codePage of text without a mark; without it, version 5 is tried as UTF-8 first and then as code page 1252
 */
export function decodeRegText(bytes: Uint8Array, codePage: number | undefined): string {
  const [first, second, third] = bytes;
  if (first === 0xff && second === 0xfe) return withoutMark(decodeUtf16(bytes));
  if (first === 0xfe && second === 0xff) return withoutMark(new TextDecoder("utf-16be").decode(bytes));
  if (first === 0xef && second === 0xbb && third === 0xbf) return withoutMark(new TextDecoder().decode(bytes));
  if (first !== undefined && first !== 0 && second === 0) return decodeUtf16(bytes);
  if (codePage === undefined && !startsWith(bytes, REG_FILE_HEADER_4)) {
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      // No UTF-8, then it is of a machine's code page.
    }
  }
  return ansiDecoder(codePage ?? DEFAULT_CODE_PAGE)(bytes);
}

/** Some tools put a second mark before the one that is there. */
function withoutMark(text: string): string {
  let start = 0;
  while (text.charCodeAt(start) === 0xfeff) start++;
  return start === 0 ? text : text.slice(start);
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return Buffer.from(bytes.subarray(0, text.length)).toString("latin1") === text;
}
