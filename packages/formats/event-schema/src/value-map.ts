/** Names of numbers: each value one name, or each bit one. */
export interface ValueMap {
  readonly name: string;
  readonly kind: "values" | "bits";
  readonly entries: ReadonlyMap<number, string>;
}

export function valueMap(name: string, names: readonly string[]): ValueMap {
  return { name, kind: "values", entries: new Map(names.map((each, value) => [value, each])) };
}

export function bitMap(name: string, bits: Readonly<Record<number, string>>): ValueMap {
  return { name, kind: "bits", entries: new Map(Object.entries(bits).map(([bit, each]) => [Number(bit), each])) };
}

/** The name of a value, or the names of its bits: `Nocache, Write`; what has no name stays a number. */
export function valueName({ kind, entries }: ValueMap, value: number): string {
  if (kind === "values" || entries.has(value)) return entries.get(value) ?? String(value);
  const names: string[] = [];
  let rest = value >>> 0;
  for (const [bits, name] of entries) {
    // A mask of several bits has its name only if all of them are set.
    if (bits !== 0 && (rest & bits) >>> 0 === bits >>> 0) {
      names.push(name);
      rest = (rest & ~bits) >>> 0;
    }
  }
  if (rest !== 0) names.push(`0x${rest.toString(16)}`);
  return names.length === 0 ? "0" : names.join(", ");
}
