import { dataScript } from "./data-script.ts";
import { visibleText } from "./escape.ts";
import { formatDuration } from "./format.ts";
import { element, type Html, html } from "./html.ts";
import { type AreaLane, seriesColour, type TimelineData, type TimelineLane, type TimeView } from "./timeline-data.ts";
import { timelineAxis, timelineLane } from "./timeline-lanes.ts";
import { timelineTables } from "./timeline-tables.ts";

export interface TimelineOptions {
  title: string;
  /** For links to it (`timeLink`). */
  id?: string;
  /** Milliseconds that the time of the lanes begins and ends with. */
  from: number;
  to: number;
  lanes: readonly TimelineLane[];
}

/** Things that a lane shows one by one: the longest ones; of moments the first. */
const MOST_SPANS = 60;
const MOST_MARKS = 400;

/**
 * What happened when, as lanes under one axis of time. It is zoomed and moved by mouse, buttons and keys; a cursor tells the values of a
 * moment. Below it stands the same as tables; without JavaScript the chart shows all of the time.
 */
export function timeline({ title, id, from, to, lanes }: TimelineOptions): Html {
  const whole = { from, to: Math.max(to, from) };
  const data: TimelineData = { whole, lanes: lanes.map(boundedLane) };
  return html`<figure class="card timeline" id="${id ?? "timeline"}">
<div class="card-head"><figcaption>${title}</figcaption></div>
<p class="note summary">${formatDuration(whole.to - whole.from)}, from ${formatDuration(from)} to ${formatDuration(whole.to)}.</p>
<div class="chart">
<svg class="axis" width="100%" height="20" aria-hidden="true">${timelineAxis(whole)}</svg>
${data.lanes.map((lane) => laneFigure(lane, whole))}</div>
${dataScript(data)}
<details><summary>The same as tables</summary>
${timelineTables(data)}</details></figure>`;
}

function laneFigure(lane: TimelineLane, whole: TimeView): Html {
  const drawn = timelineLane(lane, whole, whole);
  const chart = element(
    "svg",
    { class: "drawing", width: "100%", height: drawn.height, role: "img", "aria-label": lane.name },
    ...drawn.content,
  );
  return html`<div class="lane"><p class="lane-name">${lane.name}${lane.kind === "areas" && `, up to ${drawn.most} ${lane.unit}`}</p>
${chart}${lane.kind === "areas" && legend(lane)}</div>\n`;
}

function legend({ series }: AreaLane): Html {
  return html`<ul class="legend">${series.map(
    ({ name, rest }, index) =>
      html`<li><svg class="${seriesColour(index, rest)}" width="10" height="10" aria-hidden="true"><rect class="area" width="10" height="10" rx="2"/></svg>${name}</li>`,
  )}</ul>`;
}

/** As the page carries it: values with as many digits as can be seen, names without what is invisible. */
function boundedLane(lane: TimelineLane): TimelineLane {
  const name = visibleText(lane.name);
  if (lane.kind === "areas") {
    const series = lane.series.map((each) => {
      const values = each.values.map((value) =>
        value > 0 && Number.isFinite(value) ? Number(value.toPrecision(4)) : 0,
      );
      return { name: visibleText(each.name), values, ...(each.rest ? { rest: true } : {}) };
    });
    return { ...lane, name, series };
  }
  if (lane.kind === "marks") {
    const marks = [...lane.marks].sort((a, b) => a.at - b.at).slice(0, MOST_MARKS);
    return { ...lane, name, marks: marks.map(({ name: own, at }) => ({ name: visibleText(own), at })) };
  }
  const spans = [...lane.spans].sort((a, b) => b.to - b.from - (a.to - a.from)).slice(0, MOST_SPANS);
  spans.sort((a, b) => a.from - b.from || b.to - a.to);
  return { ...lane, name, spans: spans.map(({ name: own, from, to }) => ({ name: visibleText(own), from, to })) };
}
