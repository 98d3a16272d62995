import { EMPTY_STACK } from "../model/stack-trie.ts";
import type { StackProfile } from "./stack-profile.ts";

/** What one function takes, whoever calls it. */
export interface FunctionUsage {
  readonly frame: number;
  /** A sample counts once, however many times the function is in its stack. */
  readonly inclusive: number;
  readonly exclusive: number;
}

/** Each function with its weights, the one with the largest own weight first. */
export function functionUsages({ stacks, samples, frames }: StackProfile): FunctionUsage[] {
  const inclusive = new Float64Array(frames.size);
  const exclusive = new Float64Array(frames.size);
  const counted = new Int32Array(frames.size).fill(-1);
  const byStack = weightsByStack(samples);
  let sample = 0;
  for (const [stack, weight] of byStack) {
    exclusive[stacks.addressOf(stack)]! += weight;
    for (const frame of stacks.addresses(stack)) {
      if (counted[frame] === sample) continue;
      counted[frame] = sample;
      inclusive[frame]! += weight;
    }
    sample++;
  }
  return Array.from({ length: frames.size }, (_, frame) => ({
    frame,
    inclusive: inclusive[frame] as number,
    exclusive: exclusive[frame] as number,
  })).sort((a, b) => b.exclusive - a.exclusive || b.inclusive - a.inclusive);
}

/** Who calls a function, and what it calls. */
export interface Butterfly extends FunctionUsage {
  readonly callers: readonly { readonly frame: number; readonly weight: number }[];
  readonly callees: readonly { readonly frame: number; readonly weight: number }[];
}

/** The neighbours of a function: of a recursion the outermost call counts. */
export function butterfly(profile: StackProfile, frame: number): Butterfly {
  const { stacks, samples } = profile;
  const [callers, callees] = [new Map<number, number>(), new Map<number, number>()];
  let [inclusive, exclusive] = [0, 0];
  for (const [stack, weight] of weightsByStack(samples)) {
    // From the innermost frame outwards: the last one found is the outermost call.
    let [below, callee, caller, found] = [-1, -1, -1, false];
    for (let at = stack; at !== EMPTY_STACK; at = stacks.prefixOf(at)) {
      const own = stacks.addressOf(at);
      if (own === frame) {
        found = true;
        callee = below;
        const outer = stacks.prefixOf(at);
        caller = outer === EMPTY_STACK ? -1 : stacks.addressOf(outer);
      }
      below = own;
    }
    if (!found) continue;
    inclusive += weight;
    if (stacks.addressOf(stack) === frame) exclusive += weight;
    if (caller >= 0) callers.set(caller, (callers.get(caller) ?? 0) + weight);
    if (callee >= 0) callees.set(callee, (callees.get(callee) ?? 0) + weight);
  }
  const sorted = (map: Map<number, number>) =>
    [...map].map(([each, weight]) => ({ frame: each, weight })).sort((a, b) => b.weight - a.weight);
  return { frame, inclusive, exclusive, callers: sorted(callers), callees: sorted(callees) };
}

function weightsByStack(samples: StackProfile["samples"]): Map<number, number> {
  const weights = new Map<number, number>();
  for (const rows = samples.rows(); rows.next(); ) {
    const { columns, row } = rows;
    const stack = columns.stack[row] as number;
    weights.set(stack, (weights.get(stack) ?? 0) + (columns.weight[row] as number));
  }
  return weights;
}
