/** What a kernel returns when it fails: negative, so that it cannot be a size. */
export const BAD_CODE: i32 = -1;
export const BAD_MATCH: i32 = -2;
export const BAD_BLOCK: i32 = -3;
export const INPUT_ENDS: i32 = -4;
