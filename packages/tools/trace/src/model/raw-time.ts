import type { TraceClock } from "@adk/etl";

/** Reads time stamps that stand in payloads as the clock of the trace gave them. */
export class RawTime {
  readonly #low: number;
  readonly #high: number;

  constructor({ origin }: Pick<TraceClock, "origin">) {
    this.#low = Number(origin & 0xffff_ffffn);
    this.#high = Number(origin >> 32n);
  }

  /** Ticks since the start of the trace. */
  ticksAt(view: DataView, at: number): number {
    return (view.getUint32(at + 4, true) - this.#high) * 0x1_0000_0000 + (view.getUint32(at, true) - this.#low);
  }
}
