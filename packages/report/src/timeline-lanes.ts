import { formatNumber } from "./format.ts";
import { element, type Html } from "./html.ts";
import {
  type AreaLane,
  type MarkLane,
  type SpanLane,
  seriesColour,
  type TimelineLane,
  type TimeView,
} from "./timeline-data.ts";

/** Pixels: heights of the lanes' parts. */
const AREA_HEIGHT = 120;
const SPAN_HEIGHT = 20;
const MARK_HEIGHT = 20;
/** Width that the drawing of areas has by itself: it is stretched to the width that there is. */
const AREA_WIDTH = 1000;
/** Columns of areas that are drawn one by one; the values of those that share a column are averaged. */
const MOST_COLUMNS = 250;
/** Pixels of a letter and of the width for which texts are laid out, about. */
const LETTER_WIDTH = 6.8;
const LANE_WIDTH = 900;
/** Ticks of the axis, about. */
const TICKS = 8;

export interface DrawnLane {
  height: number;
  content: Html[];
  /** What the height of areas stands for, as text. */
  most: string;
}

/** A lane's content of its `<svg>`, for a part of the time. The same here and in the page, where the script draws what was zoomed to. */
export function timelineLane(lane: TimelineLane, whole: TimeView, view: TimeView): DrawnLane {
  if (lane.kind === "areas") return areaDrawing(lane, whole, view);
  return lane.kind === "spans" ? spanDrawing(lane, view) : markDrawing(lane, view);
}

/** Ticks with their times. */
export function timelineAxis(view: TimeView): Html[] {
  const step = niceStep((view.to - view.from) / TICKS);
  const ticks: Html[] = [];
  for (let tick = Math.ceil(view.from / step); tick * step <= view.to && ticks.length < 4 * TICKS; tick++) {
    const x = percentAt(tick * step, view);
    if (x > 94) continue;
    ticks.push(
      element("line", { class: "tick", x1: `${x}%`, x2: `${x}%`, y1: 4, y2: 20 }),
      element("text", { class: "tick-text", x: `${x}%`, dx: 4, y: 14 }, timeText(tick * step, step)),
    );
  }
  return ticks;
}

/** 1, 2 or 5 times a power of ten. */
function niceStep(least: number): number {
  if (!(least > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5].find((each) => each * power >= least) ?? 10;
  return factor * power;
}

function timeText(at: number, step: number): string {
  const [value, unit, size] = step >= 100 ? [at / 1000, "s", step / 1000] : [at, "ms", step];
  return `${Number(value.toFixed(Math.max(0, Math.ceil(-Math.log10(size)))))} ${unit}`;
}

/** For each column of a part of the time, the values of the lane's series. */
export function columnsOf(
  lane: AreaLane,
  whole: TimeView,
  view: TimeView,
  most = MOST_COLUMNS,
): { first: number; step: number; sums: number[][] } {
  const bins = Math.max(1, lane.series[0]?.values.length ?? 0);
  const width = (whole.to - whole.from) / bins || 1;
  const first = Math.max(0, Math.floor((view.from - whole.from) / width));
  const last = Math.min(bins, Math.ceil((view.to - whole.from) / width));
  const step = Math.max(1, Math.ceil((last - first) / most));
  const sums = lane.series.map(({ values }) => {
    const columns: number[] = [];
    for (let at = first; at < last; at += step) {
      const part = values.slice(at, Math.min(at + step, last));
      columns.push(part.reduce((sum, value) => sum + value, 0) / (part.length || 1));
    }
    return columns;
  });
  return { first: whole.from + first * width, step: step * width, sums };
}

function areaDrawing(lane: AreaLane, whole: TimeView, view: TimeView): DrawnLane {
  const { first, step, sums } = columnsOf(lane, whole, view);
  const tops = new Array<number>(sums[0]?.length ?? 0).fill(0);
  const edges = sums.map((columns) => columns.map((value, index) => (tops[index] = (tops[index] as number) + value)));
  const most = lane.most ?? tops.reduce((a, b) => Math.max(a, b), 0);
  const x = (time: number) => hundredths(((time - view.from) / (view.to - view.from || 1)) * AREA_WIDTH);
  const y = (value: number) => hundredths(AREA_HEIGHT - (most > 0 ? Math.min(1, value / most) : 0) * AREA_HEIGHT);
  // Each from its upper edge to the ground, the highest first: those below are painted over it.
  const paths = edges
    .map((edge, index) => {
      let path = `M${x(first)} ${AREA_HEIGHT}`;
      let last = AREA_HEIGHT;
      for (const [column, value] of edge.entries()) {
        const height = y(value);
        if (height !== last) path += `H${x(first + column * step)}V${height}`;
        last = height;
      }
      path += `H${x(first + edge.length * step)}V${AREA_HEIGHT}Z`;
      return element("path", { class: `area ${seriesColour(index, lane.series[index]?.rest)}`, d: path });
    })
    .reverse();
  const drawing = {
    width: "100%",
    height: AREA_HEIGHT,
    viewBox: `0 0 ${AREA_WIDTH} ${AREA_HEIGHT}`,
    preserveAspectRatio: "none",
  };
  return {
    height: AREA_HEIGHT,
    content: [element("svg", drawing, ...paths)],
    most: formatNumber(Number(most.toPrecision(3))),
  };
}

function spanDrawing({ spans: all }: SpanLane, view: TimeView): DrawnLane {
  const ends: number[] = [];
  const content = all.map((span, index) => {
    let row = ends.findIndex((end) => end <= span.from);
    if (row < 0) row = ends.length;
    ends[row] = span.to;
    const [from, to] = [percentAt(span.from, view), percentAt(span.to, view)];
    if (to < 0 || from > 100) return undefined;
    const [left, right] = [Math.max(0, from), Math.min(100, to)];
    const width = Math.max(0.1, right - left);
    const letters = Math.floor(((width / 100) * LANE_WIDTH - 10) / LETTER_WIDTH);
    const text = span.name.length <= letters ? span.name : `${span.name.slice(0, Math.max(0, letters - 1))}…`;
    const box = {
      x: `${hundredths(left)}%`,
      y: row * SPAN_HEIGHT,
      width: `${hundredths(width)}%`,
      height: SPAN_HEIGHT - 2,
    };
    return element(
      "svg",
      { class: `tile colour-${index % 8}`, ...box },
      element("rect", { width: "100%", height: "100%", rx: 3 }),
      letters > 2 && element("text", { x: 6, y: 13, "aria-hidden": "true" }, text),
    );
  });
  return {
    height: Math.max(1, ends.length) * SPAN_HEIGHT,
    content: content.filter((each) => each !== undefined),
    most: "",
  };
}

function markDrawing({ marks: all }: MarkLane, view: TimeView): DrawnLane {
  const seen = all.filter(({ at }) => at >= view.from && at <= view.to);
  const content = seen.map(({ at }) => {
    const x = `${percentAt(at, view)}%`;
    return element("line", { class: "mark", x1: x, x2: x, y1: 0, y2: MARK_HEIGHT });
  });
  return { height: MARK_HEIGHT, content, most: "" };
}

/** Where a time is in the width of the drawing. */
export function percentAt(time: number, { from, to }: TimeView): number {
  return hundredths(((time - from) / (to - from || 1)) * 100);
}

function hundredths(value: number): number {
  return Number(value.toFixed(2));
}
