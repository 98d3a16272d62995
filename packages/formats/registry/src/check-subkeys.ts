import { compareNames, equalNames } from "@adk/core";
import type { CheckContext } from "./check-context.ts";
import { locateKey } from "./key.ts";
import { keyName, nameHash } from "./name.ts";
import {
  elementAt,
  elementSize,
  HASH_LEAF,
  INDEX_ROOT,
  LIST_HEADER_SIZE,
  openSubkeyList,
  type SubkeyList,
} from "./subkey-list.ts";

/** A key in a list. */
export interface ListedName {
  /** Offset of its cell. */
  readonly key: number;
  readonly name: string;
}

/** Checks a list of subkeys with its leaves, not the keys themselves; gives those that can be read. */
export function checkSubkeys(context: CheckContext, offset: number, count: number): ListedName[] {
  const list = openSubkeyList(context.cells, offset);
  const keys: ListedName[] = [];
  if (list.signature !== INDEX_ROOT) {
    checkLeaf(context, offset, keys);
  } else if (context.claim(offset)) {
    checkCount(context, offset, list);
    for (let i = 0; i < list.count; i++) {
      context.guard(() => checkLeaf(context, elementAt(context.cells, list, i), keys));
    }
  }
  if (keys.length !== count) {
    context.error("REG_BAD_COUNT", `A key has ${count} subkeys, and its list ${keys.length}.`, offset);
  }
  checkOrder(context, keys);
  return keys;
}

function checkLeaf(context: CheckContext, offset: number, keys: ListedName[]): void {
  const { cells } = context;
  const leaf = openSubkeyList(cells, offset);
  if (leaf.signature === INDEX_ROOT) {
    context.error("REG_BAD_SUBKEY_LIST", "An index root lists another index root.", offset);
    return;
  }
  if (!context.claim(offset)) return;
  checkCount(context, offset, leaf);
  for (let i = 0; i < leaf.count; i++) {
    const key = elementAt(cells, leaf, i);
    context.guard(() => {
      const name = keyName(cells, locateKey(cells, key));
      keys.push({ key, name });
      if (leaf.signature !== HASH_LEAF) return;
      const hash = cells.view.getUint32(leaf.place + LIST_HEADER_SIZE + i * elementSize(HASH_LEAF) + 4, true);
      if (hash === nameHash(name)) return;
      context.error("REG_BAD_HASH", "The hash of a subkey's name is wrong, so that Windows does not find it.", key);
    });
  }
}

function checkCount(context: CheckContext, offset: number, { place, count }: SubkeyList): void {
  const stored = context.cells.view.getUint16(place + 2, true);
  if (stored > count) {
    context.error("REG_BAD_SUBKEY_LIST", `A list says to hold ${stored} subkeys, in room for ${count}.`, offset);
  }
  if (count === 0) context.error("REG_BAD_SUBKEY_LIST", "A list of subkeys is empty.", offset);
}

function checkOrder(context: CheckContext, keys: readonly ListedName[]): void {
  for (let i = 1; i < keys.length; i++) {
    const before = keys[i - 1] as ListedName;
    const { name, key } = keys[i] as ListedName;
    if (equalNames(before.name, name)) {
      context.error("REG_DUPLICATE_KEY", "Two subkeys have one name.", key);
    } else if (compareNames(before.name, name) > 0) {
      context.error("REG_BAD_ORDER", "Subkeys are not in order, so that Windows does not find them.", key);
    }
  }
}
