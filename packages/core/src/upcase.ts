/**
 * Names compared as NTFS compares them: code unit by code unit through the volume's $UpCase table, whatever the locale,
 * one code unit to one, never longer.
 *
 * The table here is that of Windows 7: all 65,536 entries were verified to be those that `mkntfs` 2022.10.3 writes as that
 * table. It is built from the one-to-one mappings of Unicode that the runtime knows, less what $UpCase does not have.
 * Approximated: volumes formatted by other versions may map some later letters too; a volume's own $UpCase decides there.
 */

/**
 * First and last code units that Unicode upcases and $UpCase leaves alone: letters whose capital came after Unicode 5.1,
 * and those that lose themselves on the way back (µ, ı, ſ, final sigma, Greek symbol letters, title case digraphs).
 */
const LEFT_ALONE: readonly (readonly [number, number])[] = [
  [0x00b5, 0x00b5],
  [0x0131, 0x0131],
  [0x017f, 0x017f],
  [0x019b, 0x019b],
  [0x01c5, 0x01c5],
  [0x01c8, 0x01c8],
  [0x01cb, 0x01cb],
  [0x01f2, 0x01f2],
  [0x023f, 0x0240],
  [0x0252, 0x0252],
  [0x025c, 0x025c],
  [0x0261, 0x0261],
  [0x0264, 0x0266],
  [0x026a, 0x026a],
  [0x026c, 0x026c],
  [0x0282, 0x0282],
  [0x0287, 0x0287],
  [0x029d, 0x029e],
  [0x0345, 0x0345],
  [0x03c2, 0x03c2],
  [0x03d0, 0x03d1],
  [0x03d5, 0x03d6],
  [0x03f0, 0x03f1],
  [0x03f3, 0x03f3],
  [0x03f5, 0x03f5],
  [0x0525, 0x052f],
  [0x10d0, 0x10ff],
  [0x13f8, 0x13fd],
  [0x1c80, 0x1c8a],
  [0x1d8e, 0x1d8e],
  [0x1e9b, 0x1e9b],
  [0x1fbe, 0x1fbe],
  [0x2c5f, 0x2c5f],
  [0x2cec, 0x2cee],
  [0x2cf3, 0x2cf3],
  [0x2d27, 0x2d2d],
  [0xa661, 0xa661],
  [0xa699, 0xa69b],
  [0xa791, 0xa7ff],
  [0xab53, 0xabbf],
];

/** First and last code units and the distance to the title case letter, which $UpCase takes where Unicode needs two capitals. */
const TITLE_CASE: readonly (readonly [number, number, number])[] = [
  [0x1f80, 0x1f87, 8],
  [0x1f90, 0x1f97, 8],
  [0x1fa0, 0x1fa7, 8],
  [0x1fb3, 0x1fb3, 9],
  [0x1fc3, 0x1fc3, 9],
  [0x1ff3, 0x1ff3, 9],
];

let table: Uint16Array | undefined;

/** $UpCase: the upper case of every UTF-16 code unit. Built at first use (some milliseconds), 128 KB. */
export function upcaseTable(): Uint16Array {
  table ??= buildTable();
  return table;
}

function buildTable(): Uint16Array {
  const built = new Uint16Array(0x10000);
  for (let unit = 0; unit < 0x10000; unit++) {
    const upper = String.fromCharCode(unit).toUpperCase();
    built[unit] = upper.length === 1 ? upper.charCodeAt(0) : unit;
  }
  for (const [first, last] of LEFT_ALONE) for (let unit = first; unit <= last; unit++) built[unit] = unit;
  for (const [first, last, distance] of TITLE_CASE) {
    for (let unit = first; unit <= last; unit++) built[unit] = unit + distance;
  }
  return built;
}

const ASCII = /^[\0-\x7f]*$/;

/** The name as NTFS compares it: a key for maps. The same number of code units. */
export function upcase(name: string): string {
  // Most names are ASCII, and do without the table.
  if (ASCII.test(name)) return name.toUpperCase();
  const upper = upcaseTable();
  for (let i = 0; i < name.length; i++) {
    const unit = name.charCodeAt(i);
    if (upper[unit] !== unit) return upcaseFrom(name, i, upper);
  }
  return name;
}

function upcaseFrom(name: string, start: number, upper: Uint16Array): string {
  let result = name.slice(0, start);
  for (let i = start; i < name.length; i++) result += String.fromCharCode(upper[name.charCodeAt(i)]!);
  return result;
}

/**
 * The order of names in an NTFS directory: by upcased code units, a shorter name before its continuations. Names that
 * differ only in case follow by their own code units, so that the order is total.
 */
export function compareNames(a: string, b: string): number {
  const upper = upcaseTable();
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = upper[a.charCodeAt(i)]! - upper[b.charCodeAt(i)]!;
    if (difference !== 0) return difference;
  }
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether NTFS takes two names for the same. */
export function equalNames(a: string, b: string): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  const upper = upcaseTable();
  for (let i = 0; i < a.length; i++) {
    if (upper[a.charCodeAt(i)] !== upper[b.charCodeAt(i)]) return false;
  }
  return true;
}
