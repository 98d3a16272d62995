import { FURTHER_NAMES, OPERATORS, RUNTIME_TYPE_NAMES, SPECIAL_NAMES } from "./codes.ts";
import { DecoratedTypes, written } from "./decorated-types.ts";
import { Depth, MOST_REFERENCES, NameCursor, UnreadableName } from "./name-cursor.ts";

/** Reads a decorated name from its start on. One for each name, as parts refer to earlier parts. */
export class DecoratedName {
  readonly #cursor: NameCursor;
  readonly #depth = new Depth();
  readonly #types: DecoratedTypes;
  /** Names, which a digit refers to. */
  #names: string[] = [];

  constructor(text: string) {
    this.#cursor = new NameCursor(text);
    this.#types = new DecoratedTypes(this.#cursor, this.#depth, {
      qualified: () => this.#qualifiedName().name,
      unqualified: () => this.#unqualifiedName(),
    });
  }

  /** `?` and all that follows. @returns the qualified name, without types @throws UnreadableName */
  symbol(): string {
    return this.#depth.nested(() => {
      this.#cursor.expect("?");
      if (this.#cursor.take("?_C@")) return "`string'";
      if (this.#cursor.take("?_R0")) {
        this.#cursor.take("?");
        const qualifier = this.#cursor.take("A") || !this.#cursor.take("B");
        return `${qualifier ? "" : "const "}${this.#types.type().before} \`RTTI Type Descriptor'`;
      }
      const { name, needsType } = this.#qualifiedName();
      return needsType ? `${name}${written(this.#types.returnType())}` : name;
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
    this.#types.skipType();
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
    this.#types.skipFunction();
    this.#names = outer;
    return `\`${name}'::\`${block}'`;
  }

  /** Name and arguments, which have references of their own. */
  #template(remember: boolean): string {
    return this.#depth.nested(() => {
      const names = this.#names;
      this.#names = [];
      const own = this.#cursor.take("?") ? this.#operator() : this.#remember(this.#cursor.simpleName());
      const args = this.#types.apart(() => {
        const found: string[] = [];
        while (!this.#cursor.take("@")) found.push(...this.#templateArgument());
        return found;
      });
      this.#names = names;
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
    if (sign === "") this.#types.type();
    if (this.#cursor.take(`${sign}0`)) return [`${this.#cursor.number()}`];
    const isPointer = this.#cursor.take(`${sign}1`);
    if (isPointer || this.#cursor.take("$E")) {
      const pointer = isPointer ? "&" : "";
      if (this.#cursor.take("@")) return ["nullptr"];
      const name = this.symbol();
      this.#types.skipType();
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
      if (name !== "") this.#types.skipType();
      const numbers = Array.from({ length: count }, () => this.#cursor.number());
      return [`{${[name, ...numbers].filter((part) => part !== "").join(", ")}}`];
    }
    return [written(this.#types.type())];
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
}
