import { formatDuration } from "../format.ts";
import type { TimelineData, TimeView } from "../timeline-data.ts";
import { percentAt, timelineAxis, timelineLane } from "../timeline-lanes.ts";
import { momentText } from "../timeline-moment.ts";
import { button, div, figureData } from "./dom.ts";

/** What one step of zooming leaves of the time, and what one step of moving goes over of the part that is seen. */
const ZOOM = 0.6;
const MOVE = 0.2;
/** Steps that the cursor takes over the part that is seen. */
const CURSOR_STEPS = 50;
/** The smallest part of the whole that is zoomed to. */
const LEAST_PART = 1e-4;

/** A timeline that can be zoomed and moved, with a cursor that tells what was at a moment: a slider for who cannot see it. */
export class TimelineView {
  readonly #data: TimelineData;
  readonly #chart: HTMLElement;
  readonly #readout = div("readout");
  readonly #part = div("status");
  readonly #cursor = div("cursor");
  #view: TimeView;
  #at: number;
  /** Where a drag began, and what was seen then. */
  #drag: { x: number; view: TimeView } | undefined;

  static attach(figure: HTMLElement): void {
    const data = figureData<TimelineData>(figure);
    const chart = figure.querySelector<HTMLElement>(".chart");
    if (data && chart) new TimelineView(figure, data, chart);
  }

