import { ENCODE_BASE } from "./layout.ts";

/** Where the encoders' tables lie. The match finders' hash tables come first. */
export const HASH_2_BITS: i32 = 12;
export const HASH_3_BITS: i32 = 14;
export const HASH_4_BITS: i32 = 18;
export const HASH_2: i32 = ENCODE_BASE;
export const HASH_3: i32 = HASH_2 + (4 << HASH_2_BITS);
export const HASH_4: i32 = HASH_3 + (4 << HASH_3_BITS);

/** Scratch memory of `buildCode`. */
export const HUFFMAN_SCRATCH: i32 = HASH_4 + (4 << HASH_4_BITS);
const HUFFMAN_SCRATCH_SIZE: i32 = 0x4000;

/** The codecs' own: frequencies, codes, costs. */
export const CODEC_TABLES: i32 = HUFFMAN_SCRATCH + HUFFMAN_SCRATCH_SIZE;

/** The LZX encoder's: its pretree, the statistics of block splitting, the costs of symbols. */
const CODEC_TABLES_SIZE: i32 = 0x4000;
export const LZX_PRETREE: i32 = CODEC_TABLES + CODEC_TABLES_SIZE;
export const LZX_SPLIT: i32 = LZX_PRETREE + 0x1000;
export const LZX_COSTS: i32 = LZX_SPLIT + 0x100;
const LZX_COSTS_SIZE: i32 = 0x7000;
/** Recent offsets along a path. */
export const LZX_QUEUES: i32 = LZX_COSTS + LZX_COSTS_SIZE;

/** The XPRESS encoder's: the costs of symbols. */
export const XPRESS_COSTS: i32 = LZX_COSTS;

/** The LZMS encoder's: costs, hash tables. The model that it shares with the decoder lies in the decoder's region. */
export const LZMS_OUTCOME_COSTS: i32 = CODEC_TABLES;
export const LZMS_LENGTH_COSTS: i32 = LZMS_OUTCOME_COSTS + 0x100;
export const LZMS_HINTS: i32 = LZMS_LENGTH_COSTS + 0x400;
export const LZMS_DELTA_HASH_BITS: i32 = 13;
export const LZMS_DELTA_HASH: i32 = LZMS_HINTS + 0x1800;
/** Its optimal parsing has a match finder of its own instead of those with the hash tables above. */
export const LZMS_HASH_3_BITS: i32 = 15;
export const LZMS_HASH_3: i32 = ENCODE_BASE;
export const LZMS_LANES: i32 = LZMS_HASH_3 + (4 << LZMS_HASH_3_BITS);
const LZMS_LANES_SIZE: i32 = 0x2000;
export const LZMS_NODES: i32 = LZMS_LANES + LZMS_LANES_SIZE;
