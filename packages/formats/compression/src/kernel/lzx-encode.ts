import { endStream, startStream } from "./lzx-block.ts";
import { applyE8 } from "./lzx-e8-filter.ts";
import { encodeLazily, lazyWorkspace } from "./lzx-lazy.ts";
import { encodeNearOptimally, nearOptimalWorkspace } from "./lzx-near-optimal.ts";
import { startRecent } from "./lzx-recent.ts";

/** Bytes of working memory for `size` bytes; `passes` as for `lzxEncode`. */
export function lzxWorkspace(size: i32, passes: i32): i32 {
  return passes === 0 ? lazyWorkspace(size) : nearOptimalWorkspace(size);
}

/**
 * Encodes one chunk, which stands for itself: nothing is carried over from the one before.
 *
 * @param input is changed by the E8 filter; `INPUT_SLACK` bytes after it are readable
 * @param size 1 to 2^windowOrder
 * @param windowOrder 15 to 21
 * @param output even; `3 * size + 4096` bytes are writable
 * @param workspace a multiple of 4; address of `lzxWorkspace(size, passes)` bytes
 * @param passes 0 for lazy parsing; else how often the cheapest path through a block is searched
 * @param nice a match of this length is taken without looking further
 * @param depth how many earlier positions are tried
 * @returns bytes written
 */
export function lzxEncode(
  input: i32,
  size: i32,
  windowOrder: i32,
  output: i32,
  workspace: i32,
  passes: i32,
  nice: i32,
  depth: i32,
): i32 {
  applyE8(input, size);
  startStream(output, windowOrder);
  startRecent();
  if (passes === 0) encodeLazily(input, size, workspace, nice, depth);
  else encodeNearOptimally(input, size, windowOrder, workspace, passes, nice, depth);
  return endStream() - output;
}
