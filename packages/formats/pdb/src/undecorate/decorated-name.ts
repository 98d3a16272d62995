import {
  CALLING_CONVENTIONS,
  FURTHER_NAMES,
  FURTHER_TYPES,
  OPERATORS,
  POINTERS,
  QUALIFIERS,
  RUNTIME_TYPE_NAMES,
  SPECIAL_NAMES,
  TAGS,
  TYPES,
} from "./codes.ts";
import { NameCursor, UnreadableName } from "./name-cursor.ts";

/** Names nest no deeper than this: one that does is hostile. */
const MOST_DEPTH = 64;
/** References of one digit. */
const MOST_REFERENCES = 10;
/** A name that grows beyond this, by references to references, is cut off. */
const MOST_LENGTH = 1 << 16;

/** A type is written around what it is the type of: `int (*` name `)(char)`. */
interface Type {
  readonly before: string;
  readonly after: string;
}

const plain = (before: string): Type => ({ before, after: "" });

/** Reads a decorated name from its start on. One for each name, as parts refer to earlier parts. */
export class DecoratedName {
  readonly #cursor: NameCursor;
  #depth = 0;
  #names: string[] = [];
  #types: string[] = [];

  constructor(text: string) {
    this.#cursor = new NameCursor(text);
  }

  /** `?` and all that follows. @returns the qualified name, without types @throws UnreadableName */
  symbol(): string {
    return this.#nested(() => {
      this.#cursor.expect("?");
      if (this.#cursor.take("?_C@")) return "`string'";
      if (this.#cursor.take("?_R0")) {
        this.#cursor.take("?");
        const qualifier = this.#cursor.take("A") || !this.#cursor.take("B");
        return `${qualifier ? "" : "const "}${this.#type().before} \`RTTI Type Descriptor'`;
      }
      const { name, needsType } = this.#qualifiedName();
      return needsType ? `${name}${written(this.#returnType())}` : name;
    });
  }

  /** A name and its scopes, innermost first. */
  #qualifiedName(): { name: string; needsType: boolean } {
    const own = this.#unqualifiedName();
    const scopes: string[] = [];
    while (!this.#cursor.take("@")) scopes.unshift(this.#scope());
    const inner = scopes.at(-1) ?? "";
    const name = own === "?0" ? inner : own === "?1" ? `~${inner}` : own === "?B" ? "operator " : own;
    return { name: [...scopes, name].join("::"), needsType: own === "?B" };
  }

  #unqualifiedName(): string {
    const digit = this.#backReference();
    if (digit !== undefined) return digit;
    if (this.#cursor.take("?$")) return this.#template(true);
    return this.#cursor.take("?") ? this.#operator() : this.#remember(this.#cursor.simpleName());
  }

  /** `?0` and `?1` stand for constructor and destructor, `?B` for a conversion: their names come from elsewhere. */
  #operator(): string {
    if (this.#cursor.take("__")) return this.#furtherName();
    if (this.#cursor.take("_R")) return this.#runtimeTypeName();
    if (this.#cursor.take("_P")) return `\`udt returning'${this.#operator()}`;
    if (this.#cursor.take("_")) return this.#cursor.known(SPECIAL_NAMES);
    for (const own of ["0", "1", "B"]) if (this.#cursor.take(own)) return `?${own}`;
    return this.#cursor.known(OPERATORS);
  }

  #furtherName(): string {
    if (this.#cursor.take("E")) return `\`dynamic initializer for '${this.#initialized()}''`;
    if (this.#cursor.take("F")) return `\`dynamic atexit destructor for '${this.#initialized()}''`;
    if (this.#cursor.take("K")) return `operator ""${this.#cursor.simpleName()}`;
    return this.#cursor.known(FURTHER_NAMES);
  }

  /** A variable: by its decorated name, or its name in the scope that follows. */
  #initialized(): string {
    if (!this.#cursor.isNext("?")) return this.#remember(this.#cursor.simpleName());
    const name = this.symbol();
    this.#skipType();
    this.#cursor.take("@");
    return name;
  }

  #runtimeTypeName(): string {
    const isBaseClass = this.#cursor.isNext("1");
    const name = this.#cursor.known(RUNTIME_TYPE_NAMES);
    if (!isBaseClass) return name;
    const numbers = Array.from({ length: 4 }, () => this.#cursor.number());
    return `\`RTTI Base Class Descriptor at (${numbers.join(", ")})'`;
  }

  #scope(): string {
    const digit = this.#backReference();
    if (digit !== undefined) return digit;
    if (this.#cursor.take("?$")) return this.#template(true);
    if (this.#cursor.take("?A")) {
      this.#cursor.simpleName();
      return this.#remember("`anonymous namespace'");
    }
    if (!this.#cursor.take("?")) return this.#remember(this.#cursor.simpleName());
    // A scope inside a function: the number of the block, then the function.
    const block = this.#cursor.number();
    this.#cursor.expect("?");
    const outer = this.#names;
    const name = this.symbol();
    this.#skipFunction();
    this.#names = outer;
    return `\`${name}'::\`${block}'`;
  }

  /** Name and arguments, which have references of their own. */
  #template(remember: boolean): string {
    return this.#nested(() => {
      const [names, types] = [this.#names, this.#types];
      [this.#names, this.#types] = [[], []];
      const own = this.#cursor.take("?") ? this.#operator() : this.#remember(this.#cursor.simpleName());
      const args: string[] = [];
      while (!this.#cursor.take("@")) args.push(...this.#templateArgument());
      [this.#names, this.#types] = [names, types];
      const list = args.join(",");
      // A space keeps closing brackets apart, as Visual C++ writes them.
      const name = `${own}<${list}${list.endsWith(">") ? " " : ""}>`;
      return remember ? this.#remember(name) : name;
    });
  }

  #templateArgument(): string[] {
    for (const empty of ["$$$V", "$$V", "$$Z", "$S"]) if (this.#cursor.take(empty)) return [];
    // The value of a parameter `auto`: its type, then the value without the sign.
    const sign = this.#cursor.take("$M") ? "" : "$";
    if (sign === "") this.#type();
    if (this.#cursor.take(`${sign}0`)) return [`${this.#cursor.number()}`];
    const isPointer = this.#cursor.take(`${sign}1`);
    if (isPointer || this.#cursor.take("$E")) {
      const pointer = isPointer ? "&" : "";
      if (this.#cursor.take("@")) return ["nullptr"];
      const name = this.symbol();
      this.#skipType();
      return [`${pointer}${name}`];
    }
    if (this.#cursor.take("$F")) return [`{${this.#cursor.number()}, ${this.#cursor.number()}}`];
    if (this.#cursor.take("$G"))
      return [`{${this.#cursor.number()}, ${this.#cursor.number()}, ${this.#cursor.number()}}`];
    for (const [code, count] of [
      ["$H", 1],
      ["$I", 2],
      ["$J", 3],
    ] as const) {
      if (!this.#cursor.take(code)) continue;
      const name = this.#cursor.isNext("?") ? this.symbol() : "";
      if (name !== "") this.#skipType();
      const numbers = Array.from({ length: count }, () => this.#cursor.number());
      return [`{${[name, ...numbers].filter((part) => part !== "").join(", ")}}`];
    }
    return [written(this.#type())];
  }

  #type(): Type {
    return this.#nested(() => {
      if (this.#cursor.take("?")) return this.#customType();
      if (this.#cursor.take("$$A")) return this.#functionType();
      if (this.#cursor.take("$$B")) return this.#type();
      if (this.#cursor.take("$$C")) return this.#qualified(this.#qualifiers(), this.#type());
      if (this.#cursor.take("$$T")) return plain("std::nullptr_t");
      if (this.#cursor.take("$$Q")) return this.#pointer("&&");
      if (this.#cursor.take("$$R")) return this.#pointer("&&volatile");
      if (this.#cursor.take("W")) {
        this.#cursor.expectDigit();
        return plain(`enum ${this.#qualifiedName().name}`);
      }
      if (this.#cursor.take("Y")) return this.#array();
      if (this.#cursor.take("_")) return plain(this.#cursor.known(FURTHER_TYPES));
      const code = this.#cursor.next;
      if (code in TAGS) {
        this.#cursor.takeOne();
        return plain(`${TAGS[code]} ${this.#qualifiedName().name}`);
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
    const name = this.#unqualifiedName();
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
    const target = this.#qualified(qualifiers, this.#type());
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
    return { qualifiers, of: this.#qualifiedName().name };
  }

  #memberFunction(pointer: string): Type {
    this.#cursor.expect("8");
    const of = this.#qualifiedName().name;
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
    return this.#cursor.take("?") ? this.#qualified(this.#qualifiers(), this.#type()) : this.#type();
  }

  #parameters(): string[] {
    if (this.#cursor.take("X")) return ["void"];
    const parameters: string[] = [];
    while (!this.#cursor.take("@")) {
      if (this.#cursor.take("Z")) return [...parameters, "..."];
      if (/[0-9]/.test(this.#cursor.next)) {
        const type = this.#types[Number(this.#cursor.takeOne())];
        if (type === undefined) throw new UnreadableName();
        parameters.push(type);
        continue;
      }
      const start = this.#cursor.position;
      const type = written(this.#type());
      if (this.#cursor.position - start > 1 && this.#types.length < MOST_REFERENCES) this.#types.push(type);
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
    const element = this.#cursor.take("$$C") ? this.#qualified(this.#qualifiers(), this.#type()) : this.#type();
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

  #returnType(): Type {
    this.#functionStart();
    this.#cursor.known(CALLING_CONVENTIONS);
    return this.#resultType();
  }

  #skipFunction(): void {
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
  #skipType(): void {
    const kind = this.#cursor.next;
    if (!/[0-8]/.test(kind)) {
      this.#skipFunction();
      return;
    }
    this.#cursor.takeOne();
    if (kind >= "6") {
      this.#thisQualifiers();
      while (!this.#cursor.take("@")) this.#qualifiedName();
      return;
    }
    if (kind >= "5") return;
    this.#type();
    this.#thisQualifiers();
  }

  #backReference(): string | undefined {
    if (!/[0-9]/.test(this.#cursor.next)) return undefined;
    const name = this.#names[Number(this.#cursor.takeOne())];
    if (name === undefined) throw new UnreadableName();
    return name;
  }

  #remember(name: string): string {
    if (this.#names.length < MOST_REFERENCES && !this.#names.includes(name)) this.#names.push(name);
    return name;
  }

  #nested<Result extends string | Type>(read: () => Result): Result {
    if (++this.#depth > MOST_DEPTH) throw new UnreadableName();
    const result = read();
    this.#depth--;
    if (typeof result === "string" ? result.length > MOST_LENGTH : result.before.length > MOST_LENGTH)
      throw new UnreadableName();
    return result;
  }
}

function written({ before, after }: Type): string {
  return `${before}${after}`;
}
