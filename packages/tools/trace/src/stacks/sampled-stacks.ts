import type { Analysis } from "../analysis.ts";
import { isKernelAddress } from "../model/address.ts";
import { EventColumns } from "../model/event-columns.ts";
import type { TraceImage } from "../model/images.ts";
import type { TraceProcess } from "../model/processes.ts";
import { SampledProfile } from "../model/sampled-profile.ts";
import { EMPTY_STACK, StackTrie } from "../model/stack-trie.ts";

/** Stacks that differ, before their frames have names: columns. The parts in the process and in the kernel come with many others. */
export interface DistinctStacks {
  readonly length: number;
  readonly process: readonly TraceProcess[];
  readonly user: readonly number[];
  readonly kernel: readonly number[];
  /** Ticks of a sample. */
  readonly time: readonly number[];
  /** Milliseconds of all samples. */
  readonly weight: readonly number[];
}

const SAMPLE_COLUMNS = {
  /** Ticks. */
  time: "f64",
  /** Milliseconds. */
  weight: "f64",
  thread: "u32",
  processor: "u16",
  /** Its place among the distinct stacks. */
  stack: "u32",
} as const;

export interface SampledStacks {
  readonly stacks: DistinctStacks;
  readonly samples: EventColumns<typeof SAMPLE_COLUMNS>;
}

/** @param wanted a name or an identifier; all processes where it is undefined */
export function isWanted(process: TraceProcess, wanted: string | number | undefined): boolean {
  if (wanted === undefined) return true;
  return typeof wanted === "number" ? process.id === wanted : process.name.toLowerCase() === wanted.toLowerCase();
}

/** The profiler's samples and their stacks, each once; those of idle processors are left out. A sample without a stack has one frame. */
export function sampledStacks(analysis: Analysis, wanted?: string | number): SampledStacks {
  const { model } = analysis;
  const { trie } = model.stacks;
  const profile = analysis.get(SampledProfile);
  const samples = new EventColumns(SAMPLE_COLUMNS, model.memory);
  // A row of three numbers, each kept once: process, and the two parts.
  const triples = new StackTrie();
  const numbers = new Map<number, number>();
  const process: TraceProcess[] = [];
  const stacks = {
    process,
    user: [] as number[],
    kernel: [] as number[],
    time: [] as number[],
    weight: [] as number[],
  };
  for (const rows = profile.samples.rows(); rows.next(); ) {
    const { columns, row } = rows;
    const time = columns.time[row] as number;
    if (profile.isIdle(columns, row) || !analysis.includes(time)) continue;
    const thread = columns.thread[row] as number;
    const own = model.threads.processOf(thread, time) ?? model.processes.unknown;
    if (!isWanted(own, wanted)) continue;
    let parts = model.stacks.partsAt(time, thread);
    if (parts.user === EMPTY_STACK && parts.kernel === EMPTY_STACK) {
      const address = columns.address[row] as number;
      const single = trie.push(EMPTY_STACK, address);
      parts = isKernelAddress(address, 8)
        ? { user: EMPTY_STACK, kernel: single }
        : { user: single, kernel: EMPTY_STACK };
    }
    const key = triples.push(triples.push(triples.push(EMPTY_STACK, own.index), parts.user), parts.kernel);
    let stack = numbers.get(key);
    if (stack === undefined) {
      stack = process.push(own) - 1;
      numbers.set(key, stack);
      stacks.user.push(parts.user);
      stacks.kernel.push(parts.kernel);
      stacks.time.push(time);
      stacks.weight.push(0);
    }
    const weight = (columns.count[row] as number) * profile.interval;
    stacks.weight[stack]! += weight;
    const sample = samples.add();
    samples.tail.time[sample] = time;
    samples.tail.weight[sample] = weight;
    samples.tail.thread[sample] = thread;
    samples.tail.processor[sample] = columns.processor[row] as number;
    samples.tail.stack[sample] = stack;
  }
  return { stacks: { length: process.length, ...stacks }, samples };
}

/** The images that frames are in, those with the most of them first: their symbols are wanted most. */
export function imagesOfStacks({ model }: Analysis, stacks: DistinctStacks): TraceImage[] {
  const { trie } = model.stacks;
  const counts = new Map<TraceImage, number>();
  for (let i = 0; i < stacks.length; i++) {
    const [process, time] = [stacks.process[i] as TraceProcess, stacks.time[i] as number];
    for (const part of [stacks.kernel[i] as number, stacks.user[i] as number]) {
      for (let node = part; node !== EMPTY_STACK; node = trie.prefixOf(node)) {
        const image = model.images.at(process.id, trie.addressOf(node), time);
        if (image) counts.set(image, (counts.get(image) ?? 0) + 1);
      }
    }
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([image]) => image);
}

/** Stacks of one process behind each other: their frames are looked up once while it is its turn. */
export function byProcess({ length, process }: DistinctStacks): Uint32Array {
  const order = Uint32Array.from({ length }, (_, i) => i);
  const index = Uint32Array.from(process, (each) => each.index);
  return order.sort((a, b) => (index[a] as number) - (index[b] as number) || a - b);
}
