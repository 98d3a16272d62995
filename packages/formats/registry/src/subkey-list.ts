import { AdkError } from "@adk/core";
import { BASE_BLOCK_SIZE } from "./base-block.ts";
import type { Cells } from "./cells.ts";
import { compareToKey } from "./name.ts";

/** Signatures of lists of subkeys. All but the index root are leaves. */
export const INDEX_LEAF = 0x696c; // "li": offsets
export const FAST_LEAF = 0x666c; // "lf": offsets, each with the first four characters of the name
export const HASH_LEAF = 0x686c; // "lh": offsets, each with a hash of the name
export const INDEX_ROOT = 0x6972; // "ri": offsets of leaves

/** Signature and count before the elements. */
export const LIST_HEADER_SIZE = 4;
/** A key node of an empty name with its cell's size: so many keys fit into a hive at most. */
const LEAST_KEY_SIZE = 80;

/** Bytes of an element of a list, 0 for what is no list. */
export function elementSize(signature: number): number {
  if (signature === FAST_LEAF || signature === HASH_LEAF) return 8;
  return signature === INDEX_LEAF || signature === INDEX_ROOT ? 4 : 0;
}

/** A list of subkeys that was located. */
export interface SubkeyList {
  /** Place of the list's content in the file. */
  readonly place: number;
  readonly signature: number;
  /** Elements that the cell holds; the stored count may be larger in a damaged hive. */
  readonly count: number;
}

/** @throws AdkError `REG_BAD_SUBKEY_LIST`, `REG_BAD_OFFSET`, `REG_BAD_CELL` */
export function openSubkeyList(cells: Cells, offset: number): SubkeyList {
  const place = cells.locate(offset, LIST_HEADER_SIZE);
  const signature = cells.view.getUint16(place, true);
  const size = elementSize(signature);
  if (size === 0) {
    throw new AdkError("REG_BAD_SUBKEY_LIST", "A list of subkeys has an unknown signature.", {
      file: cells.name,
      offset: offset + BASE_BLOCK_SIZE,
      expected: "li, lf, lh or ri",
      found: `0x${signature.toString(16)}`,
    });
  }
  const room = Math.floor((cells.lengthAt(place) - LIST_HEADER_SIZE) / size);
  return { place, signature, count: Math.min(cells.view.getUint16(place + 2, true), room) };
}

/** The offset in an element of a list. */
export function elementAt(cells: Cells, list: SubkeyList, index: number): number {
  return cells.view.getUint32(list.place + LIST_HEADER_SIZE + index * elementSize(list.signature), true);
}

/**
 * Offsets of the key nodes in a list, in its order, through an index root if it is one.
 *
 * @param onDamage told of leaves that cannot be read and are passed over
 * @throws AdkError if the list itself cannot be read
 */
export function subkeyOffsets(cells: Cells, offset: number, onDamage: (error: unknown) => void): number[] {
  const list = openSubkeyList(cells, offset);
  const offsets: number[] = [];
  if (list.signature !== INDEX_ROOT) {
    pushElements(cells, list, offsets);
    return offsets;
  }
  const most = cells.end / LEAST_KEY_SIZE;
  for (let i = 0; i < list.count; i++) {
    try {
      pushElements(cells, openLeaf(cells, elementAt(cells, list, i)), offsets);
    } catch (error) {
      onDamage(error);
    }
    if (offsets.length > most) {
      onDamage(badList(cells, offset, "A list holds more subkeys than fit into the hive.", Math.floor(most)));
      offsets.length = Math.floor(most);
      break;
    }
  }
  return offsets;
}

function pushElements(cells: Cells, list: SubkeyList, offsets: number[]): void {
  const { view } = cells;
  const step = elementSize(list.signature);
  const end = list.place + LIST_HEADER_SIZE + list.count * step;
  for (let at = list.place + LIST_HEADER_SIZE; at < end; at += step) offsets.push(view.getUint32(at, true));
}

function openLeaf(cells: Cells, offset: number): SubkeyList {
  const leaf = openSubkeyList(cells, offset);
  if (leaf.signature === INDEX_ROOT) throw badList(cells, offset, "An index root lists another index root.", "a leaf");
  return leaf;
}

/** Where a name stands in a sorted list of subkeys, or would stand. */
export interface ListPosition {
  /** The leaf: the list itself, or a leaf of the index root. */
  readonly leaf: SubkeyList;
  /** Index of the leaf in the index root, 0 without one. */
  readonly leafIndex: number;
  /** Index in the leaf. */
  readonly index: number;
  /** Offset of the key node of this name, undefined if there is none. */
  readonly found: number | undefined;
}

/**
 * Looks a name up by bisection.
 *
 * @param keyPlace gives the place of a key node, or throws if it is none
 */
export function findSubkey(
  cells: Cells,
  offset: number,
  name: string,
  keyPlace: (offset: number) => number,
): ListPosition {
  const list = openSubkeyList(cells, offset);
  let leaf = list;
  let leafIndex = 0;
  if (list.signature === INDEX_ROOT) {
    // The last leaf whose first key is not behind the name.
    let high = list.count;
    while (high - leafIndex > 1) {
      const middle = (leafIndex + high) >> 1;
      const first = openLeaf(cells, elementAt(cells, list, middle));
      const behind = first.count > 0 && compareToKey(name, cells, keyPlace(elementAt(cells, first, 0))) < 0;
      if (behind) high = middle;
      else leafIndex = middle;
    }
    if (list.count === 0) throw badList(cells, offset, "An index root lists nothing.", "a leaf");
    leaf = openLeaf(cells, elementAt(cells, list, leafIndex));
  }
  let [low, high] = [0, leaf.count];
  while (low < high) {
    const middle = (low + high) >> 1;
    const key = elementAt(cells, leaf, middle);
    const order = compareToKey(name, cells, keyPlace(key));
    if (order === 0) return { leaf, leafIndex, index: middle, found: key };
    if (order < 0) high = middle;
    else low = middle + 1;
  }
  return { leaf, leafIndex, index: low, found: undefined };
}

function badList(cells: Cells, offset: number, message: string, expected: string | number): AdkError {
  return new AdkError("REG_BAD_SUBKEY_LIST", message, {
    file: cells.name,
    offset: offset + BASE_BLOCK_SIZE,
    expected,
  });
}
