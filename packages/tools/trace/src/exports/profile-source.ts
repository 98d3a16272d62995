import type { Filetime } from "@adk/core";
import type { CallTree } from "../stacks/call-stacks.ts";
import { PROCESS_FRAME } from "../stacks/frames.ts";
import type { StackProfile } from "../stacks/stack-profile.ts";
import type { Piece } from "./pieces.ts";
import type { ThreadRun } from "./thread-runs.ts";

/** What an export is made of. */
export interface ProfileSource {
  readonly profile: StackProfile;
  /** Names of the files of the trace. */
  readonly name: string;
  /** Time of day at which the times of the profile begin. */
  readonly startTime: Filetime;
  /** Empty where the trace does not tell it. @param time milliseconds */
  readonly threadName: (thread: number, time: number) => string;
  /** Which threads ran where, by time; none where the trace has no context switches. */
  readonly runs: () => Iterable<ThreadRun>;
}

/** A format of profiles. */
export interface ProfileFormat {
  readonly name: string;
  readonly pieces: (source: ProfileSource) => Iterable<Piece>;
  /** The file is compressed by gzip. */
  readonly gzip?: boolean;
}

export function nanoseconds(milliseconds: number): number {
  return Math.round(milliseconds * 1_000_000);
}

/** Units of weights that are whole numbers, so that sums are exact in whatever order they are made. */
const WHOLE_UNITS = { milliseconds: "nanoseconds", bytes: "bytes", count: "count" } as const;

/** The weights of a profile as whole numbers: times in nanoseconds. */
export class WholeWeights {
  readonly unit: (typeof WHOLE_UNITS)[keyof typeof WHOLE_UNITS];
  readonly #samples: StackProfile["samples"];
  readonly #scale: number;

  constructor({ unit, samples }: StackProfile) {
    this.unit = WHOLE_UNITS[unit];
    this.#samples = samples;
    this.#scale = unit === "milliseconds" ? 1_000_000 : 1;
  }

  /** The smallest weight: what one sample stands for. 0 where there is none. */
  get least(): number {
    let least = Infinity;
    for (const rows = this.#samples.rows(); rows.next(); ) {
      least = Math.min(least, this.of(rows.columns.weight[rows.row] as number));
    }
    return least < Infinity ? least : 0;
  }

  /** @param number of the sample */
  at(number: number): number {
    return this.of(this.#samples.get("weight", number));
  }

  of(weight: number): number {
    return Math.round(weight * this.#scale);
  }
}

/**
 * The stacks of a profile for formats that know processes by themselves: without the frame that stands for the process.
 * Such a stack has a number of its own, from 0 in the order in which callers come before what they call.
 */
export class CodeStacks {
  readonly #tree: CallTree;
  /** By the number in the trie; -1 for the stack that is the process alone. */
  readonly #numbers: Int32Array;
  /** Numbers in the trie. */
  readonly #stacks: Uint32Array;

  constructor(profile: StackProfile) {
    const { frames } = profile;
    this.#tree = profile.stacks.tree;
    const { stacks } = this.#tree;
    this.#numbers = new Int32Array(stacks.size).fill(-1);
    const kept = new Uint32Array(stacks.size);
    let count = 0;
    for (let stack = 1; stack < stacks.size; stack++) {
      if (frames.place(stacks.addressOf(stack)).module === PROCESS_FRAME) continue;
      kept[count] = stack;
      this.#numbers[stack] = count++;
    }
    this.#stacks = kept.subarray(0, count);
  }

  get count(): number {
    return this.#stacks.length;
  }

  /** Number of the innermost frame. */
  frameOf(number: number): number {
    return this.#tree.stacks.addressOf(this.#stacks[number] as number);
  }

  /** -1 for the outermost. */
  parentOf(number: number): number {
    return this.#numbers[this.#tree.stacks.prefixOf(this.#stacks[number] as number)] as number;
  }

  /** @param stack of the profile @returns -1 where there is no code in it */
  numberOf(stack: number): number {
    return this.#numbers[this.#tree.nodes[stack] as number] as number;
  }
}

/** Frames from the outermost inwards. */
export function framesInwards({ stacks }: StackProfile, stack: number): number[] {
  const frames: number[] = [];
  stacks.read(stack, frames);
  return frames;
}

/** The name of a function for viewers that show its module beside it; its whole label where it has none. */
export function functionName({ frames }: StackProfile, frame: number): string {
  return frames.place(frame).function || frames.label(frame);
}