  constructor(figure: HTMLElement, data: TimelineData, chart: HTMLElement) {
    this.#data = data;
    this.#chart = chart;
    this.#view = data.whole;
    this.#at = data.whole.from;
    this.#part.setAttribute("role", "status");
    const tools = div(
      "tools",
      this.#part,
      button("Zoom in", () => this.#zoom(ZOOM)),
      button("Zoom out", () => this.#zoom(1 / ZOOM)),
      button("Earlier", () => this.#move(-MOVE)),
      button("Later", () => this.#move(MOVE)),
      button("All", () => this.#show(this.#data.whole)),
    );
    figure.querySelector(".card-head")?.append(tools);
    chart.append(this.#cursor);
    chart.after(this.#readout);
    chart.setAttribute("role", "slider");
    chart.setAttribute("tabindex", "0");
    chart.setAttribute("aria-label", `${figure.querySelector("figcaption")?.textContent ?? ""}: time`);
    chart.setAttribute("aria-valuemin", String(data.whole.from));
    chart.setAttribute("aria-valuemax", String(data.whole.to));
    chart.addEventListener("keydown", (event) => this.#onKey(event));
    chart.addEventListener("wheel", (event) => this.#onWheel(event), { passive: false });
    chart.addEventListener("pointerdown", (event) => this.#onDown(event));
    chart.addEventListener("pointermove", (event) => this.#onMove(event));
    for (const type of ["pointerup", "pointercancel"]) {
      chart.addEventListener(type, () => {
        this.#drag = undefined;
      });
    }
    chart.addEventListener("dblclick", (event) => this.#zoom(ZOOM, this.#timeAt(event)));
    figure.addEventListener("show-time", (event) => this.#show((event as CustomEvent<TimeView>).detail));
    this.#show(data.whole);
    this.#readout.textContent =
      "Arrow keys move the cursor, + and - zoom, Page Up and Page Down move, Escape shows all. Or drag, and turn the wheel with Ctrl.";
  }

  get #width(): number {
    return this.#view.to - this.#view.from;
  }

  /** @param view is put inside the whole */
  #show(view: TimeView): void {
    const { whole } = this.#data;
    const most = whole.to - whole.from;
    const width = Math.min(most, Math.max(most * LEAST_PART, view.to - view.from));
    const from = Math.max(whole.from, Math.min(whole.to - width, view.from));
    this.#view = { from, to: from + width };
    this.#at = Math.max(from, Math.min(from + width, this.#at));
    const axis = this.#chart.querySelector(".axis");
    if (axis) axis.innerHTML = timelineAxis(this.#view).join("");
    for (const [index, drawing] of [...this.#chart.querySelectorAll(".drawing")].entries()) {
      const lane = this.#data.lanes[index];
      if (lane) drawing.innerHTML = timelineLane(lane, whole, this.#view).content.join("");
    }
    const all = width === most;
    this.#part.textContent = all ? "All" : `${formatDuration(from)} to ${formatDuration(from + width)}`;
    this.#placeCursor();
  }

  #zoom(factor: number, around = this.#at): void {
    const at = Math.max(this.#view.from, Math.min(this.#view.to, around));
    this.#show({ from: at - (at - this.#view.from) * factor, to: at + (this.#view.to - at) * factor });
  }

  #move(part: number): void {
    this.#show({ from: this.#view.from + part * this.#width, to: this.#view.to + part * this.#width });
  }

  /** Puts the cursor to a time and tells what was there. */
  #point(at: number): void {
    const { whole, lanes } = this.#data;
    this.#at = Math.max(whole.from, Math.min(whole.to, at));
    if (this.#at < this.#view.from || this.#at > this.#view.to) {
      this.#show({ from: this.#at - this.#width / 2, to: this.#at + this.#width / 2 });
    }
    const text = momentText(lanes, whole, this.#at, this.#width / CURSOR_STEPS / 2);
    this.#readout.textContent = text;
    this.#chart.setAttribute("aria-valuetext", text);
    this.#placeCursor();
  }

  #placeCursor(): void {
    this.#chart.setAttribute("aria-valuenow", String(Number(this.#at.toFixed(3))));
    const { paddingInlineStart, paddingInlineEnd } = getComputedStyle(this.#chart);
    const [start, end] = [Number.parseFloat(paddingInlineStart), Number.parseFloat(paddingInlineEnd)];
    const width = this.#chart.clientWidth - start - end;
    this.#cursor.style.left = `${start + (percentAt(this.#at, this.#view) / 100) * width}px`;
  }

  #timeAt({ clientX }: MouseEvent): number {
    const box = this.#chart.querySelector(".axis")?.getBoundingClientRect();
    if (!box || box.width === 0) return this.#at;
    return this.#view.from + ((clientX - box.left) / box.width) * this.#width;
  }

  #onKey(event: KeyboardEvent): void {
    const step = this.#width / CURSOR_STEPS;
    const { whole } = this.#data;
    const acts: Record<string, () => void> = {
      ArrowLeft: () => this.#point(this.#at - step),
      ArrowRight: () => this.#point(this.#at + step),
      ArrowDown: () => this.#point(this.#at - step),
      ArrowUp: () => this.#point(this.#at + step),
      Home: () => this.#point(whole.from),
      End: () => this.#point(whole.to),
      PageUp: () => this.#move(-MOVE),
      PageDown: () => this.#move(MOVE),
      "+": () => this.#zoom(ZOOM),
      "=": () => this.#zoom(ZOOM),
      "-": () => this.#zoom(1 / ZOOM),
      "0": () => this.#show(whole),
      Escape: () => this.#show(whole),
    };
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : acts[event.key];
    if (!act) return;
    act();
    event.preventDefault();
  }

  /** The wheel alone scrolls the page. */
  #onWheel(event: WheelEvent): void {
    if (!event.ctrlKey && !event.shiftKey) return;
    event.preventDefault();
    if (event.shiftKey) this.#move(Math.sign(event.deltaY + event.deltaX) * MOVE);
    else this.#zoom(event.deltaY < 0 ? ZOOM : 1 / ZOOM, this.#timeAt(event));
  }

  #onDown(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.#drag = { x: event.clientX, view: this.#view };
    this.#chart.setPointerCapture(event.pointerId);
    this.#point(this.#timeAt(event));
  }

  #onMove(event: PointerEvent): void {
    const drag = this.#drag;
    if (drag) {
      const box = this.#chart.querySelector(".axis")?.getBoundingClientRect();
      const moved = ((drag.x - event.clientX) / (box?.width || 1)) * this.#width;
      if (Math.abs(drag.x - event.clientX) > 3) this.#show({ from: drag.view.from + moved, to: drag.view.to + moved });
    } else this.#point(this.#timeAt(event));
  }
}
