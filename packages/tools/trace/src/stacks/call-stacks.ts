import { EMPTY_STACK, StackTrie } from "../model/stack-trie.ts";

/** Stacks as a tree: callers come before what they call. */
export interface CallTree {
  /** "Addresses" are numbers of frames. */
  readonly stacks: StackTrie;
  /** By number of the stack: the node of its innermost frame. Stacks of the same functions have the same. */
  readonly nodes: Uint32Array;
}

/** The row of no frames. */
export const EMPTY_ROW = 0;

/**
 * Stacks as rows of frames. A stack has an outer row (the process, and its own code) and an inner one (code of the kernel), which many
 * stacks share. The tree of them all can be many times as large: it is made for those that need it.
 */
export class CallStacks {
  readonly #rows = new FrameRows();
  readonly #outer: Uint32Array;
  readonly #inner: Uint32Array;
  /** In the order in which they were put in. */
  readonly #order: Uint32Array;
  #count = 0;
  #tree: CallTree | undefined;

  /** @param length how many stacks there will be */
  constructor(length: number) {
    this.#outer = new Uint32Array(length);
    this.#inner = new Uint32Array(length);
    this.#order = new Uint32Array(length);
  }

  get length(): number {
    return this.#order.length;
  }

  /** @param frames from the innermost outwards @returns its number */
  addRow(frames: readonly number[]): number {
    return this.#rows.add(frames);
  }

  /** Puts in a stack by its rows. */
  put(stack: number, outer: number, inner: number): void {
    this.#outer[stack] = outer;
    this.#inner[stack] = inner;
    this.#order[this.#count++] = stack;
  }

  /** Puts the frames of a stack into an array, from the outermost inwards. @returns how many there are */
  read(stack: number, into: number[]): number {
    const outer = this.#rows.read(this.#outer[stack] as number, into, 0);
    return this.#rows.read(this.#inner[stack] as number, into, outer);
  }

  depthOf(stack: number): number {
    return this.#rows.lengthOf(this.#outer[stack] as number) + this.#rows.lengthOf(this.#inner[stack] as number);
  }

  /** @param depth 0 for the outermost */
  frameAt(stack: number, depth: number): number {
    const outer = this.#outer[stack] as number;
    const inside = depth - this.#rows.lengthOf(outer);
    return inside < 0 ? this.#rows.at(outer, depth) : this.#rows.at(this.#inner[stack] as number, inside);
  }

  innermost(stack: number): number {
    return this.frameAt(stack, this.depthOf(stack) - 1);
  }

  get tree(): CallTree {
    this.#tree ??= this.#makeTree();
    return this.#tree;
  }

  #makeTree(): CallTree {
    const stacks = new StackTrie();
    const nodes = new Uint32Array(this.length);
    const ofRows = new Uint32Array(this.#rows.count);
    const frames: number[] = [];
    const push = (node: number, row: number) => {
      const count = this.#rows.read(row, frames, 0);
      let inner = node;
      for (let i = 0; i < count; i++) inner = stacks.push(inner, frames[i] as number);
      return inner;
    };
    for (const stack of this.#order) {
      const outer = this.#outer[stack] as number;
      ofRows[outer] ||= push(EMPTY_STACK, outer);
      nodes[stack] = push(ofRows[outer], this.#inner[stack] as number);
    }
    return { stacks, nodes };
  }
}

/** Frames of a block of rows, which is made at once: 4 MiB, more where a row is longer. */
const BLOCK_FRAMES = 1 << 20;

/** Rows of frames, each from the outermost frame inwards. The first one is empty. */
class FrameRows {
  readonly #blocks: Int32Array[] = [];
  #room = 0;
  /** Of each row: its block, its place there, and how many frames it has. */
  #places = new Uint32Array(3 << 8);
  count = 1;

  /** @param frames from the innermost outwards @returns its number */
  add(frames: readonly number[]): number {
    if (frames.length > this.#room) {
      this.#room = Math.max(BLOCK_FRAMES, frames.length);
      this.#blocks.push(new Int32Array(this.#room));
    }
    const block = this.#blocks.at(-1) as Int32Array;
    const start = block.length - this.#room;
    const last = start + frames.length - 1;
    for (let i = 0; i < frames.length; i++) block[last - i] = frames[i] as number;
    this.#room -= frames.length;
    if ((this.count + 1) * 3 > this.#places.length) {
      const places = new Uint32Array(this.#places.length * 2);
      places.set(this.#places);
      this.#places = places;
    }
    const at = this.count * 3;
    this.#places[at] = this.#blocks.length - 1;
    this.#places[at + 1] = start;
    this.#places[at + 2] = frames.length;
    return this.count++;
  }

  lengthOf(row: number): number {
    return this.#places[row * 3 + 2] as number;
  }

  at(row: number, depth: number): number {
    const block = this.#blocks[this.#places[row * 3] as number] as Int32Array;
    return block[(this.#places[row * 3 + 1] as number) + depth] as number;
  }

  /** Puts a row into an array, from a place on. @returns the place behind it */
  read(row: number, into: number[], from: number): number {
    const count = this.lengthOf(row);
    if (count === 0) return from;
    const block = this.#blocks[this.#places[row * 3] as number] as Int32Array;
    const start = this.#places[row * 3 + 1] as number;
    for (let i = 0; i < count; i++) into[from + i] = block[start + i] as number;
    return from + count;
  }
}
