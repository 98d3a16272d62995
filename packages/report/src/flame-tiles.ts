import { type FlameTree, flamePath } from "./flame-tree.ts";
import { formatShare } from "./format.ts";
import { element, type Html } from "./html.ts";
import { formatPlain, type ValueType } from "./value.ts";

/** Pixels of a row, and the width for which texts are laid out; the drawing is stretched to the width that there is. */
const FLAME_ROW = 20;
const FLAME_WIDTH = 960;
const FLAME_LETTER = 6.8;
const FLAME_COLOURS = 8;

export interface DrawnFlames {
  height: number;
  tiles: Html[];
}

/**
 * A node over all of the width with its callers above it and what it calls below, as content of the chart's `<svg>`. Widths are parts of
 * that node. The same here and in the page, where the script draws what is zoomed to.
 *
 * @param leastPercent narrower ones are left out
 */
export function flameTiles(
  tree: FlameTree,
  children: readonly number[][],
  focus: number,
  type: ValueType,
  leastPercent: number,
): DrawnFlames {
  const tiles: Html[] = [];
  const path = flamePath(tree, focus);
  for (const [depth, node] of path.entries())
    tiles.push(flameTile(tree, node, type, depth, 0, 100, depth < path.length - 1));
  const scale = 100 / (tree.size[focus] || 1);
  let depths = path.length;
  let row: [node: number, left: number][] = [[focus, 0]];
  while (row.length > 0) {
    const next: typeof row = [];
    for (const [node, left] of row) {
      let at = left;
      for (const child of children[node] as number[]) {
        const width = (tree.size[child] as number) * scale;
        if (width >= leastPercent) {
          tiles.push(flameTile(tree, child, type, depths, at, width, false));
          next.push([child, at]);
        }
        at += width;
      }
    }
    if (next.length > 0) depths++;
    row = next;
  }
  return { height: depths * FLAME_ROW, tiles };
}

function flameTile(
  tree: FlameTree,
  node: number,
  type: ValueType,
  depth: number,
  left: number,
  width: number,
  caller: boolean,
): Html {
  const name = flameName(tree, node);
  const kind = tree.merged.includes(node) ? "rest" : `colour-${colourOf(name)}`;
  const letters = Math.floor(((width / 100) * FLAME_WIDTH - 8) / FLAME_LETTER);
  const shown = name.length <= letters ? name : `${name.slice(0, Math.max(0, letters - 1))}…`;
  const box = {
    x: `${thousandths(left)}%`,
    y: depth * FLAME_ROW,
    width: `${thousandths(width)}%`,
    height: FLAME_ROW - 1,
  };
  return element(
    "svg",
    { class: `tile ${kind}${caller ? " caller" : ""}`, "data-node": node, ...box },
    element("title", {}, flameText(tree, node, type)),
    element("rect", { width: "100%", height: "100%" }),
    letters > 2 && element("text", { x: 4, y: 14, "aria-hidden": "true" }, shown),
  );
}

export function flameName(tree: FlameTree, node: number): string {
  return tree.names[tree.name[node] as number] as string;
}

/** `ntdll.dll!RtlUserThreadStart 4.2 s, 81 %` */
export function flameText(tree: FlameTree, node: number, type: ValueType): string {
  const size = tree.size[node] as number;
  return `${flameName(tree, node)} ${formatPlain(type, size)}, ${formatShare(size, tree.size[0] as number)}`;
}

/** Functions of one module (`module!function`) have one colour, on every page. */
function colourOf(name: string): number {
  const module = name.split("!", 1)[0] as string;
  let hash = 7;
  for (let i = 0; i < module.length; i++) hash = (Math.imul(hash, 31) + module.charCodeAt(i)) >>> 0;
  return ((hash ^ (hash >>> 9)) >>> 0) % FLAME_COLOURS;
}

function thousandths(value: number): number {
  return Number(value.toFixed(3));
}
