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

/** Offset of what a system adds to the first record of a root directory: its name has one byte. */
const SYSTEM_USE = 34;
/** The entry by which the System Use Sharing Protocol begins, which Rock Ridge is written in (IEEE P1281 5.3). */
const SHARING = "SP\x07\x01\xbe\xef";

/** Whether the first record of a root directory says that names and rights of Unix follow the records. */
export function recordHasRockRidge(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(SYSTEM_USE, bytes[0])).includes(SHARING);
}
