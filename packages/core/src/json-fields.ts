import { AdkError } from "./errors.ts";

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Takes the fields of a JSON object that comes from outside, each checked. All throw an `AdkError` of the given code that
 * names the field, what was expected, and what is there.
 */
export class JsonFields {
  readonly #record: Readonly<Record<string, unknown>>;
  readonly #code: string;
  /** Where the object is in the one that was read: `host.`. */
  readonly #prefix: string;

  constructor(value: unknown, code: string, prefix = "") {
    this.#code = code;
    this.#prefix = prefix;
    if (!isRecord(value)) throw this.bad("a JSON object", value);
    this.#record = value;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#record, name);
  }

  /** @param most UTF-16 code units */
  text(name: string, most: number): string {
    const value = this.#get(name);
    if (typeof value !== "string" || value.length > most)
      throw this.bad(`text of at most ${most} characters`, value, name);
    return value;
  }

  matching(name: string, pattern: RegExp): string {
    const value = this.#get(name);
    if (typeof value !== "string" || !pattern.test(value)) throw this.bad(`text like ${pattern.source}`, value, name);
    return value;
  }

  oneOf<Value extends string>(name: string, values: readonly Value[]): Value {
    const value = this.#get(name);
    const found = values.find((each) => each === value);
    if (found === undefined) throw this.bad(values.join(" or "), value, name);
    return found;
  }

  whole(name: string, most = Number.MAX_SAFE_INTEGER, least = 0): number {
    const value = this.#get(name);
    if (typeof value !== "number" || !Number.isInteger(value) || value < least || value > most) {
      throw this.bad(`a whole number from ${least} to ${most}`, value, name);
    }
    return value;
  }

  /** A 64-bit number without sign: as text, since JSON numbers have only 53 bits. */
  wholeText(name: string): bigint {
    const value = BigInt(this.matching(name, /^\d{1,20}$/));
    if (value > 0xffff_ffff_ffff_ffffn) throw this.bad("a 64-bit number", String(value), name);
    return value;
  }

  flag(name: string): boolean {
    const value = this.#get(name);
    if (typeof value !== "boolean") throw this.bad("true or false", value, name);
    return value;
  }

  /** Bytes in base64. */
  bytes(name: string, most: number): Uint8Array<ArrayBuffer> {
    const text = this.matching(name, /^[A-Za-z0-9+/]*={0,2}$/);
    const bytes = new Uint8Array(Buffer.from(text, "base64"));
    if (text.length % 4 !== 0 || bytes.length > most) throw this.bad(`base64 of at most ${most} bytes`, text, name);
    return bytes;
  }

  nested(name: string): JsonFields {
    return new JsonFields(this.#get(name), this.#code, `${this.#prefix}${name}.`);
  }

  list(name: string, most: number): JsonFields[] {
    const value = this.#get(name);
    if (!Array.isArray(value) || value.length > most) throw this.bad(`a list of at most ${most}`, value, name);
    return value.map((each, i) => new JsonFields(each, this.#code, `${this.#prefix}${name}[${i}].`));
  }

  bad(expected: string, found: unknown, name = ""): AdkError {
    const field = `${this.#prefix}${name}`.replace(/\.$/, "");
    const shown = found === undefined ? "nothing" : (JSON.stringify(found) ?? typeof found).slice(0, 80);
    return new AdkError(this.#code, `What is read is not what it should be${field && `: ${field}`}.`, {
      expected,
      found: shown,
    });
  }

  #get(name: string): unknown {
    return this.has(name) ? this.#record[name] : undefined;
  }
}
