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
  /** Frames of all rows, each from the outermost frame inwards. */
  #frames = new Int32Array(1 << 10);
  /** Where each row begins; one more at the end. */
  #starts = new Uint32Array(1 << 8);
  #rowCount = 1;
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
    const start = this.#starts[this.#rowCount] as number;
    const end = start + frames.length;
    if (end > this.#frames.length) this.#frames = grown(this.#frames, Int32Array, end);
    for (let i = 0; i < frames.length; i++) this.#frames[end - 1 - i] = frames[i] as number;
    const row = this.#rowCount++;
    if (this.#rowCount >= this.#starts.length) this.#starts = grown(this.#starts, Uint32Array, this.#rowCount + 1);
    this.#starts[this.#rowCount] = end;
    return row;
  }

  /** Puts in a stack by its rows. */
  put(stack: number, outer: number, inner: number): void {
    this.#outer[stack] = outer;
    this.#inner[stack] = inner;
    this.#order[this.#count++] = stack;
  }

  /** Puts the frames of a stack into an array, from the outermost inwards. @returns how many there are */
  read(stack: number, into: number[]): number {
    let count = 0;
    for (let part = 0; part < 2; part++) {
      const row = (part === 0 ? this.#outer[stack] : this.#inner[stack]) as number;
      const end = this.#starts[row + 1] as number;
      for (let at = this.#starts[row] as number; at < end; at++) into[count++] = this.#frames[at] as number;
    }
    return count;
  }

  depthOf(stack: number): number {
    return this.#lengthOf(this.#outer[stack] as number) + this.#lengthOf(this.#inner[stack] as number);
  }

  /** @param depth 0 for the outermost */
  frameAt(stack: number, depth: number): number {
    const outer = this.#outer[stack] as number;
    const inside = depth - this.#lengthOf(outer);
    const start = this.#starts[inside < 0 ? outer : (this.#inner[stack] as number)] as number;
    return this.#frames[start + (inside < 0 ? depth : inside)] as number;
  }

  innermost(stack: number): number {
    const inner = this.#inner[stack] as number;
    const row = inner === EMPTY_ROW ? (this.#outer[stack] as number) : inner;
    return this.#frames[(this.#starts[row + 1] as number) - 1] as number;
  }

  #lengthOf(row: number): number {
    return (this.#starts[row + 1] as number) - (this.#starts[row] as number);
  }

  get tree(): CallTree {
    this.#tree ??= this.#makeTree();
    return this.#tree;
  }

  #makeTree(): CallTree {
    const stacks = new StackTrie();
    const nodes = new Uint32Array(this.length);
    const ofRows = new Uint32Array(this.#rowCount);
    const push = (node: number, row: number) => {
      const end = this.#starts[row + 1] as number;
      let inner = node;
      for (let at = this.#starts[row] as number; at < end; at++) inner = stacks.push(inner, this.#frames[at] as number);
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

function grown<Type extends Int32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>(
  old: Type,
  make: new (length: number) => Type,
  least: number,
): Type {
  const larger = new make(Math.max(least, Math.ceil(old.length * 1.5)));
  larger.set(old);
  return larger;
}
