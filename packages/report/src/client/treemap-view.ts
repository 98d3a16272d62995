import { formatShare } from "../format.ts";
import type { SizedNode } from "../tree.ts";
import type { TreemapData } from "../treemap.ts";
import { treemapTiles } from "../treemap-tiles.ts";
import { formatPlain } from "../value.ts";
import { button, div, figureData } from "./dom.ts";

const DIRECTIONS: Record<string, [x: number, y: number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** A treemap in which parts can be opened: by click, or by arrow keys, Enter, and Escape for the way back. */
export class TreemapView {
  readonly #data: TreemapData;
  readonly #svg: SVGSVGElement;
  readonly #trail = document.createElement("nav");
  readonly #readout = div("readout");
  /** The nodes from the whole to the one that is drawn. */
  #path: SizedNode[];

  static attach(figure: HTMLElement): void {
    const data = figureData<TreemapData>(figure);
    const svg = figure.querySelector<SVGSVGElement>(".chart > svg");
    if (data && svg) new TreemapView(data, svg);
  }

  constructor(data: TreemapData, svg: SVGSVGElement) {
    this.#data = data;
    this.#svg = svg;
    this.#path = [data.root];
    this.#trail.className = "trail";
    this.#trail.setAttribute("aria-label", "Opened parts");
    svg.before(this.#trail);
    svg.after(this.#readout);
    svg.setAttribute("role", "group");
    svg.addEventListener("click", (event) => this.#open(tileOf(event)));
    svg.addEventListener("keydown", (event) => this.#onKey(event));
    for (const type of ["pointerover", "focusin"]) svg.addEventListener(type, (event) => this.#tell(tileOf(event)));
    for (const type of ["pointerleave", "focusout"]) svg.addEventListener(type, () => this.#tell(null));
    this.#draw();
  }

  get #node(): SizedNode {
    return this.#path.at(-1) as SizedNode;
  }

  get #tiles(): SVGSVGElement[] {
    return [...this.#svg.querySelectorAll<SVGSVGElement>(".tile")];
  }

  #childOf(tile: SVGSVGElement | null): SizedNode | undefined {
    return tile ? this.#node.children?.[Number(tile.dataset.index)] : undefined;
  }

  #draw(): void {
    this.#svg.innerHTML = treemapTiles(this.#node, this.#data.type).join("");
    for (const [index, tile] of this.#tiles.entries()) {
      const opens = this.#childOf(tile)?.children !== undefined;
      tile.classList.toggle("opens", opens);
      // The tile's own area takes the focus: were it the whole tile, the names of its parts would be part of its label.
      const area = tile.querySelector("rect");
      const title = tile.querySelector("title");
      area?.setAttribute("aria-label", `${title?.textContent ?? ""}${opens ? ", opens" : ""}`);
      area?.setAttribute("role", opens ? "button" : "img");
      area?.setAttribute("tabindex", index === 0 ? "0" : "-1");
      // The readout below the chart says the same as the title.
      title?.remove();
    }
    this.#trail.replaceChildren(
      ...this.#path.map((node, depth) => {
        if (node === this.#node) {
          const here = document.createElement("span");
          here.textContent = node.name;
          here.setAttribute("aria-current", "true");
          return here;
        }
        return button(node.name, () => this.#close(depth));
      }),
    );
    this.#tell(null);
  }

  /** Shows what a tile is, or how the chart is used. */
  #tell(tile: SVGSVGElement | null): void {
    const child = this.#childOf(tile);
    this.#readout.textContent = child
      ? `${child.name} · ${formatPlain(this.#data.type, child.size)} · ${formatShare(child.size, this.#node.size)} of ${this.#node.name}`
      : "Open a part with a click, or with the arrow keys and Enter; Escape goes back.";
  }

  #open(tile: SVGSVGElement | null): void {
    const child = this.#childOf(tile);
    if (!child?.children) return;
    this.#path.push(child);
    this.#draw();
    this.#focus(this.#tiles[0]);
  }

  /** Goes back to the node at a depth, and to the tile that was opened there. */
  #close(depth: number): void {
    const opened = this.#path[depth + 1];
    this.#path = this.#path.slice(0, depth + 1);
    this.#draw();
    this.#focus(this.#tiles.find((tile) => this.#childOf(tile) === opened));
  }

  #focus(tile: SVGSVGElement | undefined): void {
    if (!tile) return;
    for (const other of this.#tiles) other.querySelector("rect")?.setAttribute("tabindex", other === tile ? "0" : "-1");
    tile.querySelector("rect")?.focus();
  }

  #onKey(event: KeyboardEvent): void {
    const tile = tileOf(event);
    const direction = DIRECTIONS[event.key];
    if (direction && tile) this.#focus(neighbour(tile, this.#tiles, direction));
    else if (event.key === "Enter" || event.key === " ") this.#open(tile);
    else if (event.key === "Home") this.#focus(this.#tiles[0]);
    else if (event.key === "End") this.#focus(this.#tiles.at(-1));
    else if (event.key === "Escape" && this.#path.length > 1) this.#close(this.#path.length - 2);
    else return;
    event.preventDefault();
  }
}

function tileOf(event: Event): SVGSVGElement | null {
  return event.target instanceof Element ? event.target.closest<SVGSVGElement>(".tile") : null;
}

/** The tile next to this one in a direction: near along it, and not far aside. */
function neighbour(
  from: Element,
  tiles: readonly SVGSVGElement[],
  [x, y]: [number, number],
): SVGSVGElement | undefined {
  const start = centre(from);
  let best: SVGSVGElement | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const tile of tiles) {
    const at = centre(tile);
    const along = (at.x - start.x) * x + (at.y - start.y) * y;
    const aside = Math.abs((at.x - start.x) * y) + Math.abs((at.y - start.y) * x);
    if (along > 1 && along + 2 * aside < least) {
      least = along + 2 * aside;
      best = tile;
    }
  }
  return best;
}

/** The middle of a tile's area; the box of a nested `<svg>` holds what is clipped too. */
function centre(tile: Element): { x: number; y: number } {
  const box = (tile.querySelector("rect") ?? tile).getBoundingClientRect();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
