/**
 * Where things lie in the kernels' memory: each codec has a fixed region for its tables, so that addresses are constants;
 * what depends on the size of the data comes after `DYNAMIC_START`, placed by the caller.
 */

/** Bytes that a decoder may write past the end of its output (`copyMatch` copies eight at a time). */
export const MATCH_SLACK: i32 = 16;

/** The first bytes stay unused: an address of 0 is a mistake. */
export const XPRESS_BASE: i32 = 0x400;
export const XPRESS_SIZE: i32 = 0x10000;

export const DYNAMIC_START: i32 = XPRESS_BASE + XPRESS_SIZE;
