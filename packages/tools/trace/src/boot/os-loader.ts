import type { Analysis } from "../analysis.ts";
import { TaskEvents } from "../transitions/task-events.ts";

/** How long the loader of the operating system ran before the kernel. */
export interface OsLoader {
  /** Milliseconds. */
  readonly duration: number;
  /** In which unit the event's two times were taken. */
  readonly counter: "processor cycles" | "performance counter";
}

/** Milliseconds between which a loader's time is believed. */
const [SHORTEST, LONGEST] = [50, 100_000];

/**
 * The duration of the loader from Kernel-PnP's event OsLoader. The event does not tell what its two times count: a published script takes
 * them for cycles of the processor, and so do we if that gives a time that a loader can take; else for the performance counter, if that
 * does. Undefined if neither does.
 */
export function osLoader(analysis: Analysis): OsLoader | undefined {
  const event = analysis.get(TaskEvents).all.find(({ task }) => task === "OsLoader");
  const [start, end] = [event?.values["OSLoaderStart"], event?.values["OSLoaderEnd"]];
  if (typeof start !== "bigint" || typeof end !== "bigint" || end <= start) return undefined;
  const { header } = analysis.model.trace;
  const elapsed = Number(end - start);
  const candidates: OsLoader[] = [
    { counter: "processor cycles", duration: elapsed / ((header?.cpuSpeedMhz || Number.NaN) * 1000) },
    {
      counter: "performance counter",
      duration: (elapsed / (Number(header?.perfFrequency ?? 0n) || Number.NaN)) * 1000,
    },
  ];
  return candidates.find(({ duration }) => duration >= SHORTEST && duration <= LONGEST);
}
