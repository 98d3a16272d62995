/** Types of values ([MS-RRP] 3.1.1.5). Any other number is allowed too, and used: by device properties and application settings. */
export const RegType = {
  NONE: 0,
  SZ: 1,
  EXPAND_SZ: 2,
  BINARY: 3,
  DWORD: 4,
  DWORD_BIG_ENDIAN: 5,
  LINK: 6,
  MULTI_SZ: 7,
  RESOURCE_LIST: 8,
  FULL_RESOURCE_DESCRIPTOR: 9,
  RESOURCE_REQUIREMENTS_LIST: 10,
  QWORD: 11,
} as const;

const NAMES = new Map<number, string>(Object.entries(RegType).map(([name, type]) => [type, `REG_${name}`]));
const TYPES = new Map<string, number>([...NAMES].map(([type, name]) => [name, type]));
TYPES.set("REG_DWORD_LITTLE_ENDIAN", RegType.DWORD);
TYPES.set("REG_QWORD_LITTLE_ENDIAN", RegType.QWORD);

/** `REG_SZ`, or the number in hex where it has no name: `0xffff0012`. */
export function formatRegType(type: number): string {
  return NAMES.get(type) ?? `0x${type.toString(16)}`;
}

/** Reads `REG_SZ`, `sz` or a number (`7`, `0x7`); undefined for anything else. */
export function parseRegType(text: string): number | undefined {
  const upper = text.toUpperCase();
  const known = TYPES.get(upper) ?? TYPES.get(`REG_${upper}`);
  if (known !== undefined) return known;
  if (!/^(0X[0-9A-F]{1,8}|[0-9]{1,10})$/.test(upper)) return undefined;
  const number = Number(upper);
  return number <= 0xffff_ffff ? number : undefined;
}
