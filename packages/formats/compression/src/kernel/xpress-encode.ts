import { encodeLazily, lazyWorkspace } from "./xpress-lazy.ts";
import { encodeNearOptimally, nearOptimalWorkspace } from "./xpress-near-optimal.ts";

// LZ77+Huffman, [MS-XCA] 2.1.4, as WIM files use it.

/** Bytes of working memory for `size` bytes; `passes` as for `xpressEncode`. */
export function xpressWorkspace(size: i32, passes: i32): i32 {
  return passes === 0 ? lazyWorkspace(size) : nearOptimalWorkspace(size);
}

/**
 * Encodes one chunk.
 *
 * @param size 1 to 65536; `INPUT_SLACK` bytes after the input are readable
 * @param output even; `3 * size + 4096` bytes are writable
 * @param workspace a multiple of 4; address of `xpressWorkspace(size, passes)` bytes
 * @param passes 0 for lazy parsing; else how often the cheapest path through the chunk is searched
 * @param nice a match of this length is taken without looking further; at most 255
 * @param depth how many earlier positions are tried
 * @returns bytes written
 */
export function xpressEncode(
  input: i32,
  size: i32,
  output: i32,
  workspace: i32,
  passes: i32,
  nice: i32,
  depth: i32,
): i32 {
  return passes === 0
    ? encodeLazily(input, size, output, workspace, nice, depth)
    : encodeNearOptimally(input, size, output, workspace, passes, nice, depth);
}
