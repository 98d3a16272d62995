import { dataScript } from "./data-script.ts";
import { formatShare } from "./format.ts";
import { element, type Html, html } from "./html.ts";
import { table } from "./table.ts";
import { type SizedNode, sizedTree, type TreeNode } from "./tree.ts";
import { TREEMAP_HEIGHT, treemapTiles } from "./treemap-tiles.ts";
import { formatPlain, type ValueType } from "./value.ts";

export interface TreemapOptions {
  title: string;
  /** What the values count: "Size". */
  valueTitle: string;
  type: Exclude<ValueType, "text" | "hash" | "date">;
  root: TreeNode;
  /** What stands between the names of a path; default `\`. */
  separator?: string;
}

/** What the page's script gets to know of a treemap. */
export interface TreemapData {
  root: SizedNode;
  type: ValueType;
}

/**
 * A whole and its parts as areas, two levels at a time; a part is opened by a click or the Enter key. What is too small
 * to be seen is merged. Below it stands the same as a table; without JavaScript the chart shows its first two levels.
 */
export function treemap({ title, valueTitle, type, root, separator = "\\" }: TreemapOptions): Html {
  const sized = sizedTree(root);
  const summary = treemapSummary(sized, type);
  const data: TreemapData = { root: sized, type };
  const rows = treeRows(sized, separator);
  return html`<figure class="card treemap">
<div class="card-head"><figcaption>${title}</figcaption></div>
<p class="note summary">${summary}</p>
<div class="chart">${element("svg", { width: "100%", height: TREEMAP_HEIGHT, role: "img", "aria-label": `${title}. ${summary}` }, ...treemapTiles(sized, type))}</div>
${sized.children && dataScript(data)}
<details><summary>The same as a table</summary>
${table({
  caption: `${title}, by size`,
  columns: [
    { key: "path", label: "Name" },
    { key: "size", label: valueTitle, type },
    { key: "share", label: "Share", align: "end" },
  ],
  rows,
})}</details></figure>`;
}

function treemapSummary(root: SizedNode, type: ValueType): string {
  const total = formatPlain(type, root.size);
  const largest = root.children?.find((child) => !child.merged);
  if (!largest) return `${root.name}: ${total}.`;
  const share = formatShare(largest.size, root.size);
  return `${root.name}: ${total} in all. The largest part is ${largest.name} with ${formatPlain(type, largest.size)}, ${share}.`;
}

/** Every node that the chart can show, with its path below the root, in the chart's order. */
function treeRows(root: SizedNode, separator: string): { path: string; size: number; share: string }[] {
  const rows: { path: string; size: number; share: string }[] = [];
  const open = [{ node: root, path: "" }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, path } = next;
    if (node !== root) rows.push({ path, size: node.size, share: formatShare(node.size, root.size) });
    for (const child of [...(node.children ?? [])].reverse()) {
      const name = child.merged ? `(${child.name})` : child.name;
      open.push({ node: child, path: path === "" ? name : path + separator + name });
    }
  }
  return rows.sort((a, b) => b.size - a.size);
}
