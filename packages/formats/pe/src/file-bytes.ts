import { AdkError, type Limits, limitExceeded, MemoryAccess, type RandomAccess } from "@adk/core";

const PAGE_BITS = 14;
const PAGE_SIZE = 1 << PAGE_BITS;
const PAGE_MASK = PAGE_SIZE - 1;
/** Pages that one fault brings at most: 1 MiB. */
const MOST_READ_AHEAD = 64;

/** Thrown where a parser touches a page that is not there yet; only `run` catches it. No stack: it is thrown often. */
const PAGE_FAULT = new Error("page fault");

/**
 * The bytes of a file for parsers that are plain synchronous functions. As in an operating system, a page is read when it is first
 * touched: the parser is ended by a page fault, the page is read, the parser runs again. Parsers therefore change nothing
 * outside before they are done.
 */
export class FileBytes {
  readonly access: RandomAccess;
  readonly limits: Limits;
  readonly #pages: (Uint8Array | undefined)[] = [];
  #faultPage = 0;
  #faultPages = 0;
  #loaded = 0;

  constructor(source: RandomAccess | Uint8Array, limits: Limits) {
    this.access = source instanceof Uint8Array ? new MemoryAccess(source) : source;
    this.limits = limits;
  }

  get name(): string {
    return this.access.name;
  }

  get size(): number {
    return this.access.size;
  }

  /**
   * Runs a parser until it has all the bytes that it asks for. Each further fault reads more ahead, so that structures that are
   * strewn over a large file cost few runs.
   */
  async run<T>(parse: () => T): Promise<T> {
    for (let ahead = 1; ; ahead = Math.min(ahead * 2, MOST_READ_AHEAD)) {
      try {
        return parse();
      } catch (error) {
        if (error !== PAGE_FAULT) throw error;
      }
      await this.#load(this.#faultPage, Math.max(ahead, this.#faultPages));
    }
  }

  async #load(first: number, count: number): Promise<void> {
    let page = first;
    const end = Math.min(first + count, Math.ceil(this.size / PAGE_SIZE));
    while (page < end && this.#pages[page]) page++;
    let last = page;
    while (last < end && !this.#pages[last]) last++;
    // Nothing to read would be the same fault for ever.
    if (page === last) this.#pastEnd(first * PAGE_SIZE, 1);
    const start = page * PAGE_SIZE;
    const bytes = await this.access.read(start, Math.min(last * PAGE_SIZE, this.size) - start);
    this.#loaded += bytes.length;
    if (this.#loaded > this.limits.memoryBytes) {
      throw limitExceeded("memoryBytes", this.#loaded, this.limits, { file: this.name, offset: start });
    }
    for (let at = 0; at < bytes.length; at += PAGE_SIZE) this.#pages[page++] = bytes.subarray(at, at + PAGE_SIZE);
  }

  #page(index: number): Uint8Array {
    const page = this.#pages[index];
    if (page) return page;
    this.#faultPage = index;
    this.#faultPages = 1;
    throw PAGE_FAULT;
  }

  /** @throws AdkError `UNEXPECTED_END` past the end of the file */
  u8(offset: number): number {
    const page = offset < this.size ? this.#page(offset >>> PAGE_BITS) : this.#pastEnd(offset, 1);
    return page[offset & PAGE_MASK] as number;
  }

  u16(offset: number): number {
    return this.u8(offset) | (this.u8(offset + 1) << 8);
  }

  u32(offset: number): number {
    const at = offset & PAGE_MASK;
    if (at > PAGE_SIZE - 4 || offset + 4 > this.size) {
      return (this.u16(offset) | (this.u16(offset + 2) << 16)) >>> 0;
    }
    const page = this.#page(offset >>> PAGE_BITS) as { readonly [index: number]: number };
    return (
      ((page[at] ?? 0) | ((page[at + 1] ?? 0) << 8) | ((page[at + 2] ?? 0) << 16) | ((page[at + 3] ?? 0) << 24)) >>> 0
    );
  }

  /** Exactly so many bytes: a view, or a copy where pages meet. @throws AdkError `UNEXPECTED_END` */
  view(offset: number, length: number): Uint8Array {
    if (offset + length > this.size) this.#pastEnd(offset, length);
    if (length === 0) return new Uint8Array();
    if (length > this.limits.memoryBytes) {
      throw limitExceeded("memoryBytes", length, this.limits, { file: this.name, offset });
    }
    const first = offset >>> PAGE_BITS;
    const at = offset & PAGE_MASK;
    if (at + length <= PAGE_SIZE) return this.#page(first).subarray(at, at + length);
    this.#require(first, (offset + length - 1) >>> PAGE_BITS);
    const copy = new Uint8Array(length);
    for (let index = first, done = 0; done < length; index++) {
      const from = index === first ? at : 0;
      const piece = this.#page(index).subarray(from, from + length - done);
      copy.set(piece, done);
      done += piece.length;
    }
    return copy;
  }

  /** One fault for all pages of a range. */
  #require(first: number, last: number): void {
    for (let index = first; index <= last; index++) {
      if (this.#pages[index]) continue;
      this.#faultPage = index;
      this.#faultPages = last - index + 1;
      throw PAGE_FAULT;
    }
  }

  /** Bytes up to a zero byte, the end of the file, or `most` bytes. */
  zeroTerminated(offset: number, most: number): Uint8Array {
    const end = Math.min(offset + most, this.size);
    if (offset >= end) return new Uint8Array();
    let at = offset;
    while (at < end) {
      const page = this.#page(at >>> PAGE_BITS);
      const from = at & PAGE_MASK;
      const zero = page.indexOf(0, from);
      if (zero >= 0) {
        at += zero - from;
        break;
      }
      at += page.length - from;
    }
    return this.view(offset, Math.min(at, end) - offset);
  }

  #pastEnd(offset: number, length: number): never {
    throw new AdkError("UNEXPECTED_END", "The data ends inside a structure.", {
      file: this.name,
      offset,
      expected: `${length} bytes`,
      found: `${Math.max(0, this.size - offset)} bytes`,
    });
  }
}
