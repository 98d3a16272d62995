import type { Analysis } from "../analysis.ts";
import { isKernelAddress } from "../model/address.ts";
import type { TraceImage } from "../model/images.ts";
import type { TraceProcess } from "../model/processes.ts";
import { SampledProfile } from "../model/sampled-profile.ts";
import { EMPTY_STACK } from "../model/stack-trie.ts";
import { DistinctStacks } from "./distinct-stacks.ts";

/** A sample of the profiler: one object for all of them. */
export interface StackSample {
  /** Ticks. */
  time: number;
  /** Milliseconds. */
  weight: number;
  thread: number;
  process: TraceProcess;
  processor: number;
  /** Its place among the distinct stacks. */
  stack: number;
}

/** @param wanted a name or an identifier; all processes where it is undefined */
export function isWanted(process: TraceProcess, wanted: string | number | undefined): boolean {
  if (wanted === undefined) return true;
  return typeof wanted === "number" ? process.id === wanted : process.name.toLowerCase() === wanted.toLowerCase();
}

/**
 * The stacks of the profiler's samples, each once; samples of idle processors are left out. A sample without a stack has one frame.
 *
 * @param take gets each sample
 */
export function sampledStacks(
  analysis: Analysis,
  wanted?: string | number,
  take?: (sample: StackSample) => void,
): DistinctStacks {
  const { model } = analysis;
  const { trie } = model.stacks;
  const profile = analysis.get(SampledProfile);
  const stacks = new DistinctStacks(model.processes.all);
  const sample = {} as StackSample;
  for (const rows = profile.samples.rows(); rows.next(); ) {
    const { columns, row } = rows;
    const time = columns.time[row] as number;
    if (profile.isIdle(columns, row) || !analysis.includes(time)) continue;
    const thread = columns.thread[row] as number;
    const process = model.threads.processOf(thread, time) ?? model.processes.unknown;
    if (!isWanted(process, wanted)) continue;
    let { user, kernel } = model.stacks.partsAt(time, thread);
    if (user === EMPTY_STACK && kernel === EMPTY_STACK) {
      const address = columns.address[row] as number;
      const single = trie.push(EMPTY_STACK, address);
      if (isKernelAddress(address, 8)) kernel = single;
      else user = single;
    }
    const weight = (columns.count[row] as number) * profile.interval;
    const stack = stacks.add(process, user, kernel, time, weight);
    if (!take) continue;
    sample.time = time;
    sample.weight = weight;
    sample.thread = thread;
    sample.process = process;
    sample.processor = columns.processor[row] as number;
    sample.stack = stack;
    take(sample);
  }
  return stacks;
}

/** The images that frames are in, those with the most of them first: their symbols are wanted most. */
export function imagesOfStacks({ model }: Analysis, stacks: DistinctStacks): TraceImage[] {
  const { trie } = model.stacks;
  const counts = new Map<TraceImage, number>();
  // By node: the image that it was in, and in whose turn it was found.
  const [images, turns] = [new Int32Array(trie.size), new Uint32Array(trie.size)];
  for (const i of stacks.byProcess()) {
    const [process, time] = [stacks.processOf(i), stacks.time[i] as number];
    for (const part of [stacks.kernel[i] as number, stacks.user[i] as number]) {
      for (let node = part; node !== EMPTY_STACK; node = trie.prefixOf(node)) {
        if (turns[node] !== process.index + 1) {
          turns[node] = process.index + 1;
          images[node] = model.images.at(process.id, trie.addressOf(node), time)?.index ?? -1;
        }
        const image = model.images.all[images[node] as number];
        if (image) counts.set(image, (counts.get(image) ?? 0) + 1);
      }
    }
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([image]) => image);
}
