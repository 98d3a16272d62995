/** Values of one thing over time: one value for each of the lane's equal parts of the time. */
export interface TimelineSeries {
  name: string;
  values: readonly number[];
  /** Stands for all that have no series of their own. */
  rest?: boolean;
}

/** Series on top of each other. */
export interface AreaLane {
  kind: "areas";
  name: string;
  /** What a value counts, written behind it: `%`. */
  unit: string;
  /** Of the axis; default: the largest sum. */
  most?: number;
  series: readonly TimelineSeries[];
}

/** Things that last: processes, phases. */
export interface SpanLane {
  kind: "spans";
  name: string;
  spans: readonly { name: string; from: number; to: number }[];
}

/** Moments. */
export interface MarkLane {
  kind: "marks";
  name: string;
  marks: readonly { name: string; at: number }[];
}

export type TimelineLane = AreaLane | SpanLane | MarkLane;

/** A part of the time, in milliseconds. */
export interface TimeView {
  from: number;
  to: number;
}

/** What the page's script gets to know of a timeline. */
export interface TimelineData {
  whole: TimeView;
  lanes: TimelineLane[];
}

/** The class that colours a series. */
export function seriesColour(index: number, rest: boolean | undefined): string {
  return rest ? "rest" : `colour-${index % 8}`;
}
