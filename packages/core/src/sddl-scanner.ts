import { fromHex, toHex } from "./bytes.ts";
import { AdkError } from "./errors.ts";
import { matchSid, type Sid } from "./sid.ts";
import { sidFromAlias, sidToAlias } from "./well-known-sids.ts";

/** Walks through SDDL text; errors tell the character at which they were found. */
export class SddlScanner {
  readonly text: string;
  /** SID of the domain that aliases such as `DA` belong to. */
  readonly domain: Sid | undefined;
  position = 0;

  constructor(text: string, domain?: Sid) {
    this.text = text;
    this.domain = domain;
  }

  get done(): boolean {
    return this.position >= this.text.length;
  }

  /** Passes over what a sticky expression matches here. */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.position += found.length;
    return found;
  }

  skipSpace(): this {
    this.match(/\s*/y);
    return this;
  }

  /** Passes over a symbol, and the space before it, if it stands here. */
  accept(symbol: string): boolean {
    this.skipSpace();
    if (!this.text.startsWith(symbol, this.position)) return false;
    this.position += symbol.length;
    return true;
  }

  expect(symbol: string): this {
    if (!this.accept(symbol)) throw this.error(`A ${symbol} is missing.`);
    return this;
  }

  /** A SID or its alias. */
  sid(): Sid {
    const found = matchSid(this.skipSpace().text, this.position);
    if (found) {
      this.position = found.end;
      return found.sid;
    }
    const alias = this.match(/[A-Z]{2}/iy);
    if (alias === undefined) throw this.error("A SID is missing.");
    return sidFromAlias(alias, this.domain);
  }

  /** Bytes as `#0a1b`; a `#` among the digits stands for a 0, as Windows takes it. */
  octets(): Uint8Array<ArrayBuffer> {
    const digits = this.match(/#[0-9a-f#]*/iy)
      ?.slice(1)
      .replaceAll("#", "0");
    if (digits === undefined || digits.length % 2 !== 0) throw this.error("Pairs of hexadecimal digits are missing.");
    return fromHex(digits);
  }

  error(message: string): AdkError {
    return new AdkError("SDDL_SYNTAX", message, {
      offset: this.position,
      found: this.text.slice(this.position, this.position + 40) || "the end",
    });
  }
}

export function formatSid(sid: Sid): string {
  return sidToAlias(sid) ?? sid;
}

export function formatOctets(bytes: Uint8Array): string {
  return `#${toHex(bytes)}`;
}

/** Letters, digits and `:./_` stand for themselves, everything else is `%` and four hexadecimal digits. */
export function escapeName(name: string): string {
  return name.replace(/[^\p{L}\p{N}:./_]|[\u{10000}-\u{10ffff}]/gu, (found) => {
    return Array.from(found.split(""), (unit) => `%${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
  });
}

export function unescapeName(text: string): string {
  return text.replace(/%([0-9a-f]{4})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}
