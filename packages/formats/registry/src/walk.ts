import { AdkError } from "@adk/core";
import { BASE_BLOCK_SIZE } from "./base-block.ts";
import { type Key, MAX_DEPTH } from "./key.ts";
import { Traversal } from "./traversal.ts";
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
  const traversal = new Traversal(hive);
  traversal.enter(from);
  const pending: Omit<WalkedKey, "values">[] = [];
  if (enter("", from)) pending.push({ key: from, name: from.name, path: "", depth: 0 });
  for (let at = pending.pop(); at; at = pending.pop()) {
    const { key, name, path, depth } = at;
    const content = hive.attempt(() => ({ values: traversal.values(key), subkeys: traversal.subkeys(key) }));
    if (!content) return;
    yield { key, name, path, depth, values: content.values };
    const { subkeys } = content;
    if (subkeys.length > 0 && depth >= MAX_DEPTH) {
      const where = { file: hive.name, offset: key.offset + BASE_BLOCK_SIZE };
      hive.damaged(new AdkError("REG_TOO_DEEP", "Keys are nested too deep.", where));
      continue;
    }
    const prefix = path === "" ? "" : `${path}\\`;
    for (let i = subkeys.length - 1; i >= 0; i--) {
      const subkey = subkeys[i] as Key;
      const subname = subkey.name;
      const subpath = prefix + subname;
      if (enter(subpath, subkey)) pending.push({ key: subkey, name: subname, path: subpath, depth: depth + 1 });
    }
  }
}
