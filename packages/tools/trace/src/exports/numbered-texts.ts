/** Texts by number, in the order in which they first came: what formats keep instead of a text in many places. */
export class NumberedTexts {
  readonly #numbers = new Map<string, number>();

  constructor(first: readonly string[] = []) {
    for (const text of first) this.number(text);
  }

  get size(): number {
    return this.#numbers.size;
  }

  get all(): Iterable<string> {
    return this.#numbers.keys();
  }

  number(text: string): number {
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(text, number);
    }
    return number;
  }
}
