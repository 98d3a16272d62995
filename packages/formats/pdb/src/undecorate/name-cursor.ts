/** The name cannot be read. */
export class UnreadableName extends Error {}

/** References of one digit. */
export const MOST_REFERENCES = 10;

/** Names nest no deeper than this: one that does is hostile. */
const MOST_DEPTH = 64;
/** A name that grows beyond this, by references to references, cannot be read. */
const MOST_LENGTH = 1 << 16;

/** How deep names and types are nested, and how long they become. */
export class Depth {
  #depth = 0;

  /** @throws UnreadableName */
  nested<Result extends string | { readonly before: string }>(read: () => Result): Result {
    if (++this.#depth > MOST_DEPTH) throw new UnreadableName();
    const result = read();
    this.#depth--;
    const text = typeof result === "string" ? result : result.before;
    if (text.length > MOST_LENGTH) throw new UnreadableName();
    return result;
  }
}

/** Where a decorated name is read, and the pieces that all of its parts are made of. */
export class NameCursor {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get position(): number {
    return this.#at;
  }

  /** The next character, empty at the end. */
  get next(): string {
    return this.#text[this.#at] ?? "";
  }

  /** The next character, and past it. */
  takeOne(): string {
    return this.#text[this.#at++] ?? "";
  }

  /** A sign, then one digit for 1 to 10, or letters A to P for hexadecimal digits up to `@`. */
  number(): bigint {
    const sign = this.take("?") ? -1n : 1n;
    const first = this.next;
    if (/[0-9]/.test(first)) {
      this.#at++;
      return sign * (BigInt(first) + 1n);
    }
    let value = 0n;
    for (let digits = 0; !this.take("@"); digits++) {
      const digit = this.#text.charCodeAt(this.#at++) - 65;
      if (!(digit >= 0 && digit < 16) || digits > 16) throw new UnreadableName();
      value = value * 16n + BigInt(digit);
    }
    return sign * value;
  }

  /** Text up to `@`. */
  simpleName(): string {
    const end = this.#text.indexOf("@", this.#at);
    if (end <= this.#at) throw new UnreadableName();
    const name = this.#text.slice(this.#at, end);
    this.#at = end + 1;
    return name;
  }

  /** What the next character stands for. */
  known(codes: Readonly<Record<string, string>>): string {
    const meaning = codes[this.next];
    if (meaning === undefined) throw new UnreadableName();
    this.#at++;
    return meaning;
  }

  isNext(text: string): boolean {
    return this.#text.startsWith(text, this.#at);
  }

  take(text: string): boolean {
    if (!this.isNext(text)) return false;
    this.#at += text.length;
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) throw new UnreadableName();
  }

  expectDigit(): void {
    if (!/[0-7]/.test(this.takeOne())) throw new UnreadableName();
  }
}
