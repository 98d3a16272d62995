import type { TreeNode } from "@adk/report";
import type { SampledCalls } from "./sampled-calls.ts";

/** Parts of the whole that are smaller are merged. */
const LEAST_SHARE = 0.0002;

interface Branch {
  readonly node: { readonly name: string; value: number; readonly children: TreeNode[] };
  readonly frame: number;
  /** Stacks that go through it, and the depth of the frame behind it in each. */
  readonly stacks: readonly number[];
  readonly at: readonly number[];
}

/**
 * Calls as a flame graph has them, from the processes inwards and only as far as there is something to see. Frames of one module behind
 * each other that have no names are one: `clr.dll!?`.
 */
export function callFlames({ frames, stacks: calls, weights, total }: SampledCalls, name: string): TreeNode {
  const root = { name, value: 0, children: [] as TreeNode[] };
  const all = Array.from(weights, (_, stack) => stack);
  const open: Branch[] = [{ node: root, frame: -1, stacks: all, at: all.map(() => 0) }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, frame, stacks } = next;
    const nameless = frame >= 0 && frames.place(frame).function === "";
    const called = new Map<number, { weight: number; stacks: number[]; at: number[] }>();
    for (const [i, stack] of stacks.entries()) {
      const weight = weights[stack] as number;
      const end = calls.depthOf(stack);
      let at = next.at[i] as number;
      while (nameless && at < end && calls.frameAt(stack, at) === frame) at++;
      if (at === end) {
        node.value += weight;
        continue;
      }
      const child = calls.frameAt(stack, at);
      let group = called.get(child);
      if (!group) {
        group = { weight: 0, stacks: [], at: [] };
        called.set(child, group);
      }
      group.weight += weight;
      group.stacks.push(stack);
      group.at.push(at + 1);
    }
    let [small, smallCount] = [0, 0];
    for (const [child, group] of called) {
      if (group.weight < total * LEAST_SHARE) {
        small += group.weight;
        smallCount++;
        continue;
      }
      const made = { name: frames.label(child), value: 0, children: [] as TreeNode[] };
      node.children.push(made);
      open.push({ node: made, frame: child, stacks: group.stacks, at: group.at });
    }
    if (small > 0) node.children.push({ name: `${smallCount} smaller`, value: small });
  }
  return root;
}
