import { CALLING_CONVENTIONS, FURTHER_TYPES, POINTERS, QUALIFIERS, TAGS, TYPES } from "./codes.ts";
import { type Depth, MOST_REFERENCES, type NameCursor, UnreadableName } from "./name-cursor.ts";

/** A type is written around what it is the type of: `int (*` name `)(char)`. */
export interface Type {
  readonly before: string;
  readonly after: string;
}

const plain = (before: string): Type => ({ before, after: "" });

export function written({ before, after }: Type): string {
  return `${before}${after}`;
}

/** Reads the names that are in types. */
export interface NameReader {
  qualified(): string;
  unqualified(): string;
}

/** Reads the types in a decorated name. */
export class DecoratedTypes {
  readonly #cursor: NameCursor;
  readonly #depth: Depth;
  readonly #names: NameReader;
  /** Types of parameters, which a digit refers to. */
  #references: string[] = [];

  constructor(cursor: NameCursor, depth: Depth, names: NameReader) {
    this.#cursor = cursor;
    this.#depth = depth;
    this.#names = names;
  }

  /** Arguments of templates have references of their own. */
  apart<Result>(read: () => Result): Result {
    const outer = this.#references;
    this.#references = [];
    const result = read();
    this.#references = outer;
    return result;
  }

  type(): Type {
    return this.#depth.nested(() => {
      if (this.#cursor.take("?")) return this.#customType();
      if (this.#cursor.take("$$A")) return this.#functionType();
      if (this.#cursor.take("$$B")) return this.type();
      if (this.#cursor.take("$$C")) return this.#qualified(this.#qualifiers(), this.type());
      if (this.#cursor.take("$$T")) return plain("std::nullptr_t");
      if (this.#cursor.take("$$Q")) return this.#pointer("&&");
      if (this.#cursor.take("$$R")) return this.#pointer("&&volatile");
      if (this.#cursor.take("W")) {
        this.#cursor.expectDigit();
        return plain(`enum ${this.#names.qualified()}`);
      }
      if (this.#cursor.take("Y")) return this.#array();
      if (this.#cursor.take("_")) return plain(this.#cursor.known(FURTHER_TYPES));
      const code = this.#cursor.next;
      if (code in TAGS) {
        this.#cursor.takeOne();
        return plain(`${TAGS[code]} ${this.#names.qualified()}`);
      }
      if (code in POINTERS) {
        this.#cursor.takeOne();
        return this.#pointer(POINTERS[code] as string);
      }
      return plain(this.#cursor.known(TYPES));
    });
  }

  /** A type that only a compiler knows: `<auto>`. */
  #customType(): Type {
    const name = this.#names.unqualified();
    this.#cursor.expect("@");
    return plain(name);
  }

  /** What a pointer or reference leads to. */
  #pointer(sign: string): Type {
    let extra = "";
    while (/[EFI]/.test(this.#cursor.next)) if (this.#cursor.takeOne() === "I") extra += " __restrict";
    if (this.#cursor.take("6")) return this.#function(`${sign}${extra}`);
    if (this.#cursor.isNext("8")) return this.#memberFunction(`${sign}${extra}`);
    const member = /[QRST]/.test(this.#cursor.next) ? this.#memberQualifiers() : undefined;
    const qualifiers = member?.qualifiers ?? this.#qualifiers();
    const target = this.#qualified(qualifiers, this.type());
    const pointer = `${member ? `${member.of}::` : ""}${sign}${extra}`;
    if (target.after.startsWith("[")) return { before: `${target.before} (${pointer}`, after: `)${target.after}` };
    const space = /[*&]$/.test(target.before) ? "" : " ";
    return { before: `${target.before}${space}${pointer.trimEnd()}`, after: target.after };
  }

  #functionType(): Type {
    if (this.#cursor.isNext("8")) return this.#memberFunction("");
    this.#cursor.expect("6");
    return this.#function("");
  }

  /** A pointer to a member of data: its qualifiers, then the class. */
  #memberQualifiers(): { qualifiers: string; of: string } {
    const qualifiers = ["", "const", "volatile", "const volatile"]["QRST".indexOf(this.#cursor.takeOne())] as string;
    return { qualifiers, of: this.#names.qualified() };
  }

  #memberFunction(pointer: string): Type {
    this.#cursor.expect("8");
    const of = this.#names.qualified();
    const qualifiers = this.#thisQualifiers();
    const { before, after } = this.#function(pointer === "" ? "" : `${of}::${pointer}`);
    return { before, after: `${after}${qualifiers}` };
  }

  /** Calling convention, result and parameters, around the pointer to it. */
  #function(pointer: string): Type {
    const convention = this.#cursor.known(CALLING_CONVENTIONS);
    const result = this.#cursor.take("@") ? plain("") : this.#resultType();
    const parameters = this.#parameters();
    this.#throwSpecification();
    const declarator = pointer === "" ? convention : `(${convention} ${pointer.trimEnd()}`;
    const space = result.before === "" ? "" : " ";
    return {
      before: `${result.before}${space}${declarator}`,
      after: `${pointer === "" ? "" : ")"}(${parameters.join(", ")})${result.after}`,
    };
  }

  #resultType(): Type {
    return this.#cursor.take("?") ? this.#qualified(this.#qualifiers(), this.type()) : this.type();
  }

  #parameters(): string[] {
    if (this.#cursor.take("X")) return ["void"];
    const parameters: string[] = [];
    while (!this.#cursor.take("@")) {
      if (this.#cursor.take("Z")) return [...parameters, "..."];
      if (/[0-9]/.test(this.#cursor.next)) {
        const type = this.#references[Number(this.#cursor.takeOne())];
        if (type === undefined) throw new UnreadableName();
        parameters.push(type);
        continue;
      }
      const start = this.#cursor.position;
      const type = written(this.type());
      if (this.#cursor.position - start > 1 && this.#references.length < MOST_REFERENCES) this.#references.push(type);
      parameters.push(type);
    }
    return parameters;
  }

  #throwSpecification(): void {
    if (!this.#cursor.take("_E")) this.#cursor.expect("Z");
  }

  #array(): Type {
    const dimensions = this.#cursor.number();
    if (dimensions < 1n || dimensions > 64n) throw new UnreadableName();
    const sizes = Array.from({ length: Number(dimensions) }, () => `[${this.#cursor.number()}]`).join("");
    const element = this.#cursor.take("$$C") ? this.#qualified(this.#qualifiers(), this.type()) : this.type();
    return { before: element.before, after: `${sizes}${element.after}` };
  }

  /** `$$C`, `?` and pointers: the qualifiers of what follows. */
  #qualifiers(): string {
    return this.#cursor.known(QUALIFIERS);
  }

  #qualified(qualifiers: string, type: Type): Type {
    if (qualifiers === "") return type;
    const isPointer = /[*&]$/.test(type.before);
    return { before: `${type.before}${isPointer ? "" : " "}${qualifiers}`, after: type.after };
  }

  /** Of a member function: how `this` is qualified. */
  #thisQualifiers(): string {
    let reference = "";
    while (/[EFGHI]/.test(this.#cursor.next)) {
      const code = this.#cursor.takeOne();
      if (code === "G") reference = " &";
      if (code === "H") reference = " &&";
    }
    const qualifiers = this.#qualifiers();
    return `${qualifiers === "" ? "" : ` ${qualifiers}`}${reference}`;
  }

  /** What follows the name of a function, up to the type of its result. */
  #functionStart(): void {
    const kind = this.#cursor.takeOne();
    if (kind === "$") {
      this.#thunkStart();
      return;
    }
    if (!/[A-Z]/.test(kind)) throw new UnreadableName();
    const place = (kind.charCodeAt(0) - 65) & 7;
    // A to X are members, by access in groups of eight: two plain, two static, two virtual, two adjusting thunks.
    if (kind >= "Y") return;
    if (place >= 6) this.#cursor.number();
    if (place !== 2 && place !== 3) this.#thisQualifiers();
  }

  #thunkStart(): void {
    if (this.#cursor.take("B")) {
      this.#cursor.number();
      this.#cursor.expect("A");
      return;
    }
    const numbers = this.#cursor.take("R") ? 4 : 2;
    if (!/[0-5]/.test(this.#cursor.takeOne())) throw new UnreadableName();
    for (let i = 0; i < numbers; i++) this.#cursor.number();
    this.#thisQualifiers();
  }

  returnType(): Type {
    this.#functionStart();
    this.#cursor.known(CALLING_CONVENTIONS);
    return this.#resultType();
  }

  skipFunction(): void {
    if (this.#cursor.take("9")) return;
    const isVirtualCall = this.#cursor.isNext("$B");
    this.#functionStart();
    if (isVirtualCall) {
      this.#cursor.known(CALLING_CONVENTIONS);
      return;
    }
    this.#function("");
  }

  /** The type of a symbol, function or variable. */
  skipType(): void {
    const kind = this.#cursor.next;
    if (!/[0-8]/.test(kind)) {
      this.skipFunction();
      return;
    }
    this.#cursor.takeOne();
    if (kind >= "6") {
      this.#thisQualifiers();
      while (!this.#cursor.take("@")) this.#names.qualified();
      return;
    }
    if (kind >= "5") return;
    this.type();
    this.#thisQualifiers();
  }
}
