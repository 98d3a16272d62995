import { describe, expect, it } from "vitest";
import { flameGraph } from "./flame-graph.ts";
import { flameChildren, flamePath, ownFlameSize } from "./flame-tree.ts";
import { flameTree } from "./sum-flame-tree.ts";
import type { TreeNode } from "./tree.ts";

const HOSTILE = "<img src=x onerror=alert(1)>";

describe("flameTree", () => {
  it("has callers in front of what they call, largest first, with sums", () => {
    const tree = flameTree({
      name: "all",
      children: [
        { name: "a", value: 1, children: [{ name: "b", value: 2 }] },
        { name: "b", value: 4 },
      ],
    });
    expect(tree.name.map((name) => tree.names[name])).toEqual(["all", "b", "a", "b"]);
    expect(tree.size).toEqual([7, 4, 3, 2]);
    expect(tree.parent).toEqual([0, 0, 0, 2]);
    expect(tree.names).toEqual(["all", "b", "a"]);
    const children = flameChildren(tree);
    expect(ownFlameSize(tree, children, 2)).toBe(1);
    expect(ownFlameSize(tree, children, 0)).toBe(0);
    expect(flamePath(tree, 3)).toEqual([0, 2, 3]);
  });

  it("merges what is too small, so that sums are right", () => {
    const many = Array.from({ length: 20_000 }, (_, index) => ({ name: `f${index}`, value: 1 }));
    const tree = flameTree({ name: "all", children: [{ name: "large", value: 1e6 }, ...many] });
    expect(tree.size).toEqual([1_020_000, 1e6, 20_000]);
    expect(tree.merged).toEqual([2]);
    expect(tree.names[tree.name[2] as number]).toBe("20000 smaller");
  });

  it("keeps a bound of nodes, however many are large enough", () => {
    const wide = (depth: number): TreeNode[] =>
      depth === 0
        ? []
        : Array.from({ length: 12 }, (_, index) => ({ name: `f${index}`, value: 1, children: wide(depth - 1) }));
    const tree = flameTree({ name: "all", children: wide(4) });
    expect(tree.size.length).toBeLessThan(8000);
    const children = flameChildren(tree);
    for (let node = 0; node < tree.size.length; node++) {
      const called = (children[node] as number[]).reduce((sum, child) => sum + (tree.size[child] as number), 0);
      expect(called).toBeLessThanOrEqual(tree.size[node] as number);
    }
  });

  it("takes calls that are nested deeper than any stack of ours", () => {
    let node: TreeNode = { name: "last", value: 1 };
    for (let depth = 0; depth < 50_000; depth++) node = { name: "f", children: [node] };
    const tree = flameTree(node);
    expect(tree.size.length).toBeLessThan(8000);
    expect(flameGraph({ title: "Calls", type: "number", root: node }).toString().length).toBeLessThan(3_000_000);
  });
});

describe("flameGraph", () => {
  const root = { name: "all", children: [{ name: HOSTILE, value: 1, children: [{ name: "app.exe!main", value: 3 }] }] };
  const markup = flameGraph({ title: "Calls", id: "calls", type: "duration", root }).toString();

  it("has a summary, tiles, and the same as lists", () => {
    expect(markup).toContain("4.00 ms in all. The most in one place: app.exe!main 3.00 ms, 75 %.");
    expect(markup.match(/class="tile /g)).toHaveLength(3);
    expect(markup).toMatch(/<ul class="outline"><li><details open><summary><span>all<\/span>/);
    expect(markup).toContain('id="calls"');
  });

  it("lets no name become markup", () => {
    expect(markup).not.toContain("<img");
  });

  it("draws nothing of nothing", () => {
    expect(flameGraph({ title: "Calls", type: "duration", root: { name: "all" } }).toString()).toContain("0 s in all.");
  });
});
