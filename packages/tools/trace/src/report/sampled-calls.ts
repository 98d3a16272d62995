import type { Analysis } from "../analysis.ts";
import { isKernelAddress } from "../model/address.ts";
import type { TraceImage } from "../model/images.ts";
import type { TraceProcess } from "../model/processes.ts";
import { SampledProfile } from "../model/sampled-profile.ts";
import { EMPTY_STACK, StackTrie } from "../model/stack-trie.ts";
import { Frames, PROCESS_FRAME } from "../stacks/frames.ts";
import { type CodePlace, Symbolizer, type SymbolOptions } from "../symbols/symbolizer.ts";

/**
 * The stacks of the profiler's samples, each once, with the milliseconds of its samples. They are rows of frames in one array, and no
 * tree of all of them is made: most of its nodes would be too small to be seen.
 */
export interface SampledCalls {
  readonly frames: Frames;
  /** Frames of all stacks, from the outermost, which is the process, inwards. */
  readonly flat: Int32Array;
  /** Where in `flat` each stack begins; one more at the end. */
  readonly starts: Uint32Array;
  /** Milliseconds, by stack. */
  readonly weights: Float64Array;
  readonly total: number;
}

/** Stacks before their frames have names: columns. */
interface Stacks {
  readonly length: number;
  readonly process: readonly TraceProcess[];
  readonly user: readonly number[];
  readonly kernel: readonly number[];
  /** Ticks of a sample. */
  readonly time: readonly number[];
  readonly weight: readonly number[];
}

/** Undefined where no processor was sampled that was not idle. A sample without a stack has one frame. */
export async function sampledCalls(analysis: Analysis, options: SymbolOptions): Promise<SampledCalls | undefined> {
  const stacks = distinctStacks(analysis);
  if (stacks.length === 0) return undefined;
  const images = options.symbolPath === undefined && options.images === undefined ? [] : imagesOf(analysis, stacks);
  const symbolizer = await Symbolizer.load(analysis.model, images, options);
  const { trie } = analysis.model.stacks;
  const names = new FrameNames(trie, symbolizer);
  const starts = new Uint32Array(stacks.length + 1);
  for (let i = 0; i < stacks.length; i++) {
    const depth = depthOf(trie, stacks.user[i] as number) + depthOf(trie, stacks.kernel[i] as number);
    starts[i + 1] = (starts[i] as number) + depth + 1;
  }
  const flat = new Int32Array(starts[stacks.length] as number);
  for (const i of byProcess(stacks)) {
    const [process, time] = [stacks.process[i] as TraceProcess, stacks.time[i] as number];
    // From the innermost frame outwards, as the stacks are kept.
    let at = (starts[i + 1] as number) - 1;
    for (let node = stacks.kernel[i] as number; node !== EMPTY_STACK; node = trie.prefixOf(node)) {
      flat[at--] = names.frameOf(process, node, time, KERNEL_TURN);
    }
    for (let node = stacks.user[i] as number; node !== EMPTY_STACK; node = trie.prefixOf(node)) {
      flat[at--] = names.frameOf(process, node, time, process.index + 1);
    }
    flat[at] = names.processFrame(process);
  }
  const weights = Float64Array.from(stacks.weight);
  return { frames: names.frames, flat, starts, weights, total: weights.reduce((sum, weight) => sum + weight, 0) };
}

function distinctStacks(analysis: Analysis): Stacks {
  const { model } = analysis;
  const { trie } = model.stacks;
  const profile = analysis.get(SampledProfile);
  const { length, columns } = profile.samples;
  // A row of three numbers, each kept once: process, and the two parts.
  const rows = new StackTrie();
  const numbers = new Map<number, number>();
  const process: TraceProcess[] = [];
  const [user, kernel, time, weight]: number[][] = [[], [], [], []];
  for (let row = 0; row < length; row++) {
    const at = columns.time[row] as number;
    if (profile.isIdle(row) || !analysis.includes(at)) continue;
    const thread = columns.thread[row] as number;
    const own = model.threads.processOf(thread, at) ?? model.processes.unknown;
    let parts = model.stacks.partsAt(at, thread);
    if (parts.user === EMPTY_STACK && parts.kernel === EMPTY_STACK) {
      const address = columns.address[row] as number;
      const single = trie.push(EMPTY_STACK, address);
      parts = isKernelAddress(address, 8)
        ? { user: EMPTY_STACK, kernel: single }
        : { user: single, kernel: EMPTY_STACK };
    }
    const key = rows.push(rows.push(rows.push(EMPTY_STACK, own.index), parts.user), parts.kernel);
    let number = numbers.get(key);
    if (number === undefined) {
      number = process.push(own) - 1;
      numbers.set(key, number);
      user?.push(parts.user);
      kernel?.push(parts.kernel);
      time?.push(at);
      weight?.push(0);
    }
    (weight as number[])[number]! += (columns.count[row] as number) * profile.interval;
  }
  return { length: process.length, process, user, kernel, time, weight } as Stacks;
}

function depthOf(trie: StackTrie, stack: number): number {
  let depth = 0;
  for (let node = stack; node !== EMPTY_STACK; node = trie.prefixOf(node)) depth++;
  return depth;
}

/** The images that frames are in, those with the most of them first: their symbols are wanted most. */
function imagesOf({ model }: Analysis, stacks: Stacks): TraceImage[] {
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
function byProcess({ length, process }: Stacks): Uint32Array {
  const order = Uint32Array.from({ length }, (_, i) => i);
  const index = Uint32Array.from(process, (each) => each.index);
  return order.sort((a, b) => (index[a] as number) - (index[b] as number) || a - b);
}

/** Frames of the kernel are the same in every process. */
const KERNEL_TURN = 0xffff_ffff;

/** Frames of the nodes of stacks. */
class FrameNames {
  readonly frames = new Frames();
  readonly #trie: StackTrie;
  readonly #symbolizer: Symbolizer;
  /** By node: its frame, and in whose turn it was found. */
  readonly #frame: Int32Array;
  readonly #turn: Uint32Array;
  readonly #processes = new Map<TraceProcess, number>();
  /** Of places without a function, which are one object a module. */
  readonly #nameless = new Map<CodePlace, number>();

  constructor(trie: StackTrie, symbolizer: Symbolizer) {
    this.#trie = trie;
    this.#symbolizer = symbolizer;
    this.#frame = new Int32Array(trie.size);
    this.#turn = new Uint32Array(trie.size);
  }

  processFrame(process: TraceProcess): number {
    let frame = this.#processes.get(process);
    if (frame === undefined) {
      frame = this.frames.number({ module: PROCESS_FRAME, function: `${process.name || "?"} (${process.id})` });
      this.#processes.set(process, frame);
    }
    return frame;
  }

  /** @param turn not 0; the same for all that have the same code at an address */
  frameOf(process: TraceProcess, node: number, time: number, turn: number): number {
    if (this.#turn[node] === turn) return this.#frame[node] as number;
    const frame = this.#number(this.#symbolizer.place(process.id, this.#trie.addressOf(node), time));
    this.#turn[node] = turn;
    this.#frame[node] = frame;
    return frame;
  }

  #number(place: CodePlace): number {
    if (place.function !== "") return this.frames.number(place);
    let number = this.#nameless.get(place);
    if (number === undefined) {
      number = this.frames.number(place);
      this.#nameless.set(place, number);
    }
    return number;
  }
}
