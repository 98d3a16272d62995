import { AdkError } from "@adk/core";
import { BASE_BLOCK_SIZE } from "./base-block.ts";
import { type Key, MAX_DEPTH } from "./key.ts";
import type { Value } from "./value.ts";

export interface WalkedKey {
  readonly key: Key;
  readonly name: string;
  /** From where the walk began: empty there, `Select`, `ControlSet001\Services`. */
  readonly path: string;
  /** 0 where the walk began. */
  readonly depth: number;
  readonly values: readonly Value[];
}

/**
 * Every key from one on, a key before its subkeys, in stored order. It ends for any damage: a key that was given already,
 * and keys too deep, are left out with a finding of the hive.
 *
 * @param enter whether a key is given out, and its subkeys after it
 */
export function* walkKeys(from: Key, enter: (path: string, key: Key) => boolean = () => true): Generator<WalkedKey> {
  const { hive } = from;
  const seen = new Set<number>([from.offset]);
  // Each element of a list takes four bytes, so honest lists together cannot hold more than this.
  const budget = { elements: hive.cells.end / 4, data: hive.cells.end * 64 };
  const pending: Omit<WalkedKey, "values">[] = [];
  if (enter("", from)) pending.push({ key: from, name: from.name, path: "", depth: 0 });
  for (let at = pending.pop(); at; at = pending.pop()) {
    const values = at.key.values();
    budget.elements -= values.length;
    for (const value of values) if (value.size < hive.cells.end) budget.data -= value.size;
    yield { ...at, values };
    const subkeys = at.key.subkeys();
    budget.elements -= subkeys.length;
    if (budget.elements < 0 || budget.data < 0) {
      hive.damaged(
        damage("REG_SHARED_CELLS", "Keys share their cells: there is more to read than the hive holds.", at),
      );
      return;
    }
    if (subkeys.length > 0 && at.depth >= MAX_DEPTH) {
      hive.damaged(damage("REG_TOO_DEEP", "Keys are nested too deep.", at));
      continue;
    }
    const prefix = at.path === "" ? "" : `${at.path}\\`;
    for (let i = subkeys.length - 1; i >= 0; i--) {
      const key = subkeys[i] as Key;
      if (seen.has(key.offset)) {
        hive.damaged(damage("REG_KEY_TWICE", "A key is listed twice.", { key }));
        continue;
      }
      seen.add(key.offset);
      const name = key.name;
      const path = prefix + name;
      if (enter(path, key)) pending.push({ key, name, path, depth: at.depth + 1 });
    }
  }
}

function damage(code: string, message: string, { key }: { key: Key }): AdkError {
  return new AdkError(code, message, { file: key.hive.name, offset: key.offset + BASE_BLOCK_SIZE });
}
