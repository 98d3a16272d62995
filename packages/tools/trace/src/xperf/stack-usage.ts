import type { CodeFrame, StackHits } from "./stack-hits.ts";

/** Neighbours of a function with the hits of the stacks that they are in. */
export type Neighbours = ReadonlyMap<CodeFrame, number>;

/** What events found a function, or a module, in. */
export interface HitCounts {
  /** Events that were in it. */
  exclusive: number;
  /** Events that it was in the stack of. */
  inclusive: number;
}

export interface FunctionHits extends HitCounts {
  readonly frame: CodeFrame;
  /** As often as it is in stacks: more than its events where it calls itself. */
  multiInclusive: number;
  readonly callers: Map<CodeFrame, number>;
  readonly callees: Map<CodeFrame, number>;
}

export interface StackUsage {
  readonly total: number;
  readonly processes: ReadonlyMap<string, number>;
  /** By process: the outermost functions. */
  readonly roots: ReadonlyMap<string, Neighbours>;
  readonly modules: ReadonlyMap<string, HitCounts>;
  readonly functions: readonly FunctionHits[];
}

export function stackUsage(stacks: readonly StackHits[]): StackUsage {
  const processes = new Map<string, number>();
  const roots = new Map<string, Map<CodeFrame, number>>();
  const modules = new Map<string, HitCounts>();
  const functions = new Map<CodeFrame, FunctionHits>();
  let total = 0;
  for (const { process, frames, hits } of stacks) {
    total += hits;
    add(processes, process, hits);
    const own = roots.get(process) ?? new Map<CodeFrame, number>();
    roots.set(process, own);
    const root = frames.at(-1);
    if (root) add(own, root, hits);
    for (const module of new Set(frames.map((frame) => frame.module))) {
      countsOf(modules, module).inclusive += hits;
    }
    for (const frame of new Set(frames)) functionOf(functions, frame).inclusive += hits;
    for (const [i, frame] of frames.entries()) {
      const each = functionOf(functions, frame);
      each.multiInclusive += hits;
      const [callee, caller] = [frames[i - 1], frames[i + 1]];
      if (caller) add(each.callers, caller, hits);
      if (callee) {
        add(each.callees, callee, hits);
        continue;
      }
      each.exclusive += hits;
      countsOf(modules, frame.module).exclusive += hits;
    }
  }
  return { total, processes, roots, modules, functions: [...functions.values()] };
}

function add<Key>(map: Map<Key, number>, key: Key, hits: number): void {
  map.set(key, (map.get(key) ?? 0) + hits);
}

function countsOf(map: Map<string, HitCounts>, key: string): HitCounts {
  const counts = map.get(key) ?? { exclusive: 0, inclusive: 0 };
  map.set(key, counts);
  return counts;
}

function functionOf(map: Map<CodeFrame, FunctionHits>, frame: CodeFrame): FunctionHits {
  let own = map.get(frame);
  if (!own) {
    own = { frame, exclusive: 0, inclusive: 0, multiInclusive: 0, callers: new Map(), callees: new Map() };
    map.set(frame, own);
  }
  return own;
}

/** Those with the most first. */
export function byHits<Item>(items: Iterable<Item>, hits: (item: Item) => number): Item[] {
  return [...items].sort((a, b) => hits(b) - hits(a));
}
