import { endBackwardBits, startBackwardBits } from "./lzms-bits-encode.ts";
import { startCosts } from "./lzms-costs.ts";
import { ITEMS_ROOM, startItems } from "./lzms-items-encode.ts";
import { encodeLazily, lazyWorkspace } from "./lzms-lazy.ts";
import { FILTER_WORK, startModel } from "./lzms-model.ts";
import { encodeOptimally } from "./lzms-optimal.ts";
import { endRange, startRange } from "./lzms-range-encode.ts";
import { treeWorkspace } from "./lzms-tree.ts";
import { lzmsX86Filter } from "./lzms-x86-filter.ts";
import { copy } from "./memory.ts";

/** Shorter chunks have no coded form. */
const LEAST_SIZE: i32 = 4;

/** Bytes that are used to write a chunk. */
export function lzmsOutput(size: i32): i32 {
  return ((size + 1) & ~1) + ITEMS_ROOM;
}

/** Bytes of working memory for `size` bytes. */
export function lzmsWorkspace(size: i32, optimal: boolean): i32 {
  return optimal ? treeWorkspace(size) : lazyWorkspace(size);
}

/**
 * Encodes one chunk.
 *
 * @param input gets the x86 filter applied; `INPUT_SLACK` bytes after it are readable
 * @param output even; `lzmsOutput(size)` bytes are writable
 * @param workspace a multiple of 8; address of `lzmsWorkspace(size, optimal)` bytes
 * @param nice a match of this length is taken without looking further
 * @param depth how many earlier positions are tried
 * @param optimal whether all ways through the data are weighed, or matches are taken as they come
 * @returns bytes written, `size` where they would not be fewer
 */
export function lzmsEncode(
  input: i32,
  size: i32,
  output: i32,
  workspace: i32,
  nice: i32,
  depth: i32,
  optimal: boolean,
): i32 {
  if (size < LEAST_SIZE) return size;
  lzmsX86Filter(input, size, 0, FILTER_WORK);
  startModel(size, true);
  startCosts();
  startItems();
  const outputEnd: i32 = output + lzmsOutput(size);
  startRange(output);
  startBackwardBits(outputEnd);
  const fits: boolean = optimal
    ? encodeOptimally(input, size, workspace, nice, depth)
    : encodeLazily(input, size, workspace, nice, depth);
  if (!fits) return size;
  const forwardEnd: i32 = endRange();
  const backward: i32 = endBackwardBits();
  copy(forwardEnd, backward, outputEnd - backward);
  return forwardEnd + outputEnd - backward - output;
}
