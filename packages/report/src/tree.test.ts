import { expect, it } from "vitest";
import { type SizedNode, sizedTree, type TreeNode } from "./tree.ts";

function count(node: SizedNode): number {
  return (node.children ?? []).reduce((sum, child) => sum + count(child), 1);
}

it("sums up, sorts, and merges what is too small to be seen", () => {
  const tiny = Array.from({ length: 5 }, (_, index) => ({ name: `tiny${index}`, value: 1 }));
  const root = {
    name: "root",
    value: 7,
    children: [{ name: "small", value: 90_000 }, ...tiny, { name: "big", value: 1e6 }],
  };
  expect(sizedTree(root)).toEqual({
    name: "root",
    size: 1_090_012,
    children: [
      { name: "big", size: 1e6 },
      { name: "small", size: 90_000 },
      { name: "5 smaller", size: 12, merged: true },
    ],
  });
});

it("tells what a node holds by itself", () => {
  expect(sizedTree({ name: "root", value: 2, children: [{ name: "a", value: 3 }] }).children).toEqual([
    { name: "a", size: 3 },
    { name: "directly here", size: 2, merged: true },
  ]);
});

it("takes wrong sizes for nothing", () => {
  const children = [Number.NaN, -5, Number.POSITIVE_INFINITY, 4].map((value, index) => ({ name: `n${index}`, value }));
  expect(sizedTree({ name: "root", children })).toEqual({ name: "root", size: 4, children: [{ name: "n3", size: 4 }] });
});

it("bears a tree deeper than the stack and larger than a page", () => {
  let deep: TreeNode = { name: "leaf", value: 1 };
  for (let depth = 0; depth < 100_000; depth++) deep = { name: "d", value: 1, children: [deep] };
  expect(count(sizedTree(deep))).toBeLessThan(1600);

  const wide: TreeNode[] = Array.from({ length: 200 }, (_, i) => ({
    name: `w${i}`,
    children: Array.from({ length: 200 }, (_, j) => ({ name: `${j}`, value: i * j + 1 })),
  }));
  const sized = sizedTree({ name: "root", children: wide });
  expect(count(sized)).toBeLessThan(1600);
  expect(sized.children).toHaveLength(61);
  const shown = (sized.children ?? []).reduce((sum, child) => sum + child.size, 0);
  expect(shown).toBe(sized.size);
});
