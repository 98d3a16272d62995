import { lastAtMost } from "@adk/core";
import { cString } from "./pdb-stream.ts";
import { sortedOrder } from "./radix-sort.ts";
import type { SectionMap } from "./section-map.ts";
import { visitSymbols } from "./symbol-record.ts";
import { undecorate } from "./undecorate/undecorate.ts";

/** A function, or another place in code that has a name. */
export interface CodeSymbol {
  /** As C++ writes it, without parameters: `std::vector<int>::push_back`. */
  readonly name: string;
  /** As the linker knows it, where it is stored so: `?push_back@...`. */
  readonly decoratedName: string;
  /** Relative virtual address. */
  readonly address: number;
  /** Bytes of code; 0 where only the beginning is known, as of public symbols. */
  readonly size: number;
}

/** Symbols as they come out of streams. */
export class SymbolCollector {
  readonly sources: Uint8Array[] = [];
  addresses = new Uint32Array(1024);
  sizes = new Uint32Array(1024);
  /** Which of `sources` the name is in, and where. */
  nameSources = new Uint32Array(1024);
  namePlaces = new Uint32Array(1024);
  count = 0;

  /** Takes the code among the symbols of one stream. */
  add(bytes: Uint8Array, from: number, to: number, sections: SectionMap): void {
    const source = this.sources.push(bytes) - 1;
    visitSymbols(bytes, from, to, (section, offset, size, isCode, nameAt) => {
      if (!isCode && !sections.isExecutable(section)) return;
      const address = sections.address(section, offset);
      if (address >= 0) this.#put(address, size, source, nameAt);
    });
  }

  #put(address: number, size: number, source: number, nameAt: number): void {
    const at = this.count++;
    if (at === this.addresses.length) this.#grow();
    this.addresses[at] = address;
    this.sizes[at] = size;
    this.nameSources[at] = source;
    this.namePlaces[at] = nameAt;
  }

  #grow(): void {
    const larger = (old: Uint32Array<ArrayBuffer>) => {
      const grown = new Uint32Array(old.length * 2);
      grown.set(old);
      return grown;
    };
    this.addresses = larger(this.addresses);
    this.sizes = larger(this.sizes);
    this.nameSources = larger(this.nameSources);
    this.namePlaces = larger(this.namePlaces);
  }
}

/** The code of an image by address. Where several symbols begin at one address, the first that came is found. */
export class SymbolTable {
  readonly #sources: readonly Uint8Array[];
  readonly #addresses: Uint32Array;
  readonly #sizes: Uint32Array;
  readonly #nameSources: Uint32Array;
  readonly #namePlaces: Uint32Array;

  constructor(symbols: SymbolCollector) {
    const order = sortedOrder(symbols.addresses.subarray(0, symbols.count));
    const ordered = (column: Uint32Array) => {
      const sorted = new Uint32Array(order.length);
      for (let i = 0; i < order.length; i++) sorted[i] = column[order[i] as number] as number;
      return sorted;
    };
    this.#sources = symbols.sources;
    this.#addresses = ordered(symbols.addresses);
    this.#sizes = ordered(symbols.sizes);
    this.#nameSources = ordered(symbols.nameSources);
    this.#namePlaces = ordered(symbols.namePlaces);
  }

  get count(): number {
    return this.#addresses.length;
  }

  /**
   * Index of the symbol whose code an address is in, or, where ends are not known, of the last one before it.
   *
   * @param address relative virtual address
   * @returns -1 before the first, and behind the end of a function after which nothing is known
   */
  indexOf(address: number): number {
    const addresses = this.#addresses;
    let i = lastAtMost(addresses, address);
    if (i < 0) return -1;
    const start = addresses[i] as number;
    while (i > 0 && addresses[i - 1] === start) i--;
    const size = this.#sizes[i] as number;
    return size > 0 && address >= start + size ? -1 : i;
  }

  /** The symbol at an index of 0 to `count` - 1; they ascend by address. */
  at(index: number): CodeSymbol {
    const source = this.#sources[this.#nameSources[index] as number] as Uint8Array;
    const decoratedName = cString(source, this.#namePlaces[index] as number);
    return {
      name: undecorate(decoratedName),
      decoratedName,
      address: this.#addresses[index] as number,
      size: this.#sizes[index] as number,
    };
  }

  /** @see indexOf */
  find(address: number): CodeSymbol | undefined {
    const index = this.indexOf(address);
    return index < 0 ? undefined : this.at(index);
  }

  *[Symbol.iterator](): Generator<CodeSymbol> {
    for (let i = 0; i < this.count; i++) yield this.at(i);
  }
}
