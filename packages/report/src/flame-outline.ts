import { flameName } from "./flame-tiles.ts";
import { type FlameTree, ownFlameSize } from "./flame-tree.ts";
import { formatShare } from "./format.ts";
import { type Content, type Html, html } from "./html.ts";
import { formatPlain, type ValueType } from "./value.ts";

/** Parts of the whole that the outline has: smaller ones are in the drawing. */
const LEAST_SHARE = 0.005;
/** Lists inside each other: browsers open no more than some hundred elements inside each other. */
const MOST_DEPTH = 40;

/** Calls as lists inside lists that open and close. Calls that lead to one other only stand in one line. */
export function flameOutline(tree: FlameTree, children: readonly number[][], type: ValueType): Html {
  return html`<ul class="outline">${branch(tree, children, 0, type, 0)}</ul>`;
}

function branch(tree: FlameTree, children: readonly number[][], first: number, type: ValueType, depth: number): Html {
  const whole = tree.size[0] as number;
  const large = (node: number) =>
    (children[node] as number[]).filter((child) => (tree.size[child] as number) >= whole * LEAST_SHARE);
  const chain = [first];
  let last = first;
  for (let called = large(last); called.length === 1 && first !== 0; called = large(last)) {
    const [only] = called as [number];
    // What takes much by itself has a line of its own.
    if (ownFlameSize(tree, children, last) >= whole * LEAST_SHARE) break;
    chain.push(only);
    last = only;
  }
  const size = tree.size[first] as number;
  const own = ownFlameSize(tree, children, last);
  const figures = `${formatPlain(type, size)}, ${formatShare(size, whole)}${own > 0 ? `, ${formatShare(own, whole)} in itself` : ""}`;
  const line = html`${chain.map((node, index): Content => html`${index > 0 && " › "}<span>${flameName(tree, node)}</span>`)} <b>${figures}</b>`;
  const inner = large(last);
  if (inner.length === 0) return html`<li>${line}</li>\n`;
  if (depth >= MOST_DEPTH) return html`<li>${line} …</li>\n`;
  const list = html`<ul>${inner.map((child) => branch(tree, children, child, type, depth + 1))}</ul>`;
  if (depth < 2) return html`<li><details open><summary>${line}</summary>${list}</details></li>\n`;
  return html`<li><details><summary>${line}</summary>${list}</details></li>\n`;
}
