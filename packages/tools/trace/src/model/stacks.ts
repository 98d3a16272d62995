import type { TraceClock } from "@adk/etl";
import type { CompiledLayout } from "@adk/event-schema";
import { isKernelAddress, readAddress } from "./address.ts";
import { ColumnStore } from "./column-store.ts";
import type { Collector, EventCursor, EventHandler } from "./event-pass.ts";
import { RawTime } from "./raw-time.ts";
import { StackMemo } from "./stack-memo.ts";
import { EMPTY_STACK, StackTrie } from "./stack-trie.ts";

/** Payload of a stack event: the time of its event, process, thread, then addresses from the innermost frame outwards, or a key. */
const EVENT_TIME = 0;
const THREAD = 12;
const ADDRESSES = 16;

/** How many stacks were found for their events, and how many not. */
export interface StackCounts {
  readonly references: number;
  /** By a key that no event of the trace defines. */
  readonly unresolved: number;
}

/**
 * Call stacks of events. They are events of their own, behind the event that they belong to: its time and thread say which. The part
 * in the kernel and the part in the process come apart; either may be a key, whose frames come later still.
 */
export class Stacks implements Collector {
  readonly trie = new StackTrie();
  readonly #memo = new StackMemo();
  readonly #rawTime: RawTime;
  readonly #references = new ColumnStore({ time: "f64", key: "f64", thread: "u32", stack: "u32", at: "f64" });
  /** By key: when its frames became known, and which they are. */
  readonly #definitions = new Map<number, { readonly time: number; readonly stack: number }[]>();
  /** Rows of the references in the order of their events' times, once all have passed. */
  #times = new Float64Array(0);
  #threads = new Uint32Array(0);
  #parts = new Uint32Array(0);
  #unresolved = 0;
  readonly #joined = new Map<number, Map<number, number>>();

  readonly handlers = {
    "Windows Kernel/StackWalk/Stack": (_: CompiledLayout) => (event: EventCursor) => this.#stack(event),
    "Windows Kernel/StackWalk/StackKeyKernel": (_: CompiledLayout) => this.#reference,
    "Windows Kernel/StackWalk/StackKeyUser": (_: CompiledLayout) => this.#reference,
    "Windows Kernel/StackWalk/KeyCreate": (_: CompiledLayout) => this.#definition,
    "Windows Kernel/StackWalk/KeyDelete": (_: CompiledLayout) => this.#definition,
    "Windows Kernel/StackWalk/KeyRundown": (_: CompiledLayout) => this.#definition,
  };

  constructor(clock: TraceClock) {
    this.#rawTime = new RawTime(clock);
  }

