import { dataScript } from "./data-script.ts";
import { flameOutline } from "./flame-outline.ts";
import { flameText, flameTiles } from "./flame-tiles.ts";
import { type FlameTree, flameChildren, ownFlameSize } from "./flame-tree.ts";
import { element, type Html, html } from "./html.ts";
import { flameTree } from "./sum-flame-tree.ts";
import type { TreeNode } from "./tree.ts";
import { formatPlain, type ValueType } from "./value.ts";

export interface FlameGraphOptions {
  title: string;
  /** For links to it. */
  id?: string;
  type: Exclude<ValueType, "text" | "hash" | "date">;
  /** Callers and what they call; `value` is what a node takes by itself. Names are `module!function`: a module has one colour. */
  root: TreeNode;
}

/** What the page's script gets to know of a flame graph. */
export interface FlameData {
  tree: FlameTree;
  type: ValueType;
}

/** Narrower tiles are drawn by the script only. */
const LEAST_PERCENT = 0.4;

/**
 * Calls as tiles: a function over what it calls, as wide as its share. One is zoomed to by a click or the Enter key, and names are
 * searched. Below it stands the same as a tree of lists; without JavaScript the chart shows all of it, down to what can be told apart.
 */
export function flameGraph({ title, id, type, root }: FlameGraphOptions): Html {
  const tree = flameTree(root);
  const children = flameChildren(tree);
  const summary = flameSummary(tree, children, type);
  const { height, tiles } = flameTiles(tree, children, 0, type, LEAST_PERCENT);
  const data: FlameData = { tree, type };
  return html`<figure class="card flame-graph" id="${id ?? "flame-graph"}">
<div class="card-head"><figcaption>${title}</figcaption></div>
<p class="note summary">${summary}</p>
<div class="chart flames" role="group" aria-label="${title}" tabindex="0">${element("svg", { width: "100%", height, role: "img", "aria-label": `${title}. ${summary}` }, ...tiles)}</div>
${tree.size.length > 1 && dataScript(data)}
<details><summary>The same as a tree</summary>
${flameOutline(tree, children, type)}</details></figure>`;
}

function flameSummary(tree: FlameTree, children: readonly number[][], type: ValueType): string {
  let most = 0;
  for (let node = 1; node < tree.size.length; node++) {
    if (!tree.merged.includes(node) && ownFlameSize(tree, children, node) > ownFlameSize(tree, children, most))
      most = node;
  }
  const whole = formatPlain(type, tree.size[0] as number);
  if (most === 0) return `${whole} in all.`;
  return `${whole} in all. The most in one place: ${flameText(tree, most, type)}.`;
}
