import { AdkError, upcase } from "@adk/core";

/** What an 8.3 name may hold besides letters and digits. */
const ALLOWED = /^[A-Z0-9!#$%&'()\-@^_`{}~]$/;
const MOST_TAIL = 999_999;
const SPACE = 0x20;

/** An 8.3 name as it is stored, and whether the long name says more than it. */
export interface ShortName {
  readonly bytes: Uint8Array;
  /** The long name is needed: the 8.3 name with its case bits does not give it back. */
  readonly needsLongName: boolean;
  /** Bits of the entry that show base or extension in lower case. */
  readonly lowerCase: number;
}

const LOWER_BASE = 0x08;
const LOWER_EXTENSION = 0x10;

/** Gives the names of one directory their 8.3 names, each one once. */
export class ShortNames {
  readonly #taken = new Set<string>();
  /** Per base, the next number to try: many files with like names do not make it slow. */
  readonly #next = new Map<string, number>();

  /** Names that are 8.3 names already are to come first: they must stay as they are. */
  add(name: string): ShortName {
    const plain = plainName(name);
    if (plain && !this.#taken.has(plain.key)) {
      this.#taken.add(plain.key);
      return plain.name;
    }
    const { base, extension } = basisOf(name);
    const start = `${base}.${extension}`;
    for (let tail = this.#next.get(start) ?? 1; tail <= MOST_TAIL; tail++) {
      const suffix = `~${tail}`;
      const numbered = base.slice(0, 8 - suffix.length) + suffix;
      const key = `${numbered}.${extension}`;
      if (this.#taken.has(key)) continue;
      this.#taken.add(key);
      this.#next.set(start, tail + 1);
      return { bytes: packed(numbered, extension), needsLongName: true, lowerCase: 0 };
    }
    throw new AdkError("FAT_DIRECTORY_FULL", "The 8.3 names of a directory are used up.", { found: name });
  }
}

/** Whether a name is an 8.3 name in itself. */
export function isPlainName(name: string): boolean {
  return plainName(name) !== undefined;
}

function plainName(name: string): { key: string; name: ShortName } | undefined {
  const match = /^([^.]{1,8})(?:\.([^.]{1,3}))?$/.exec(name);
  if (!match) return undefined;
  const [, base = "", extension = ""] = match;
  const [upperBase, upperExtension] = [base.toUpperCase(), extension.toUpperCase()];
  if (![...upperBase, ...upperExtension].every((character) => ALLOWED.test(character))) return undefined;
  if (upperBase.length !== base.length) return undefined;
  const isLower = (text: string) => text === text.toLowerCase() && text !== text.toUpperCase();
  const isUpper = (text: string) => text === text.toUpperCase();
  const uniform = (isLower(base) || isUpper(base)) && (isLower(extension) || isUpper(extension));
  const lowerCase = (isLower(base) ? LOWER_BASE : 0) | (isLower(extension) ? LOWER_EXTENSION : 0);
  const bytes = packed(upperBase, upperExtension);
  return {
    key: `${upperBase}.${upperExtension}`,
    name: { bytes, needsLongName: !uniform, lowerCase: uniform ? lowerCase : 0 },
  };
}

/** The basis of a numbered name (FAT specification 1.03, "Basis-Name Generation"): spaces and dots go, others become `_`. */
function basisOf(name: string): { base: string; extension: string } {
  const upper = upcase(name).replaceAll(" ", "").replace(/^\.+/, "");
  const dot = upper.lastIndexOf(".");
  const clean = (text: string) =>
    Array.from(text.replaceAll(".", ""), (character) => (ALLOWED.test(character) ? character : "_")).join("");
  const base = clean(dot < 0 ? upper : upper.slice(0, dot)).slice(0, 8) || "_";
  return { base, extension: dot < 0 ? "" : clean(upper.slice(dot + 1)).slice(0, 3) };
}

function packed(base: string, extension: string): Uint8Array {
  const bytes = new Uint8Array(11).fill(SPACE);
  new TextEncoder().encodeInto(base, bytes.subarray(0, 8));
  new TextEncoder().encodeInto(extension, bytes.subarray(8));
  return bytes;
}

/** Code page 437 from 0x80 on: what the 8.3 names of most disks were written in; the entry itself does not tell. */
const CODE_PAGE_437 =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";

/** `NAME.EXT` of the stored bytes, parts in lower case where the bits of the entry say so. */
export function shortNameText(bytes: Uint8Array, lowerCase = 0): string {
  const base = codePageText(bytes.subarray(0, 8));
  const extension = codePageText(bytes.subarray(8, 11));
  const shown = lowerCase & LOWER_BASE ? base.toLowerCase() : base;
  if (extension === "") return shown;
  return `${shown}.${lowerCase & LOWER_EXTENSION ? extension.toLowerCase() : extension}`;
}

function codePageText(bytes: Uint8Array): string {
  const characters = Array.from(bytes, (byte) =>
    byte < 0x80 ? String.fromCharCode(byte) : CODE_PAGE_437[byte - 0x80],
  );
  return characters.join("").replace(/ +$/, "");
}
