import { formatShare } from "./format.ts";
import { type Content, element, type Html } from "./html.ts";
import { type Rectangle, squarify } from "./squarify.ts";
import type { SizedNode } from "./tree.ts";
import { formatPlain, type ValueType } from "./value.ts";

/** The drawing's height in pixels, and the width for which it is laid out; it is stretched to the width that there is. */
export const TREEMAP_HEIGHT = 460;
const NOMINAL_WIDTH = 960;

/** Colours that tiles take in turn, by their order of size. */
const COLOURS = 8;

/** Pixels of a tile's own heading, above the tiles inside it. */
const HEADING = 22;
/** Pixels between a tile's edge and the tiles inside it. */
const GAP = 3;
/** Pixels of one letter, about; what is longer than a tile is shortened. */
const LETTER = 6.8;
/** Smaller tiles have no text: it could not be read. */
const LEAST_WIDTH = 44;
const LEAST_HEIGHT = 20;

/**
 * The tiles of a node's children with their own children inside them, as content of the chart's `<svg>`. Heights are
 * pixels and widths percent, so that the chart follows the width of the page while its text keeps its size. The same
 * here and in the page, where the script draws the node that is opened.
 */
export function treemapTiles(node: SizedNode, type: ValueType): Html[] {
  const area = { x: 0, y: 0, width: NOMINAL_WIDTH, height: TREEMAP_HEIGHT };
  return tiles(node, area, (child, box, index) => {
    const kind = child.merged ? "merged" : `colour-${index % COLOURS}`;
    const text = `${child.name} ${formatPlain(type, child.size)}, ${formatShare(child.size, node.size)}`;
    return element(
      "svg",
      { class: `tile ${kind}`, "data-index": index, ...place(box, NOMINAL_WIDTH) },
      element("title", {}, text),
      element("rect", { width: "100%", height: "100%" }),
      tileContent(child, box, type),
    );
  });
}

function tileContent(node: SizedNode, box: Rectangle, type: ValueType): Content {
  const size = formatPlain(type, node.size);
  if (!node.children || box.height < 3 * HEADING || box.width < 2 * LEAST_WIDTH) {
    return [label(node.name, box, 16, "name"), box.height >= 2 * LEAST_HEIGHT && label(size, box, 32, "size")];
  }
  const inner = { x: GAP, y: HEADING, width: box.width - 2 * GAP, height: box.height - HEADING - GAP };
  const heading = `${node.name}  ${size}`;
  return [
    label(heading.length <= lettersIn(box.width) ? heading : node.name, box, 15, "name"),
    ...tiles(node, inner, (child, innerBox) =>
      element(
        "svg",
        { class: child.merged ? "inner merged" : "inner", "aria-hidden": "true", ...place(innerBox, box.width) },
        element("rect", { width: "100%", height: "100%" }),
        label(child.name, innerBox, 15, "name"),
      ),
    ),
  ];
}

/** One piece of the chart for each child, in the rectangle that is its part of the whole. */
function tiles(
  node: SizedNode,
  area: Rectangle,
  draw: (child: SizedNode, box: Rectangle, index: number) => Html,
): Html[] {
  const children = node.children ?? [];
  const boxes = squarify(
    children.map(({ size }) => size),
    area,
  );
  return children.map((child, index) => draw(child, boxes[index] as Rectangle, index));
}

/** A text for the eye alone: the tile is named by its title. */
function label(text: string, box: Rectangle, y: number, kind: string): Content {
  if (box.width < LEAST_WIDTH || box.height < LEAST_HEIGHT) return undefined;
  const letters = lettersIn(box.width);
  const shown = text.length <= letters ? text : `${text.slice(0, letters - 1).trimEnd()}…`;
  return element("text", { class: kind, x: 6, y, "aria-hidden": "true" }, shown);
}

function lettersIn(width: number): number {
  return Math.floor((width - 10) / LETTER);
}

/** A nested `<svg>` clips what is too long for it. */
function place(box: Rectangle, width: number): Record<string, string> {
  const percent = (length: number) => `${Number(((length / width) * 100).toFixed(3))}%`;
  const pixels = (length: number) => String(Number(length.toFixed(2)));
  return { x: percent(box.x), y: pixels(box.y), width: percent(box.width), height: pixels(box.height) };
}
