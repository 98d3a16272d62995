import type { RegionDefinition } from "./region-definition.ts";

/** A time that a region was found in a trace. */
export interface RegionInstance {
  readonly definition: RegionDefinition;
  /** Ticks. */
  readonly start: number;
  readonly stop: number;
  /** Rows of `RegionEvents`; -1 where no event is that end. */
  readonly startEvent: number;
  readonly stopEvent: number;
  /** Empty without a rule for names. */
  name: string;
  parent: RegionInstance | undefined;
  /** How many are around it. */
  depth: number;
}

export function newInstance(
  definition: RegionDefinition,
  start: number,
  stop: number,
  startEvent: number,
  stopEvent: number,
): RegionInstance {
  return { definition, start, stop, startEvent, stopEvent, name: "", parent: undefined, depth: 0 };
}
