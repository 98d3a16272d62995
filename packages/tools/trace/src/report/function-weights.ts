import type { FunctionUsage } from "../stacks/function-usage.ts";
import type { SampledCalls } from "./sampled-calls.ts";

/** Each function with its weights, the one with the largest own weight first. A stack counts once, however often the function is in it. */
export function functionWeights({ frames, flat, starts, weights }: SampledCalls): FunctionUsage[] {
  const inclusive = new Float64Array(frames.size);
  const exclusive = new Float64Array(frames.size);
  const counted = new Int32Array(frames.size).fill(-1);
  for (let stack = 0; stack < weights.length; stack++) {
    const weight = weights[stack] as number;
    const end = starts[stack + 1] as number;
    exclusive[flat[end - 1] as number]! += weight;
    for (let at = starts[stack] as number; at < end; at++) {
      const frame = flat[at] as number;
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
