import type { Analysis } from "../analysis.ts";
import { sampledStacks } from "../stacks/sampled-stacks.ts";
import { type NamedStacks, nameStacks } from "../stacks/stack-profile.ts";
import type { SymbolOptions } from "../symbols/symbolizer.ts";

/** The stacks of the profiler's samples, each once, with the milliseconds of its samples. */
export interface SampledCalls extends NamedStacks {
  /** Milliseconds, by stack. */
  readonly weights: Float64Array;
  readonly total: number;
}

/** Undefined where no processor was sampled that was not idle. A sample without a stack has one frame. */
export async function sampledCalls(analysis: Analysis, options: SymbolOptions): Promise<SampledCalls | undefined> {
  const found = sampledStacks(analysis);
  if (found.length === 0) return undefined;
  const { weights } = found;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return { ...(await nameStacks(analysis, found, options)), weights, total };
}
