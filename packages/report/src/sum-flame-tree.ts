import { visibleText } from "./escape.ts";
import type { FlameTree } from "./flame-tree.ts";
import { placeOf, type TreeNode, treeSizes } from "./tree.ts";

/** Nodes that are opened: the page carries them as data. The largest are kept; one more node stands for what each other one calls. */
const MOST_NODES = 4000;
/** Parts of the whole that are smaller are merged. */
const LEAST_SHARE = 0.0002;

interface Branch {
  node: TreeNode | undefined;
  parent: number;
  sized: { size: number };
  name: string;
}

/** Sums up a tree and keeps what is large enough to be seen; the rest is merged, so that sums are right. */
export function flameTree(root: TreeNode): FlameTree {
  const sizes = treeSizes(root);
  const sizeOf = (node: TreeNode) => sizes.get(node) ?? 0;
  const whole = sizeOf(root);
  const tree: FlameTree = { names: [], name: [], parent: [], size: [], merged: [] };
  const numbers = new Map<string, number>();
  // The largest branch is taken first: a list sorted by size, smallest first, so that `pop` takes it.
  const open: Branch[] = [{ node: root, parent: 0, sized: { size: whole }, name: root.name }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const number = tree.size.length;
    const name = visibleText(next.name);
    let nameNumber = numbers.get(name);
    if (nameNumber === undefined) {
      nameNumber = tree.names.push(name) - 1;
      numbers.set(name, nameNumber);
    }
    tree.name.push(nameNumber);
    tree.parent.push(next.parent);
    tree.size.push(Number(next.sized.size.toPrecision(12)));
    if (!next.node) tree.merged.push(number);
    const children = (next.node?.children ?? []).filter((child) => sizeOf(child) > 0);
    const room = Math.max(0, MOST_NODES - number - open.length);
    const large = children.filter((child) => sizeOf(child) >= whole * LEAST_SHARE);
    const shown = large.sort((x, y) => sizeOf(y) - sizeOf(x)).slice(0, room);
    const taken = new Set(shown);
    const rest = children.filter((child) => !taken.has(child));
    const branches: Branch[] = shown.map((node) => ({
      node,
      parent: number,
      sized: { size: sizeOf(node) },
      name: node.name,
    }));
    if (rest.length > 0) {
      const size = rest.reduce((sum, child) => sum + sizeOf(child), 0);
      branches.push({ node: undefined, parent: number, sized: { size }, name: `${rest.length} smaller` });
    }
    for (const branch of branches) open.splice(placeOf(open, branch.sized.size), 0, branch);
  }
  return tree;
}
