import { formatDuration } from "./format.ts";
import { type Html, html } from "./html.ts";
import { table } from "./table.ts";
import type { AreaLane, TimelineData, TimelineLane, TimeView } from "./timeline-data.ts";
import { columnsOf } from "./timeline-lanes.ts";

/** Parts of the time that a table has a row of. */
const ROWS = 25;

/** What a timeline shows, as a table for each of its lanes. */
export function timelineTables({ whole, lanes }: TimelineData): Html {
  return html`${lanes.map((lane) => laneTable(lane, whole))}`;
}

function laneTable(lane: TimelineLane, whole: TimeView): Html {
  if (lane.kind === "areas") return areaTable(lane, whole);
  const named = { key: "name", label: "Name" } as const;
  if (lane.kind === "marks") {
    const at = { key: "at", label: "Time", type: "duration" } as const;
    return table({ caption: lane.name, columns: [named, at], rows: lane.marks });
  }
  const rows = lane.spans.map((span) => ({ ...span, duration: span.to - span.from }));
  return table({
    caption: lane.name,
    columns: [
      named,
      { key: "from", label: "From", type: "duration" },
      { key: "to", label: "To", type: "duration" },
      { key: "duration", label: "Duration", type: "duration" },
    ],
    rows,
  });
}

function areaTable(lane: AreaLane, whole: TimeView): Html {
  const { first, step, sums } = columnsOf(lane, whole, whole, ROWS);
  const rows = (sums[0] ?? []).map((_, column) => {
    const row: Record<string, string | number> = {
      time: `${formatDuration(first + column * step)} to ${formatDuration(Math.min(whole.to, first + (column + 1) * step))}`,
    };
    for (const [index, values] of sums.entries()) row[`series${index}`] = Number((values[column] ?? 0).toPrecision(3));
    return row;
  });
  return table({
    caption: `${lane.name} (${lane.unit})`,
    columns: [
      { key: "time", label: "Time" },
      ...lane.series.map(({ name }, index) => ({ key: `series${index}`, label: name, type: "number" as const })),
    ],
    rows,
    sortable: false,
    filterable: false,
  });
}
