/**
 * Calls as a flame graph draws them, as columns: a node is its number, and the root is 0. Callers stand in front of what they call, and
 * what one calls largest first. There is no object a node: calls may be nested deeper than a recursion could go.
 */
export interface FlameTree {
  /** Each name once. */
  names: string[];
  name: number[];
  /** Of the root: itself. */
  parent: number[];
  size: number[];
  /** Nodes that stand for several which are too small to be shown one by one. */
  merged: number[];
}

/** What each node calls, largest first. */
export function flameChildren({ parent }: FlameTree): number[][] {
  const children: number[][] = parent.map(() => []);
  for (let node = 1; node < parent.length; node++) (children[parent[node] as number] as number[]).push(node);
  return children;
}

/** What a node took by itself. */
export function ownFlameSize({ size }: FlameTree, children: readonly number[][], node: number): number {
  const called = (children[node] as number[]).reduce((sum, child) => sum + (size[child] as number), 0);
  const own = (size[node] as number) - called;
  // Sums of fractions are not exact.
  return own > (size[node] as number) * 1e-9 ? own : 0;
}

/** The nodes from the root to one of them, itself counted. */
export function flamePath({ parent }: FlameTree, node: number): number[] {
  const path = [node];
  while (path.at(-1) !== 0) path.push(parent[path.at(-1) as number] as number);
  return path.reverse();
}
