// What a directory record holds beside what is read from it (ECMA-119 9.1).

/** Offsets of its numbers that are written with the low byte first and again with the high byte first. */
const BOTH_ENDIAN_32 = [2, 10];
const BOTH_ENDIAN_16 = [28];
const UNIT_SIZE = 26;
const GAP_SIZE = 27;

/** Whether the two forms of a number differ. */
export function recordDisagrees(bytes: Uint8Array): boolean {
  const differs = (at: number, size: number): boolean => {
    for (let i = 0; i < size; i++) if (bytes[at + i] !== bytes[at + 2 * size - 1 - i]) return true;
    return false;
  };
  return BOTH_ENDIAN_32.some((at) => differs(at, 4)) || BOTH_ENDIAN_16.some((at) => differs(at, 2));
}

/** Whether the data has gaps that hold something else, as discs for players had it. */
export function recordIsInterleaved(bytes: Uint8Array): boolean {
  return bytes[UNIT_SIZE] !== 0 && bytes[GAP_SIZE] !== 0;
}