  get counts(): StackCounts {
    return { references: this.#references.length, unresolved: this.#unresolved };
  }

  /**
   * The stack of an event, its frames in the kernel innermost. `EMPTY_STACK` where there is none.
   *
   * @param time ticks of the event
   */
  at(time: number, threadId: number): number {
    const { user, kernel } = this.partsAt(time, threadId);
    return this.#join(user, kernel);
  }

  /** The part in the process and the part in the kernel, which are not put together: the same ones come with many others. */
  partsAt(time: number, threadId: number): { readonly user: number; readonly kernel: number } {
    const times = this.#times;
    let [low, high] = [0, times.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((times[middle] as number) < time) low = middle + 1;
      else high = middle;
    }
    let [kernel, user] = [EMPTY_STACK, EMPTY_STACK];
    for (let i = low; i < times.length && times[i] === time; i++) {
      const part = this.#parts[i] as number;
      if (this.#threads[i] !== threadId || part === EMPTY_STACK) continue;
      if (isKernelAddress(this.trie.addressOf(part), 8)) kernel = part;
      else user = part;
    }
    return { user, kernel };
  }

  readonly finish = (): void => {
    const { length, columns } = this.#references;
    for (let row = 0; row < length; row++) {
      if (columns.stack[row] === EMPTY_STACK) this.#resolve(row);
    }
    const order = Uint32Array.from({ length }, (_, i) => i);
    const { time } = columns;
    if (!isAscending(time, length)) order.sort((a, b) => (time[a] as number) - (time[b] as number) || a - b);
    this.#times = Float64Array.from(order, (row) => time[row] as number);
    this.#threads = Uint32Array.from(order, (row) => columns.thread[row] as number);
    this.#parts = Uint32Array.from(order, (row) => columns.stack[row] as number);
  };

  /** A key stands for the frames that are told next: it may be used again for others. */
  #resolve(row: number): void {
    const { columns } = this.#references;
    const definitions = this.#definitions.get(columns.key[row] as number);
    const at = columns.at[row] as number;
    const next = definitions?.find(({ time }) => time >= at) ?? definitions?.at(-1);
    if (next) columns.stack[row] = next.stack;
    else this.#unresolved++;
  }

  #stack(event: EventCursor): void {
    const { view, start, end, pointerSize } = event;
    if (end - start < ADDRESSES + pointerSize) return;
    const count = Math.floor((end - start - ADDRESSES) / pointerSize);
    const first = start + ADDRESSES;
    // Frames of the kernel are in front; behind them may be those of the process.
    let kernelFrames = 0;
    while (
      kernelFrames < count &&
      isKernelAddress(readAddress(view, first + kernelFrames * pointerSize, pointerSize), pointerSize)
    ) {
      kernelFrames++;
    }
    if (kernelFrames > 0) this.#put(event, this.#push(event, first, kernelFrames));
    const rest = count - kernelFrames;
    if (rest > 0) this.#put(event, this.#push(event, first + kernelFrames * pointerSize, rest));
  }

  #put(event: EventCursor, stack: number, key = 0): void {
    const row = this.#references.add();
    const { columns } = this.#references;
    columns.time[row] = this.#rawTime.ticksAt(event.view, event.start + EVENT_TIME);
    columns.thread[row] = event.view.getUint32(event.start + THREAD, true);
    columns.stack[row] = stack;
    columns.key[row] = key;
    columns.at[row] = event.time;
  }

  readonly #reference: EventHandler = (event) => {
    const { view, start, end, pointerSize } = event;
    if (end - start < ADDRESSES + pointerSize) return;
    this.#put(event, EMPTY_STACK, readAddress(view, start + ADDRESSES, pointerSize));
  };

  readonly #definition: EventHandler = (event) => {
    const { view, start, end, pointerSize, time } = event;
    const count = Math.floor((end - start) / pointerSize) - 1;
    if (count < 1) return;
    const key = readAddress(view, start, pointerSize);
    const definition = { time, stack: this.#push(event, start + pointerSize, count) };
    const definitions = this.#definitions.get(key);
    if (definitions) definitions.push(definition);
    else this.#definitions.set(key, [definition]);
  };

  /** From the outermost frame inwards. */
  #push({ view, words, pointerSize }: EventCursor, first: number, count: number): number {
    const wordCount = (count * pointerSize) >>> 2;
    const known = this.#memo.find(words, first >>> 2, wordCount);
    if (known !== undefined) return known;
    let stack = EMPTY_STACK;
    for (let i = count - 1; i >= 0; i--) {
      stack = this.trie.push(stack, readAddress(view, first + i * pointerSize, pointerSize));
    }
    this.#memo.put(words, first >>> 2, wordCount, stack);
    return stack;
  }

  #join(user: number, kernel: number): number {
    if (user === EMPTY_STACK) return kernel;
    if (kernel === EMPTY_STACK) return user;
    let byKernel = this.#joined.get(user);
    if (!byKernel) {
      byKernel = new Map();
      this.#joined.set(user, byKernel);
    }
    let joined = byKernel.get(kernel);
    if (joined === undefined) {
      joined = user;
      for (const address of [...this.trie.addresses(kernel)].reverse()) joined = this.trie.push(joined, address);
      byKernel.set(kernel, joined);
    }
    return joined;
  }
}

function isAscending(numbers: Float64Array, count: number): boolean {
  for (let i = 1; i < count; i++) if ((numbers[i] as number) < (numbers[i - 1] as number)) return false;
  return true;
}
