import { formatDuration, formatNumber } from "./format.ts";
import type { TimelineLane, TimeView } from "./timeline-data.ts";

/** What the lanes show at a moment, in words. */
export function momentText(lanes: readonly TimelineLane[], whole: TimeView, at: number, reach: number): string {
  const parts = lanes.flatMap((lane) => {
    if (lane.kind === "spans") return [];
    if (lane.kind === "marks") {
      const near = lane.marks.filter((mark) => Math.abs(mark.at - at) <= reach).slice(0, 3);
      return near.map(({ name, at: own }) => `${name} (${formatDuration(own)})`);
    }
    const bins = lane.series[0]?.values.length ?? 0;
    const bin = Math.max(0, Math.min(bins - 1, Math.floor(((at - whole.from) / (whole.to - whole.from || 1)) * bins)));
    const shown = lane.series
      .map(({ name, values }) => ({ name, value: values[bin] ?? 0 }))
      .filter(({ value }) => value > 0)
      .sort((a, b) => b.value - a.value)
      .slice(0, 4);
    const texts = shown.map(({ name, value }) => `${name} ${formatNumber(Number(value.toPrecision(3)))} ${lane.unit}`);
    return [`${lane.name}: ${texts.join(", ") || "nothing"}`];
  });
  return `${formatDuration(at)} · ${parts.join(" · ")}`;
}
