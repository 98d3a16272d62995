import type { StackProfile } from "../stacks/stack-profile.ts";
import { type ProfileFormat, WholeWeights } from "./profile-source.ts";

/** What ends a frame, a stack, or a line for one of the tools that read such files. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be in a name
const SEPARATORS = /[;\u0000-\u001f\u007f\u0085\u2028\u2029]/g;

/**
 * Collapsed stacks, as Brendan Gregg's `flamegraph.pl` and many others read them: a line a stack with its frames from the outermost
 * inwards, and its weight (times in nanoseconds). Separators in names become `\x3b`.
 */
export const collapsedFormat: ProfileFormat = {
  name: "collapsed",
  *pieces({ profile }) {
    const { samples } = profile;
    const { stacks, nodes } = profile.stacks.tree;
    const weights = new WholeWeights(profile);
    const sums = new Float64Array(stacks.size);
    for (const rows = samples.rows(); rows.next(); ) {
      const { columns, row } = rows;
      sums[nodes[columns.stack[row] as number] as number]! += weights.of(columns.weight[row] as number);
    }
    const labels = escapedLabels(profile);
    for (const [own, sum] of sums.entries()) {
      if (sum === 0) continue;
      const names = Array.from(stacks.addresses(own), (frame) => labels[frame]);
      yield `${names.reverse().join(";")} ${sum}\n`;
    }
  },
};

/** Labels of all frames, without separators. */
export function escapedLabels({ frames }: StackProfile): string[] {
  return Array.from({ length: frames.size }, (_, frame) => escapeSeparators(frames.label(frame)));
}

function escapeSeparators(label: string): string {
  return label.replaceAll(SEPARATORS, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}
