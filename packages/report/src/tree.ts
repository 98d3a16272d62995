import { countWhile } from "@adk/core";
import { visibleText } from "./escape.ts";

/** A part of a whole, as a caller gives it. */
export interface TreeNode {
  name: string;
  /** What the node holds by itself, beside its children; default 0. Negative and infinite values count as 0. */
  value?: number;
  children?: readonly TreeNode[];
}

/** A node with all that is below it summed up, and its children largest first: what a treemap draws. */
export interface SizedNode {
  name: string;
  size: number;
  /** Left out where there are none to show. */
  children?: SizedNode[];
  /** Set on the node that stands for what is too small to be shown one by one. */
  merged?: true;
}

/** Children of one node that are shown one by one; the smaller rest is merged. */
const MOST_CHILDREN = 60;
/** Children smaller than this part of their parent cannot be seen and are merged. */
const LEAST_SHARE = 0.001;
/** Nodes in all: the page carries them as data. Where they run out, the smaller branches stay closed. */
const MOST_NODES = 1500;

/** Sums up a tree of any size and keeps what is large enough to be seen. */
export function sizedTree(root: TreeNode): SizedNode {
  const sizes = treeSizes(root);
  const top: SizedNode = { name: visibleText(root.name), size: sizes.get(root) ?? 0 };
  // The largest branch is opened first: a list sorted by size, smallest first, so that `pop` takes it.
  const closed: { node: TreeNode; sized: SizedNode }[] = [{ node: root, sized: top }];
  let count = 1;
  for (let next = closed.pop(); next !== undefined && count < MOST_NODES; next = closed.pop()) {
    const shown = shownChildren(next.node, sizes, next.sized.size);
    if (shown.length === 0) continue;
    const children = shown.map((node) => ({ node, sized: sizedLeaf(node, sizes) }));
    next.sized.children = [...children.map(({ sized }) => sized), ...mergedRest(next.node, shown, sizes)].sort(
      (a, b) => b.size - a.size,
    );
    count += next.sized.children.length;
    for (const child of children) {
      if (child.node.children?.length) closed.splice(placeOf(closed, child.sized.size), 0, child);
    }
  }
  return top;
}

/** The size of each node, without recursion: a hostile tree may be deeper than the stack. */
export function treeSizes(root: TreeNode): Map<TreeNode, number> {
  const order: TreeNode[] = [root];
  for (let index = 0; index < order.length; index++) {
    for (const child of (order[index] as TreeNode).children ?? []) order.push(child);
  }
  const sizes = new Map<TreeNode, number>();
  for (const node of order.reverse()) {
    sizes.set(
      node,
      (node.children ?? []).reduce((sum, child) => sum + (sizes.get(child) ?? 0), ownSize(node)),
    );
  }
  return sizes;
}

function ownSize({ value = 0 }: TreeNode): number {
  return value > 0 && Number.isFinite(value) ? value : 0;
}

function sizedLeaf(node: TreeNode, sizes: ReadonlyMap<TreeNode, number>): SizedNode {
  return { name: visibleText(node.name), size: sizes.get(node) ?? 0 };
}

/** The children that are shown one by one, largest first. */
function shownChildren(node: TreeNode, sizes: ReadonlyMap<TreeNode, number>, size: number): TreeNode[] {
  const sizeOf = (child: TreeNode) => sizes.get(child) ?? 0;
  return [...(node.children ?? [])]
    .sort((a, b) => sizeOf(b) - sizeOf(a))
    .slice(0, MOST_CHILDREN)
    .filter((child) => sizeOf(child) > 0 && sizeOf(child) >= size * LEAST_SHARE);
}

/** What the other children and the node by itself hold, as one node if that is anything. */
function mergedRest(node: TreeNode, shown: readonly TreeNode[], sizes: ReadonlyMap<TreeNode, number>): SizedNode[] {
  const taken = new Set(shown);
  const rest = (node.children ?? []).filter((child) => !taken.has(child) && (sizes.get(child) ?? 0) > 0);
  const size = rest.reduce((sum, child) => sum + (sizes.get(child) ?? 0), ownSize(node));
  if (size === 0) return [];
  return [{ name: rest.length > 0 ? `${rest.length} smaller` : "directly here", size, merged: true }];
}

/** Where a branch of this size belongs in a list sorted by size. */
export function placeOf(closed: readonly { sized: { size: number } }[], size: number): number {
  return countWhile(closed.length, (i) => (closed[i] as { sized: { size: number } }).sized.size < size);
}
