import { finding } from "@adk/cli-kit/schemas";
import * as z from "zod";
import { EMPTY_STACK } from "../model/stack-trie.ts";
import { PROCESS_FRAME } from "../stacks/frames.ts";
import type { StackProfile } from "../stacks/stack-profile.ts";
import type { StackTag, StackTags } from "./stack-tags.ts";

/** `adk trace tags` */
export const traceTagsResult = z.object({
  title: z.string(),
  total: z.number(),
  tags: z.array(z.object({ tag: z.string(), weight: z.number(), percent: z.number(), count: z.number() })),
  findings: z.array(finding),
});
export type TraceTags = z.output<typeof traceTagsResult>;

/** For samples whose stacks no tag knows. */
export const NO_TAG = "n/a";

/** What the samples of a profile were at, by tag. */
export interface TaggedStacks {
  /** Names of tags; the first stands for stacks that none knows. */
  readonly names: readonly string[];
  /** By sample: which of the names. */
  readonly samples: Uint32Array;
  /** The heaviest first. */
  readonly usages: readonly { readonly tag: string; readonly weight: number; readonly count: number }[];
}

/** A frame that a tag knows, in a stack. */
interface Match {
  readonly tag: StackTag;
  /** Of a hint: with the frame that it names. */
  readonly name: string;
}

/**
 * Gives each sample the tag of its stack: the one with the largest priority; of several with the same the one of the innermost frame.
 * Only functions with names are found by more than their module.
 */
export function tagStacks({ stacks: calls, frames, samples }: StackProfile, tags: StackTags): TaggedStacks {
  const { stacks, nodes } = calls.tree;
  const byFrame: (StackTag | undefined)[] = Array.from({ length: frames.size }, (_, frame) => {
    const place = frames.place(frame);
    return place.module === PROCESS_FRAME ? undefined : tags.tagOf(place);
  });
  // A stack comes after the one that it lengthens, so one pass decides all.
  const matches: (Match | undefined)[] = [undefined];
  for (let stack = 1; stack < stacks.size; stack++) {
    const outer = matches[stacks.prefixOf(stack)];
    const tag = byFrame[stacks.addressOf(stack)];
    matches[stack] =
      tag && (!outer || tag.priority >= outer.tag.priority)
        ? { tag, name: tag.hint === "caller" ? hintName(tag, stacks.prefixOf(stack)) : tag.name }
        : outer && calleeHint(outer, stack);
  }
  const names = new Map([[NO_TAG, 0]]);
  const bySample = new Uint32Array(samples.length);
  const usages = new Map<string, { tag: string; weight: number; count: number }>();
  for (const rows = samples.rows(); rows.next(); ) {
    const { columns, row } = rows;
    const name = matches[nodes[columns.stack[row] as number] as number]?.name ?? NO_TAG;
    const number = names.get(name) ?? names.size;
    names.set(name, number);
    bySample[rows.number] = number;
    const usage = usages.get(name) ?? { tag: name, weight: 0, count: 0 };
    usages.set(name, usage);
    usage.weight += columns.weight[row] as number;
    usage.count++;
  }
  const sorted = [...usages.values()].sort((a, b) => b.weight - a.weight || (a.tag < b.tag ? -1 : 1));
  return { names: [...names.keys()], samples: bySample, usages: sorted };

  /** The frame that a hint's function called is the next inner one: it names the tag from there on. */
  function calleeHint(outer: Match, stack: number): Match {
    const named = outer.name !== outer.tag.name || outer.tag.hint !== "callee";
    return named ? outer : { tag: outer.tag, name: hintName(outer.tag, stack) };
  }

  function hintName(tag: StackTag, stack: number): string {
    if (stack === EMPTY_STACK) return tag.name;
    const frame = stacks.addressOf(stack);
    const { module, function: name } = frames.place(frame);
    if (module === PROCESS_FRAME) return tag.name;
    return `${tag.name}\\${tag.onlyModule || name === "" ? module : frames.label(frame)}`;
  }
}
