import type { FlameData } from "../flame-graph.ts";
import { flameName, flameText, flameTiles } from "../flame-tiles.ts";
import { flameChildren, flamePath, ownFlameSize } from "../flame-tree.ts";
import { formatShare } from "../format.ts";
import { formatPlain } from "../value.ts";
import { button, div, figureData } from "./dom.ts";

/** Narrower tiles cannot be seen. */
const LEAST_PERCENT_DRAWN = 0.07;

/** A flame graph in which functions are zoomed to: by click, or by arrow keys, Enter, and Escape for the way back. */
export class FlameView {
  readonly #data: FlameData;
  readonly #children: number[][];
  readonly #svg: SVGSVGElement;
  readonly #readout = div("readout");
  readonly #found = div("status");
  readonly #all: HTMLButtonElement;
  #focus = 0;
  /** Node that has the keyboard's focus. */
  #current = 0;
  #words = "";

  static attach(figure: HTMLElement): void {
    const data = figureData<FlameData>(figure);
    const svg = figure.querySelector<SVGSVGElement>(".chart > svg");
    if (data && svg) new FlameView(figure, data, svg);
  }

  constructor(figure: HTMLElement, data: FlameData, svg: SVGSVGElement) {
    this.#data = data;
    this.#children = flameChildren(data.tree);
    this.#svg = svg;
    this.#all = button("All", () => this.#zoom(0));
    this.#found.setAttribute("role", "status");
    figure.querySelector(".card-head")?.append(div("tools", this.#found, this.#searchField(figure), this.#all));
    svg.parentElement?.after(this.#readout);
    svg.parentElement?.removeAttribute("tabindex");
    svg.setAttribute("role", "group");
    svg.addEventListener("click", (event) => {
      const node = flameNodeOf(event);
      if (node !== undefined) this.#zoom(node);
    });
    svg.addEventListener("keydown", (event) => this.#onKey(event));
    for (const type of ["pointerover", "focusin"])
      svg.addEventListener(type, (event) => this.#tell(flameNodeOf(event)));
    for (const type of ["pointerleave", "focusout"]) svg.addEventListener(type, () => this.#tell(undefined));
    this.#draw();
  }

  #searchField(figure: HTMLElement): HTMLInputElement {
    const field = document.createElement("input");
    field.type = "search";
    field.placeholder = "Search";
    field.setAttribute("aria-label", `Search ${figure.querySelector("figcaption")?.textContent ?? ""}`);
    field.addEventListener("input", () => {
      this.#words = field.value.trim().toLowerCase();
      this.#mark();
    });
    return field;
  }

  #draw(): void {
    const { tree, type } = this.#data;
    const { height, tiles } = flameTiles(tree, this.#children, this.#focus, type, LEAST_PERCENT_DRAWN);
    this.#svg.setAttribute("height", String(height));
    this.#svg.innerHTML = tiles.join("");
    for (const tile of this.#tiles()) {
      const area = tile.querySelector("rect");
      area?.setAttribute("role", "button");
      area?.setAttribute("aria-label", tile.querySelector("title")?.textContent ?? "");
      area?.setAttribute("tabindex", Number(tile.dataset.node) === this.#current ? "0" : "-1");
      // The readout below the chart says the same as the title.
      tile.querySelector("title")?.remove();
    }
    this.#all.setAttribute("aria-disabled", String(this.#focus === 0));
    this.#mark();
    this.#tell(undefined);
  }

  #tiles(): NodeListOf<SVGSVGElement> {
    return this.#svg.querySelectorAll<SVGSVGElement>(".tile");
  }

  #tell(node: number | undefined): void {
    const { tree, type } = this.#data;
    if (node === undefined) {
      this.#readout.textContent =
        "Zoom to a function with a click, or with the arrow keys and Enter; Escape goes back. The width is the share.";
      return;
    }
    const own = ownFlameSize(tree, this.#children, node);
    const share = formatShare(own, tree.size[0] as number);
    this.#readout.textContent = `${flameText(tree, node, type)} · in itself ${own > 0 ? formatPlain(type, own) : "nothing"}${own > 0 ? `, ${share}` : ""}`;
  }

  /** Draws a node over all of the width. */
  #zoom(node: number): void {
    this.#focus = node;
    this.#current = node;
    this.#draw();
    this.#put(node);
  }

  /** Gives the keyboard's focus to a tile. */
  #put(node: number): void {
    const area = this.#svg.querySelector<SVGElement>(`[data-node="${node}"] > rect`);
    if (!area) return;
    this.#svg.querySelector('rect[tabindex="0"]')?.setAttribute("tabindex", "-1");
    area.setAttribute("tabindex", "0");
    this.#current = node;
    area.focus();
  }

  #onKey(event: KeyboardEvent): void {
    const node = flameNodeOf(event);
    if (node === undefined) return;
    const { tree } = this.#data;
    const parent = tree.parent[node] as number;
    if (event.key === "ArrowUp") this.#put(parent);
    else if (event.key === "ArrowDown") this.#put(this.#below(node));
    else if (event.key === "ArrowLeft") this.#put(this.#beside(node, -1));
    else if (event.key === "ArrowRight") this.#put(this.#beside(node, 1));
    else if (event.key === "Home") this.#put(0);
    else if (event.key === "Enter" || event.key === " ") this.#zoom(node);
    else if (event.key === "Escape") this.#zoom(tree.parent[this.#focus] as number);
    else return;
    event.preventDefault();
  }

  /** The largest function that a node calls; of one above the zoomed one, that towards it. */
  #below(node: number): number {
    const path = flamePath(this.#data.tree, this.#focus);
    const at = path.indexOf(node);
    return (at >= 0 ? path[at + 1] : undefined) ?? this.#children[node]?.[0] ?? node;
  }

  /** The tile beside another, in its row. */
  #beside(node: number, step: number): number {
    const own = this.#svg.querySelector<SVGSVGElement>(`[data-node="${node}"]`);
    const row = [...this.#tiles()].filter((tile) => tile.getAttribute("y") === own?.getAttribute("y"));
    const next = own && row[row.indexOf(own) + step];
    return next ? Number(next.dataset.node) : node;
  }

  /** Shows what is looked for, and tells its share: of a function inside another that is looked for too, the outer one counts. */
  #mark(): void {
    const { tree, type } = this.#data;
    const hits = tree.names.map((name) => this.#words !== "" && name.toLowerCase().includes(this.#words));
    for (const tile of this.#tiles()) {
      const hit = hits[tree.name[Number(tile.dataset.node)] as number] === true;
      tile.classList.toggle("found", hit);
      tile.classList.toggle("dim", this.#words !== "" && !hit);
    }
    if (this.#words === "") {
      this.#found.textContent = "";
      return;
    }
    const inside: boolean[] = [];
    let sum = 0;
    for (let node = 0; node < tree.size.length; node++) {
      const above = node > 0 && inside[tree.parent[node] as number] === true;
      const hit = hits[tree.name[node] as number] === true && !tree.merged.includes(node);
      if (hit && !above) sum += tree.size[node] as number;
      inside[node] = above || hit;
    }
    const count = new Set(
      tree.name.filter((name) => hits[name]).map((name) => flameName(tree, tree.name.indexOf(name))),
    ).size;
    this.#found.textContent = `${count} found: ${formatPlain(type, sum)}, ${formatShare(sum, tree.size[0] as number)}`;
  }
}

function flameNodeOf(event: Event): number | undefined {
  const tile = event.target instanceof Element ? event.target.closest<SVGSVGElement>(".flames .tile") : null;
  return tile ? Number(tile.dataset.node) : undefined;
}
