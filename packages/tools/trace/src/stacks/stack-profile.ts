import type { Analysis } from "../analysis.ts";
import { EventColumns } from "../model/event-columns.ts";
import type { TraceProcess } from "../model/processes.ts";
import { EMPTY_STACK, StackTrie } from "../model/stack-trie.ts";
import { Symbolizer, type SymbolOptions } from "../symbols/symbolizer.ts";
import { FrameNames, KERNEL_TURN } from "./frame-names.ts";
import type { Frames } from "./frames.ts";
import { byProcess, type DistinctStacks, imagesOfStacks, sampledStacks } from "./sampled-stacks.ts";

/** What the weights of a profile are. */
export type WeightUnit = "milliseconds" | "bytes" | "count";

/** Stacks with weights: what flame graphs, call trees and exports are made of. */
export interface StackProfile {
  /** `CPU Usage (Sampled)` */
  readonly title: string;
  readonly unit: WeightUnit;
  readonly frames: Frames;
  /** Stacks of frames: "addresses" are numbers of frames. The outermost frame is the process. */
  readonly stacks: StackTrie;
  readonly samples: EventColumns<typeof SAMPLE_COLUMNS>;
  readonly processes: readonly TraceProcess[];
  /** Sum of all weights. */
  readonly total: number;
  /** Milliseconds that the profile is of. */
  readonly duration: number;
}

const SAMPLE_COLUMNS = {
  /** Milliseconds since the start of the trace. */
  time: "f64",
  weight: "f64",
  thread: "u32",
  /** Index of the process among those of the trace. */
  process: "u32",
  processor: "u16",
  stack: "u32",
} as const;

export interface StackProfileOptions extends SymbolOptions {
  /** Only of processes of this name or identifier. */
  readonly process?: string | number | undefined;
}

/** The profiler's samples with their stacks; those of idle processors are left out. A sample without a stack has one frame. */
export async function cpuProfile(analysis: Analysis, options: StackProfileOptions = {}): Promise<StackProfile> {
  const { model } = analysis;
  const found = sampledStacks(analysis, options.process);
  const symbolizer = await Symbolizer.load(model, imagesOfStacks(analysis, found.stacks), options);
  const { frames, stacks, places } = nameStacks(analysis, found.stacks, symbolizer);
  const samples = new EventColumns(SAMPLE_COLUMNS, model.memory);
  let total = 0;
  for (const rows = found.samples.rows(); rows.next(); ) {
    const { columns: from, row: i } = rows;
    const row = samples.add();
    const { tail } = samples;
    const stack = from.stack[i] as number;
    tail.time[row] = analysis.milliseconds(from.time[i] as number);
    tail.weight[row] = from.weight[i] as number;
    tail.thread[row] = from.thread[i] as number;
    tail.processor[row] = from.processor[i] as number;
    tail.process[row] = (found.stacks.process[stack] as TraceProcess).index;
    tail.stack[row] = places[stack] as number;
    total += from.weight[i] as number;
  }
  const { duration } = analysis;
  const facts = { title: "CPU Usage (Sampled)", unit: "milliseconds", processes: model.processes.all } as const;
  return { ...facts, frames, stacks, samples, total, duration };
}

/** Rows of frames as stacks, the process outermost. */
function nameStacks(
  { model }: Analysis,
  found: DistinctStacks,
  symbolizer: Symbolizer,
): { readonly frames: Frames; readonly stacks: StackTrie; readonly places: Uint32Array } {
  const { trie } = model.stacks;
  const names = new FrameNames(trie, symbolizer);
  const stacks = new StackTrie();
  const places = new Uint32Array(found.length);
  const inner: number[] = [];
  for (const i of byProcess(found)) {
    const [process, time] = [found.process[i] as TraceProcess, found.time[i] as number];
    inner.length = 0;
    // From the innermost frame outwards, as the stacks are kept.
    for (let node = found.kernel[i] as number; node !== EMPTY_STACK; node = trie.prefixOf(node)) {
      inner.push(names.frameOf(process, node, time, KERNEL_TURN));
    }
    for (let node = found.user[i] as number; node !== EMPTY_STACK; node = trie.prefixOf(node)) {
      inner.push(names.frameOf(process, node, time, process.index + 1));
    }
    let stack = stacks.push(EMPTY_STACK, names.processFrame(process));
    for (let at = inner.length - 1; at >= 0; at--) stack = stacks.push(stack, inner[at] as number);
    places[i] = stack;
  }
  return { frames: names.frames, stacks, places };
}
