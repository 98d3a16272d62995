import { AdkError, check } from "./errors.ts";

/**
 * Access masks and their SDDL text ([MS-DTYP] 2.4.3, 2.5.1.1). The text that is written is the one that Windows writes: the
 * name of a whole set of file or key rights, else two letters a bit in ascending order, else a hexadecimal number if a bit
 * has no letters.
 */

const BITS: readonly (readonly [string, number])[] = [
  ["CC", 0x1],
  ["DC", 0x2],
  ["LC", 0x4],
  ["SW", 0x8],
  ["RP", 0x10],
  ["WP", 0x20],
  ["DT", 0x40],
  ["LO", 0x80],
  ["CR", 0x100],
  ["SD", 0x10000],
  ["RC", 0x20000],
  ["WD", 0x40000],
  ["WO", 0x80000],
  ["GA", 0x10000000],
  ["GX", 0x20000000],
  ["GW", 0x40000000],
  ["GR", 0x80000000],
];

const SETS: readonly (readonly [string, number])[] = [
  ["FA", 0x1f01ff],
  ["FR", 0x120089],
  ["FW", 0x120116],
  ["FX", 0x1200a0],
  ["KA", 0xf003f],
  ["KR", 0x20019],
  ["KW", 0x20006],
  ["KX", 0x20019],
];

/** What a mandatory label forbids to those below it ([MS-DTYP] 2.4.4.13). */
const LABEL_POLICIES: readonly (readonly [string, number])[] = [
  ["NW", 0x1],
  ["NR", 0x2],
  ["NX", 0x4],
];

const NAMES = new Map([...BITS, ...SETS, ...LABEL_POLICIES]);

/** @param label whether the mask is that of a mandatory label, whose low bits mean something else */
export function formatAccessMask(mask: number, label = false): string {
  const set = label ? undefined : SETS.find(([, bits]) => bits === mask);
  if (set) return set[0];
  let text = "";
  let rest = mask;
  for (const [name, bit] of label ? LABEL_POLICIES : BITS) {
    if ((rest & bit) === 0) continue;
    text += name;
    rest &= ~bit;
  }
  return rest === 0 ? text : `0x${(mask >>> 0).toString(16)}`;
}

/**
 * Reads letters or a number (decimal, 0x hexadecimal, 0 octal); nothing is no right at all.
 *
 * @throws AdkError `SDDL_BAD_RIGHTS`
 */
export function parseAccessMask(text: string): number {
  if (/^(?:0x[0-9a-f]{1,8}|0[0-7]{0,11}|[1-9]\d{0,9})$/i.test(text)) {
    const value = /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text);
    check(value < 2 ** 32, () => badRights(text));
    return value;
  }
  let mask = 0;
  for (let i = 0; i < text.length; i += 2) {
    const bits = NAMES.get(text.slice(i, i + 2).toUpperCase());
    check(bits !== undefined, () => badRights(text));
    mask |= bits;
  }
  return mask >>> 0;
}

function badRights(text: string): AdkError {
  return new AdkError("SDDL_BAD_RIGHTS", "These are no access rights of SDDL.", { found: text.slice(0, 80) });
}
