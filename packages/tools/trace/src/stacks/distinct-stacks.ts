import { ColumnStore } from "../model/column-store.ts";
import type { TraceProcess } from "../model/processes.ts";

const STACK_COLUMNS = {
  /** Index among the processes. */
  process: "u32",
  /** Its parts in the process and in the kernel, which come with many others. */
  user: "u32",
  kernel: "u32",
  /** Ticks of a sample. */
  time: "f64",
  /** Milliseconds of all samples. */
  weight: "f64",
} as const;

/** Stacks that differ, before their frames have names. */
export class DistinctStacks {
  readonly #processes: readonly TraceProcess[];
  readonly #stacks = new ColumnStore(STACK_COLUMNS);
  /** Open addressing; stacks are counted from 1. */
  #slots = new Uint32Array(1 << 11);

  constructor(processes: readonly TraceProcess[]) {
    this.#processes = processes;
  }

  get length(): number {
    return this.#stacks.length;
  }

  get user(): Uint32Array {
    return this.#stacks.columns.user;
  }

  get kernel(): Uint32Array {
    return this.#stacks.columns.kernel;
  }

  get time(): Float64Array {
    return this.#stacks.columns.time;
  }

  /** Milliseconds of all samples of each. */
  get weights(): Float64Array {
    return this.#stacks.columns.weight.subarray(0, this.length);
  }

  processOf(stack: number): TraceProcess {
    return this.#processes[this.#stacks.columns.process[stack] as number] as TraceProcess;
  }

  /** Puts in a sample. @returns the number of its stack */
  add({ index }: TraceProcess, user: number, kernel: number, time: number, weight: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash(index, user, kernel) & mask;
    let { columns } = this.#stacks;
    for (let entry = this.#slots[slot] as number; entry !== 0; entry = this.#slots[slot] as number) {
      const stack = entry - 1;
      if (columns.user[stack] === user && columns.kernel[stack] === kernel && columns.process[stack] === index) {
        columns.weight[stack]! += weight;
        return stack;
      }
      slot = (slot + 1) & mask;
    }
    const stack = this.#stacks.add();
    columns = this.#stacks.columns;
    columns.process[stack] = index;
    columns.user[stack] = user;
    columns.kernel[stack] = kernel;
    columns.time[stack] = time;
    columns.weight[stack] = weight;
    this.#slots[slot] = stack + 1;
    if (this.length * 2 > this.#slots.length) this.#rehash();
    return stack;
  }

  /** Stacks of one process behind each other: their frames are looked up once while it is its turn. */
  byProcess(): Uint32Array {
    const { process } = this.#stacks.columns;
    const starts = new Uint32Array(this.#processes.length + 1);
    for (let stack = 0; stack < this.length; stack++) starts[(process[stack] as number) + 1]!++;
    for (let index = 0; index < this.#processes.length; index++) starts[index + 1]! += starts[index] as number;
    const order = new Uint32Array(this.length);
    for (let stack = 0; stack < this.length; stack++) order[starts[process[stack] as number]!++] = stack;
    return order;
  }

  #rehash(): void {
    const { process, user, kernel } = this.#stacks.columns;
    this.#slots = new Uint32Array(this.#slots.length * 2);
    const mask = this.#slots.length - 1;
    for (let stack = 0; stack < this.length; stack++) {
      let slot = hash(process[stack] as number, user[stack] as number, kernel[stack] as number) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = stack + 1;
    }
  }
}

function hash(process: number, user: number, kernel: number): number {
  let value = Math.imul(user ^ 0x9e3779b1, 0x85ebca6b) ^ kernel;
  value = Math.imul(value ^ (value >>> 15), 0xc2b2ae35) ^ process;
  value = Math.imul(value ^ (value >>> 13), 0x27d4eb2f);
  return (value ^ (value >>> 16)) >>> 0;
}
