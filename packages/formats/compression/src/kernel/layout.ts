/**
 * Where things lie in the kernels' memory: each codec has a fixed region for its tables, so that addresses are constants;
 * what depends on the size of the data comes after `DYNAMIC_START`, placed by the caller.
 */

/** Bytes that a decoder may write past the end of its output (`copyMatch` copies eight at a time). */
export const MATCH_SLACK: i32 = 16;

/** Bytes past the end of its input that a kernel may read or clear; what they hold never matters. */
export const INPUT_SLACK: i32 = 32;

/** The first bytes stay unused: an address of 0 is a mistake. */
export const XPRESS_BASE: i32 = 0x400;
const XPRESS_SIZE: i32 = 0x10000;

export const LZX_DECODE_BASE: i32 = XPRESS_BASE + XPRESS_SIZE;
const LZX_DECODE_SIZE: i32 = 0x10000;

export const LZMS_DECODE_BASE: i32 = LZX_DECODE_BASE + LZX_DECODE_SIZE;
const LZMS_DECODE_SIZE: i32 = 0x90000;

export const DYNAMIC_START: i32 = LZMS_DECODE_BASE + LZMS_DECODE_SIZE;

/**
 * The encoders' tables. What a kernel keeps here it needs during one call only, so the memory after `DYNAMIC_START` can
 * serve decoders and encoders in turn.
 */
export const ENCODE_BASE: i32 = (DYNAMIC_START + 63) & ~63;
const ENCODE_SIZE: i32 = 0x130000;
export const ENCODE_DYNAMIC_START: i32 = ENCODE_BASE + ENCODE_SIZE;
