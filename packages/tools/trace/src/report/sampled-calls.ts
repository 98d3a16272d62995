import type { Analysis } from "../analysis.ts";
import type { TraceProcess } from "../model/processes.ts";
import { EMPTY_STACK, type StackTrie } from "../model/stack-trie.ts";
import { FrameNames, KERNEL_TURN } from "../stacks/frame-names.ts";
import type { Frames } from "../stacks/frames.ts";
import { byProcess, imagesOfStacks, sampledStacks } from "../stacks/sampled-stacks.ts";
import { Symbolizer, type SymbolOptions } from "../symbols/symbolizer.ts";

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

/** Undefined where no processor was sampled that was not idle. A sample without a stack has one frame. */
export async function sampledCalls(analysis: Analysis, options: SymbolOptions): Promise<SampledCalls | undefined> {
  const { stacks } = sampledStacks(analysis);
  if (stacks.length === 0) return undefined;
  const images =
    options.symbolPath === undefined && options.images === undefined ? [] : imagesOfStacks(analysis, stacks);
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

function depthOf(trie: StackTrie, stack: number): number {
  let depth = 0;
  for (let node = stack; node !== EMPTY_STACK; node = trie.prefixOf(node)) depth++;
  return depth;
}
