import type { NamedStacks, StackProfile } from "./stack-profile.ts";

/** What one function takes, whoever calls it. */
export interface FunctionUsage {
  readonly frame: number;
  /** A sample counts once, however many times the function is in its stack. */
  readonly inclusive: number;
  readonly exclusive: number;
}

/** Each function with its weights, the one with the largest own weight first. */
export function functionUsages(profile: StackProfile): FunctionUsage[] {
  return weighFunctions(profile, weightsByStack(profile));
}

/** The same of stacks whose weights are known. @param weights by number of the stack */
export function weighFunctions({ stacks, frames }: NamedStacks, weights: Float64Array): FunctionUsage[] {
  const inclusive = new Float64Array(frames.size);
  const exclusive = new Float64Array(frames.size);
  const counted = new Int32Array(frames.size).fill(-1);
  const inStack: number[] = [];
  for (const [stack, weight] of weights.entries()) {
    if (weight === 0) continue;
    const depth = stacks.read(stack, inStack);
    exclusive[inStack[depth - 1] as number]! += weight;
    for (let at = 0; at < depth; at++) {
      const frame = inStack[at] as number;
      if (counted[frame] === stack) continue;
      counted[frame] = stack;
      inclusive[frame]! += weight;
    }
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
  const { stacks } = profile;
  const [callers, callees] = [new Map<number, number>(), new Map<number, number>()];
  let [inclusive, exclusive] = [0, 0];
  const inStack: number[] = [];
  for (const [stack, weight] of weightsByStack(profile).entries()) {
    if (weight === 0) continue;
    const depth = stacks.read(stack, inStack);
    let at = 0;
    while (at < depth && inStack[at] !== frame) at++;
    if (at === depth) continue;
    inclusive += weight;
    if (inStack[depth - 1] === frame) exclusive += weight;
    const [caller, callee] = [
      at === 0 ? -1 : (inStack[at - 1] as number),
      at + 1 < depth ? inStack[at + 1] : undefined,
    ];
    if (caller >= 0) callers.set(caller, (callers.get(caller) ?? 0) + weight);
    if (callee !== undefined) callees.set(callee, (callees.get(callee) ?? 0) + weight);
  }
  const sorted = (map: Map<number, number>) =>
    [...map].map(([each, weight]) => ({ frame: each, weight })).sort((a, b) => b.weight - a.weight);
  return { frame, inclusive, exclusive, callers: sorted(callers), callees: sorted(callees) };
}

function weightsByStack({ stacks, samples }: StackProfile): Float64Array {
  const weights = new Float64Array(stacks.length);
  for (const rows = samples.rows(); rows.next(); ) {
    const { columns, row } = rows;
    weights[columns.stack[row] as number]! += columns.weight[row] as number;
  }
  return weights;
}
