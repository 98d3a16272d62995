import type { Analysis } from "../analysis.ts";
import { EventColumns } from "../model/event-columns.ts";
import type { TraceProcess } from "../model/processes.ts";
import { EMPTY_STACK } from "../model/stack-trie.ts";
import { Symbolizer, type SymbolOptions } from "../symbols/symbolizer.ts";
import { CallStacks, EMPTY_ROW } from "./call-stacks.ts";
import type { DistinctStacks } from "./distinct-stacks.ts";
import { FrameNames, KERNEL_TURN } from "./frame-names.ts";
import type { Frames } from "./frames.ts";
import { imagesOfStacks, sampledStacks } from "./sampled-stacks.ts";

/** What the weights of a profile are. */
export type WeightUnit = "milliseconds" | "bytes" | "count";

/** Stacks with weights: what flame graphs, call trees and exports are made of. */
export interface StackProfile extends NamedStacks {
  /** `CPU Usage (Sampled)` */
  readonly title: string;
  readonly unit: WeightUnit;
  readonly samples: EventColumns<typeof SAMPLE_COLUMNS>;
  readonly processes: readonly TraceProcess[];
  /** Sum of all weights. */
  readonly total: number;
  /** Milliseconds that the profile is of. */
  readonly duration: number;
}

export const SAMPLE_COLUMNS = {
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
  const samples = new EventColumns(SAMPLE_COLUMNS, model.memory);
  let total = 0;
  const found = sampledStacks(analysis, options.process, ({ time, weight, thread, process, processor, stack }) => {
    const row = samples.add();
    const { tail } = samples;
    tail.time[row] = analysis.milliseconds(time);
    tail.weight[row] = weight;
    tail.thread[row] = thread;
    tail.processor[row] = processor;
    tail.process[row] = process.index;
    tail.stack[row] = stack;
    total += weight;
  });
  const { duration } = analysis;
  const facts = { title: "CPU Usage (Sampled)", unit: "milliseconds", processes: model.processes.all } as const;
  return { ...facts, ...(await nameStacks(analysis, found, options)), samples, total, duration };
}

/** Stacks of frames, and what the frames are. */
export interface NamedStacks {
  readonly frames: Frames;
  /** The outermost frame is the process. */
  readonly stacks: CallStacks;
}

/** Stacks of addresses as rows of frames, each part once, the process in front of its own. */
export async function nameStacks(
  analysis: Analysis,
  found: DistinctStacks,
  options: SymbolOptions,
): Promise<NamedStacks> {
  const { model } = analysis;
  const hasSymbols = options.symbolPath !== undefined || options.images !== undefined;
  const symbolizer = await Symbolizer.load(model, hasSymbols ? imagesOfStacks(analysis, found) : [], options);
  const { trie } = model.stacks;
  const names = new FrameNames(trie, symbolizer);
  const stacks = new CallStacks(found.length);
  const [outerRows, innerRows] = [new Map<number, number>(), new Map<number, number>([[EMPTY_STACK, EMPTY_ROW]])];
  const row: number[] = [];
  let last: TraceProcess | undefined;
  for (const i of found.byProcess()) {
    const [process, time] = [found.processOf(i), found.time[i] as number];
    const [user, kernel] = [found.user[i] as number, found.kernel[i] as number];
    if (process !== last) outerRows.clear();
    last = process;
    let inner = innerRows.get(kernel);
    if (inner === undefined) {
      row.length = 0;
      for (let node = kernel; node !== EMPTY_STACK; node = trie.prefixOf(node)) {
        row.push(names.frameOf(process, node, time, KERNEL_TURN));
      }
      inner = stacks.addRow(row);
      innerRows.set(kernel, inner);
    }
    let outer = outerRows.get(user);
    if (outer === undefined) {
      row.length = 0;
      for (let node = user; node !== EMPTY_STACK; node = trie.prefixOf(node)) {
        row.push(names.frameOf(process, node, time, process.index + 1));
      }
      row.push(names.processFrame(process));
      outer = stacks.addRow(row);
      outerRows.set(user, outer);
    }
    stacks.put(i, outer, inner);
  }
  return { frames: names.frames, stacks };
}
