import type { TreeNode } from "@adk/report";
import { type CallNode, callTree } from "../stacks/call-tree.ts";
import type { StackProfile } from "../stacks/stack-profile.ts";

/** Parts of the whole that are smaller are merged. */
const LEAST_SHARE = 0.0002;

/** Calls as a flame graph has them. Frames of one module behind each other that have no names are one: `clr.dll!?`. */
export function callFlames(profile: StackProfile, name: string): TreeNode {
  const { frames, total } = profile;
  const root = callTree(profile);
  const top = { name, value: 0, children: [] as TreeNode[] };
  const open: { readonly group: readonly CallNode[]; readonly node: typeof top }[] = [{ group: [root], node: top }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { group, node } = next;
    const same = [...group];
    const called = new Map<number, CallNode[]>();
    for (const each of same) {
      node.value += each.exclusive;
      const nameless = each.frame >= 0 && frames.place(each.frame).function === "";
      for (const child of each.children) {
        if (nameless && child.frame === each.frame) same.push(child);
        else {
          const list = called.get(child.frame);
          if (list) list.push(child);
          else called.set(child.frame, [child]);
        }
      }
    }
    let [small, smallCount] = [0, 0];
    for (const [frame, list] of called) {
      const weight = list.reduce((sum, { inclusive }) => sum + inclusive, 0);
      if (weight < total * LEAST_SHARE) {
        small += weight;
        smallCount++;
        continue;
      }
      const child = { name: frames.label(frame), value: 0, children: [] as TreeNode[] };
      node.children.push(child);
      open.push({ group: list, node: child });
    }
    if (small > 0) node.children.push({ name: `${smallCount} smaller`, value: small });
  }
  return top;
}
