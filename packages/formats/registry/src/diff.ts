import { compareNames, equalNames } from "@adk/core";
import { type Key, MAX_DEPTH } from "./key.ts";
import { Traversal } from "./traversal.ts";
import type { Value } from "./value.ts";

/** One difference from a hive (before) to another (after). `path` counts from the keys that are compared. */
export type HiveDifference =
  | { readonly kind: "key-added"; readonly path: string; readonly after: Key }
  | { readonly kind: "key-removed"; readonly path: string; readonly before: Key }
  | { readonly kind: "class-changed"; readonly path: string; readonly before: Key; readonly after: Key }
  | { readonly kind: "security-changed"; readonly path: string; readonly before: Key; readonly after: Key }
  | { readonly kind: "value-added"; readonly path: string; readonly name: string; readonly after: Value }
  | { readonly kind: "value-removed"; readonly path: string; readonly name: string; readonly before: Value }
  | {
      readonly kind: "value-changed";
      readonly path: string;
      readonly name: string;
      readonly before: Value;
      readonly after: Value;
    };

/**
 * What changes from one key with all below to another. Names count without their case; times and the order of values do not
 * count. An added or removed key stands for all below it. Data that cannot be read differs from any other.
 *
 * @throws AdkError `REG_SHARED_CELLS` for a hive so damaged that comparing would not end
 */
export function diffHives(before: Key, after: Key): Generator<HiveDifference> {
  const traversals = { before: new Traversal(before.hive), after: new Traversal(after.hive) };
  return diffKeys(before, after, "", 0, traversals);
}

interface Traversals {
  readonly before: Traversal;
  readonly after: Traversal;
}

function* diffKeys(
  before: Key,
  after: Key,
  path: string,
  depth: number,
  traversals: Traversals,
): Generator<HiveDifference> {
  if (before.className !== after.className) yield { kind: "class-changed", path, before, after };
  if (!sameBytes(before.securityDescriptor, after.securityDescriptor)) {
    yield { kind: "security-changed", path, before, after };
  }
  for (const [one, other] of pairs(traversals.before.values(before), traversals.after.values(after))) {
    const { name } = one ?? (other as Value);
    if (!other) yield { kind: "value-removed", path, name, before: one as Value };
    else if (!one) yield { kind: "value-added", path, name, after: other };
    else if (!sameValue(one, other)) yield { kind: "value-changed", path, name, before: one, after: other };
  }
  if (depth >= MAX_DEPTH) return;
  const prefix = path === "" ? "" : `${path}\\`;
  for (const [one, other] of pairs(traversals.before.subkeys(before), traversals.after.subkeys(after))) {
    const below = prefix + (one ?? (other as Key)).name;
    if (!other) yield { kind: "key-removed", path: below, before: one as Key };
    else if (!one) yield { kind: "key-added", path: below, after: other };
    else yield* diffKeys(one, other, below, depth + 1, traversals);
  }
}

/** Those of one name together, in the order of their names. */
function* pairs<T extends Key | Value>(
  before: readonly T[],
  after: readonly T[],
): Generator<readonly [T | undefined, T | undefined]> {
  const [left, right] = [byName(before), byName(after)];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    const [one, other] = [left[i], right[j]];
    const order = one && other ? compareUpper(one.name, other.name) : one ? -1 : 1;
    if (order <= 0) i++;
    if (order >= 0) j++;
    yield [order <= 0 ? one?.item : undefined, order >= 0 ? other?.item : undefined];
  }
}

function byName<T extends Key | Value>(items: readonly T[]): { name: string; item: T }[] {
  return items.map((item) => ({ name: item.name, item })).sort((a, b) => compareNames(a.name, b.name));
}

function compareUpper(a: string, b: string): number {
  return equalNames(a, b) ? 0 : compareNames(a, b);
}

function sameValue(before: Value, after: Value): boolean {
  if (before.type !== after.type) return false;
  const [one, other] = [before, after].map((value) => value.hive.attempt(() => value.data()));
  return one !== undefined && other !== undefined && sameBytes(one, other);
}

/** Undefined equals undefined. */
function sameBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a && b ? Buffer.compare(a, b) === 0 : a === b;
}
