import type { Analysis } from "../analysis.ts";
import { ColumnStore } from "../model/column-store.ts";
import type { TraceImage } from "../model/images.ts";
import { processLabel, type TraceProcess } from "../model/processes.ts";
import { SampledProfile } from "../model/sampled-profile.ts";
import { EMPTY_STACK, StackTrie } from "../model/stack-trie.ts";
import { Symbolizer, type SymbolOptions } from "../symbols/symbolizer.ts";
import { Frames, PROCESS_FRAME } from "./frames.ts";

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
  readonly samples: ColumnStore<typeof SAMPLE_COLUMNS>;
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
  const profile = analysis.get(SampledProfile);
  const { length, columns } = profile.samples;
  const rows: SampleRow[] = [];
  for (let row = 0; row < length; row++) {
    const time = columns.time[row] as number;
    if (profile.isIdle(row) || !analysis.includes(time)) continue;
    const thread = columns.thread[row] as number;
    const process = model.threads.processOf(thread, time) ?? model.processes.unknown;
    if (!isWanted(process, options.process)) continue;
    const found = model.stacks.at(time, thread);
    const stack = found === EMPTY_STACK ? model.stacks.trie.push(EMPTY_STACK, columns.address[row] as number) : found;
    const weight = (columns.count[row] as number) * profile.interval;
    rows.push({ time, weight, thread, process, processor: columns.processor[row] as number, stack });
  }
  const images = imagesOf(analysis, rows);
  const symbolizer = await Symbolizer.load(model, images, options);
  return makeProfile(analysis, "CPU Usage (Sampled)", "milliseconds", rows, symbolizer);
}

interface SampleRow {
  readonly time: number;
  readonly weight: number;
  readonly thread: number;
  readonly process: TraceProcess;
  readonly processor: number;
  /** Of the trace: addresses. */
  readonly stack: number;
}

/** @param wanted a name or an identifier; all processes where it is undefined */
export function isWanted(process: TraceProcess, wanted: string | number | undefined): boolean {
  if (wanted === undefined) return true;
  return typeof wanted === "number" ? process.id === wanted : process.name.toLowerCase() === wanted.toLowerCase();
}

/** The images that frames are in, those with the most samples first: their symbols are wanted most. */
function imagesOf({ model }: Analysis, rows: readonly SampleRow[]): TraceImage[] {
  const counts = new Map<TraceImage, number>();
  const seen = new Map<TraceProcess, Set<number>>();
  for (const { process, stack, time } of rows) {
    let own = seen.get(process);
    if (!own) {
      own = new Set();
      seen.set(process, own);
    }
    for (let at = stack; at !== EMPTY_STACK && !own.has(at); at = model.stacks.trie.prefixOf(at)) {
      own.add(at);
      const image = model.images.at(process.id, model.stacks.trie.addressOf(at), time);
      if (image) counts.set(image, (counts.get(image) ?? 0) + 1);
    }
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([image]) => image);
}

function makeProfile(
  analysis: Analysis,
  title: string,
  unit: WeightUnit,
  rows: readonly SampleRow[],
  symbolizer: Symbolizer,
): StackProfile {
  const { model } = analysis;
  const frames = new Frames();
  const stacks = new StackTrie();
  const samples = new ColumnStore(SAMPLE_COLUMNS);
  const known = new Map<TraceProcess, Map<number, number>>();
  let total = 0;
  for (const { time, weight, thread, process, processor, stack } of rows) {
    let own = known.get(process);
    if (!own) {
      own = new Map([
        [
          EMPTY_STACK,
          stacks.push(EMPTY_STACK, frames.number({ module: PROCESS_FRAME, function: processLabel(process) })),
        ],
      ]);
      known.set(process, own);
    }
    const row = samples.add();
    const { columns } = samples;
    columns.time[row] = analysis.milliseconds(time);
    columns.weight[row] = weight;
    columns.thread[row] = thread;
    columns.process[row] = process.index;
    columns.processor[row] = processor;
    columns.stack[row] = framesOf(stack, own, process, time);
    total += weight;
  }
  return { title, unit, frames, stacks, samples, processes: model.processes.all, total, duration: analysis.duration };

  /** Stacks share their outer frames, so most are known up to some frame. */
  function framesOf(stack: number, own: Map<number, number>, process: TraceProcess, time: number): number {
    const missing: number[] = [];
    let at = stack;
    for (; !own.has(at); at = model.stacks.trie.prefixOf(at)) missing.push(at);
    let result = own.get(at) as number;
    for (const each of missing.reverse()) {
      const address = model.stacks.trie.addressOf(each);
      result = stacks.push(result, frames.number(symbolizer.place(process.id, address, time)));
      own.set(each, result);
    }
    return result;
  }
}
