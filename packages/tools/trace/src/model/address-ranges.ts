import { countWhile } from "@adk/core";
/** Ranges of addresses that do not overlap: what of a space is in use. */
export class AddressRanges {
  /** In the order of their starts. */
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  #total = 0;

  /** Bytes. */
  get total(): number {
    return this.#total;
  }

  /** What was in before stays in. */
  add(start: number, size: number): void {
    if (size <= 0) return;
    let [from, to] = [start, start + size];
    const first = countWhile(this.#ends.length, (i) => (this.#ends[i] as number) < start);
    let last = first;
    while (last < this.#starts.length && (this.#starts[last] as number) <= to) {
      from = Math.min(from, this.#starts[last] as number);
      to = Math.max(to, this.#ends[last] as number);
      last++;
    }
    this.#replace(first, last, [[from, to]]);
  }

  /** What is not in is no matter. */
  remove(start: number, size: number): void {
    if (size <= 0) return;
    const end = start + size;
    const first = countWhile(this.#ends.length, (i) => (this.#ends[i] as number) < start);
    let last = first;
    const rest: [number, number][] = [];
    while (last < this.#starts.length && (this.#starts[last] as number) < end) {
      const [from, to] = [this.#starts[last] as number, this.#ends[last] as number];
      if (from < start) rest.push([from, Math.min(to, start)]);
      if (to > end) rest.push([Math.max(from, end), to]);
      last++;
    }
    this.#replace(first, last, rest);
  }

  #replace(first: number, last: number, ranges: readonly (readonly [number, number])[]): void {
    for (let i = first; i < last; i++) this.#total -= (this.#ends[i] as number) - (this.#starts[i] as number);
    for (const [from, to] of ranges) this.#total += to - from;
    const starts = ranges.map(([from]) => from);
    const ends = ranges.map(([, to]) => to);
    this.#starts.splice(first, last - first, ...starts);
    this.#ends.splice(first, last - first, ...ends);
  }
}
