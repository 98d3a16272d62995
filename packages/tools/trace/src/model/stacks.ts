import type { TraceClock } from "@adk/etl";
import type { CompiledLayout } from "@adk/event-schema";
import { isKernelAddress, readAddress } from "./address.ts";
import { ColumnMemory } from "./column-memory.ts";
import { EventColumns } from "./event-columns.ts";
import type { Collector, EventCursor, EventHandler } from "./event-pass.ts";
import { RawTime } from "./raw-time.ts";
import { StackMemo } from "./stack-memo.ts";
import { StackReferences } from "./stack-references.ts";
import { EMPTY_STACK, StackTrie } from "./stack-trie.ts";

/** Payload of a stack event: the time of its event, process, thread, then addresses from the innermost frame outwards, or a key. */
const EVENT_TIME = 0;
const THREAD = 12;
const ADDRESSES = 16;

const KEYED_COLUMNS = {
  time: "f64",
  key: "f64",
  /** Ticks of the event that tells the key. */
  at: "f64",
  thread: "u32",
} as const;

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
  /** While events pass. */
  #memo = new StackMemo();
  readonly #rawTime: RawTime;
  readonly #references: StackReferences;
  /** Stacks whose frames are told by a key: when that was. */
  readonly #keyed: EventColumns<typeof KEYED_COLUMNS>;
  /** By key: when its frames became known, and which they are. */
  readonly #definitions = new Map<number, { readonly time: number; readonly stack: number }[]>();
  readonly #isKept: boolean;
  /** Where stacks are not kept: how many are told by each key. */
  readonly #keyCounts = new Map<number, number>();
  #count = 0;
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

  /** @param isKept false: they are counted only */
  constructor(clock: TraceClock, memory: ColumnMemory = new ColumnMemory(), isKept = true) {
    this.#rawTime = new RawTime(clock);
    this.#isKept = isKept;
    this.#references = new StackReferences(memory);
    this.#keyed = new EventColumns(KEYED_COLUMNS, memory);
  }

  get counts(): StackCounts {
    return { references: this.#count, unresolved: this.#unresolved };
  }

  /**
   * The stack of an event, its frames in the kernel innermost. `EMPTY_STACK` where there is none.
   *
   * @param time ticks of the event
   * @throws TypeError if nobody asked for stacks
   */
  at(time: number, threadId: number): number {
    const { user, kernel } = this.partsAt(time, threadId);
    return this.#join(user, kernel);
  }

  /** The part in the process and the part in the kernel, which are not put together: the same ones come with many others. */
  partsAt(time: number, threadId: number): { readonly user: number; readonly kernel: number } {
    if (!this.#isKept) throw new TypeError("stacks were not kept");
    let [kernel, user] = [EMPTY_STACK, EMPTY_STACK];
    this.#references.each(time, (thread, part) => {
      if (thread !== threadId) return;
      if (isKernelAddress(this.trie.addressOf(part), 8)) kernel = part;
      else user = part;
    });
    return { user, kernel };
  }

  readonly finish = (): void => {
    for (const rows = this.#keyed.rows(); rows.next(); ) {
      const { columns, row } = rows;
      const stack = this.#resolve(columns.key[row] as number, columns.at[row] as number);
      if (stack === undefined) this.#unresolved++;
      else this.#references.add(columns.time[row] as number, columns.thread[row] as number, stack);
    }
    for (const [key, count] of this.#keyCounts) if (!this.#definitions.has(key)) this.#unresolved += count;
    this.#keyed.discard();
    this.#definitions.clear();
    this.#memo = new StackMemo();
    this.#references.sort();
  };

  /** A key stands for the frames that are told next: it may be used again for others. */
  #resolve(key: number, at: number): number | undefined {
    const definitions = this.#definitions.get(key);
    return (definitions?.find(({ time }) => time >= at) ?? definitions?.at(-1))?.stack;
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

  #put({ view, start }: EventCursor, stack: number): void {
    this.#count++;
    if (!this.#isKept) return;
    this.#references.add(this.#rawTime.ticksAt(view, start + EVENT_TIME), view.getUint32(start + THREAD, true), stack);
  }

  readonly #reference: EventHandler = (event) => {
    const { view, start, end, pointerSize } = event;
    if (end - start < ADDRESSES + pointerSize) return;
    this.#count++;
    const key = readAddress(view, start + ADDRESSES, pointerSize);
    if (!this.#isKept) {
      this.#keyCounts.set(key, (this.#keyCounts.get(key) ?? 0) + 1);
      return;
    }
    const row = this.#keyed.add();
    const { tail } = this.#keyed;
    tail.time[row] = this.#rawTime.ticksAt(view, start + EVENT_TIME);
    tail.thread[row] = view.getUint32(start + THREAD, true);
    tail.key[row] = key;
    tail.at[row] = event.time;
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
    if (!this.#isKept) return EMPTY_STACK;
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
