import type { Analysis } from "../analysis.ts";

/** Parts of the time that a timeline shows. */
export const BINS = 1200;

/** The time that a report is of, in equal parts. */
export class TimeBins {
  /** Milliseconds since the start of the trace. */
  readonly from: number;
  readonly to: number;
  /** Milliseconds of one part. */
  readonly width: number;

  constructor({ range, model }: Analysis) {
    this.from = Math.max(0, range.from);
    this.to = Math.max(this.from, Math.min(range.to, model.duration));
    this.width = (this.to - this.from) / BINS || 1;
  }

  /** Adds an amount to the part that a moment is in. */
  add(bins: Float64Array, at: number, amount: number): void {
    const bin = Math.floor((at - this.from) / this.width);
    if (bin >= 0 && bin <= BINS) bins[Math.min(bin, BINS - 1)]! += amount;
  }

  /** Adds to each part the milliseconds of a span that lie in it. */
  addSpan(bins: Float64Array, from: number, to: number): void {
    const [start, end] = [Math.max(from, this.from), Math.min(to, this.to)];
    if (!(end > start)) return;
    const first = Math.floor((start - this.from) / this.width);
    const last = Math.min(BINS - 1, Math.floor((end - this.from) / this.width));
    for (let bin = first; bin <= last; bin++) {
      const left = this.from + bin * this.width;
      bins[bin]! += Math.max(0, Math.min(end, left + this.width) - Math.max(start, left));
    }
  }
}
