import { finding } from "@adk/cli-kit/schemas";
import { AdkError, type Findings, suggest } from "@adk/core";
import * as z from "zod";
import { PROCESS_FRAME } from "./frames.ts";
import { butterfly, functionUsages } from "./function-usage.ts";
import type { StackProfile } from "./stack-profile.ts";

const neighbour = z.object({ name: z.string(), weight: z.number(), percent: z.number() });

/** `adk trace stack` */
export const traceStackResult = z.object({
  title: z.string(),
  /** Of all weights: `milliseconds`, `bytes`, `count`. */
  unit: z.string(),
  total: z.number(),
  samples: z.number(),
  functions: z.array(
    z.object({
      name: z.string(),
      module: z.string(),
      function: z.string(),
      file: z.string().optional(),
      line: z.number().optional(),
      /** In itself. */
      exclusive: z.number(),
      exclusivePercent: z.number(),
      /** In itself and in what it called. */
      inclusive: z.number(),
      inclusivePercent: z.number(),
      callers: z.array(neighbour).optional(),
      callees: z.array(neighbour).optional(),
    }),
  ),
  findings: z.array(finding),
});
export type TraceStack = z.output<typeof traceStackResult>;

export interface FunctionReportOptions {
  /** How many functions, and how many neighbours of each. */
  readonly top: number;
  /** Only this function, with its callers and callees: `ntdll.dll!RtlUserThreadStart`, or without its module. */
  readonly name?: string | undefined;
}

/**
 * The functions of a profile: those with the largest own weight, or one with its neighbours.
 *
 * @throws AdkError `TRACE_NO_FUNCTION` where none has the name
 */
export function functionReport(
  profile: StackProfile,
  { top, name }: FunctionReportOptions,
  findings: Findings,
): TraceStack {
  const { frames, total, samples, title, unit } = profile;
  const percent = (weight: number) => (total > 0 ? (100 * weight) / total : 0);
  const usages = functionUsages(profile).filter(({ frame }) => frames.place(frame).module !== PROCESS_FRAME);
  const chosen = name === undefined ? usages.slice(0, top) : named(profile, usages, name);
  const functions = chosen.map(({ frame, exclusive, inclusive }) => {
    const own = {
      name: frames.label(frame),
      ...frames.place(frame),
      exclusive,
      exclusivePercent: percent(exclusive),
      inclusive,
      inclusivePercent: percent(inclusive),
    };
    if (name === undefined) return own;
    const { callers, callees } = butterfly(profile, frame);
    const neighbours = (list: typeof callers) =>
      list.slice(0, top).map((each) => ({
        name: frames.label(each.frame),
        weight: each.weight,
        percent: percent(each.weight),
      }));
    return { ...own, callers: neighbours(callers), callees: neighbours(callees) };
  });
  return { title, unit, total, samples: samples.length, functions, findings: [...findings.list] };
}

type Usages = ReturnType<typeof functionUsages>;

function named({ frames }: StackProfile, usages: Usages, name: string): Usages {
  const wanted = name.toLowerCase();
  const found = usages.filter(
    ({ frame }) =>
      frames.label(frame).toLowerCase() === wanted || frames.place(frame).function.toLowerCase() === wanted,
  );
  if (found.length > 0) return found;
  const nearest = suggest(
    name,
    usages.map(({ frame }) => frames.label(frame)),
  );
  throw new AdkError("TRACE_NO_FUNCTION", "No function of this name is in the stacks.", {
    found: name,
    hint: nearest === undefined ? "Functions have names where --symbols tells them." : `Did you mean ${nearest}?`,
  });
}
