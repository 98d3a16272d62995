import { AdkError } from "@adk/core";
import { BASE_BLOCK_SIZE, NIL } from "./base-block.ts";
import type { CellAllocator } from "./cell-allocator.ts";
import type { Cells } from "./cells.ts";
import { locateKey } from "./key.ts";
import { fastHint, keyName, nameHash } from "./name.ts";
import {
  elementAt,
  elementSize,
  FAST_LEAF,
  findSubkey,
  HASH_LEAF,
  INDEX_LEAF,
  INDEX_ROOT,
  LIST_HEADER_SIZE,
  type ListPosition,
  openSubkeyList,
  type SubkeyList,
} from "./subkey-list.ts";

/** Elements of a leaf that Windows has always read: a bin of a page with 8 bytes each is full. */
const LEAF_MOST = 507;
/** Without hashes: two index leaves of 4 bytes each fill such a bin. */
const INDEX_LEAF_MOST = 506;
const ROOT_MOST = 0xffff;
/** From the offset of a cell to the place of its content. */
const CONTENT = BASE_BLOCK_SIZE + 4;

/** A key that is put into a list. */
export interface ListedKey {
  /** Offset of its cell. */
  readonly key: number;
  /** If it is at hand. */
  readonly name?: string;
}

/** Changes lists of subkeys. Offsets of lists change; the new one is given back. */
export class SubkeyListEditor {
  readonly #cells: Cells;
  readonly #allocator: CellAllocator;
  /** From version 1.5 on leaves keep hashes. */
  readonly #hashes: boolean;
  readonly #most: number;

  constructor(cells: Cells, allocator: CellAllocator, minorVersion: number) {
    this.#cells = cells;
    this.#allocator = allocator;
    this.#hashes = minorVersion >= 5;
    this.#most = this.#hashes ? LEAF_MOST : INDEX_LEAF_MOST;
  }

  /** @param list offset of the list, NIL for none yet */
  find(list: number, name: string): ListPosition {
    return findSubkey(this.#cells, list, name, (offset) => locateKey(this.#cells, offset));
  }

  /** A list of one key. */
  create(name: string, key: number): number {
    return this.#newLeaf(this.#hashes ? HASH_LEAF : FAST_LEAF, [{ key, name }]);
  }

  /** A list of keys in their order. */
  createSorted(keys: readonly ListedKey[]): number {
    if (keys.length === 0) return NIL;
    if (keys.length <= this.#most) return this.#newLeaf(this.#hashes ? HASH_LEAF : FAST_LEAF, keys);
    const leaves: number[] = [];
    for (let i = 0; i < keys.length; i += this.#most) {
      leaves.push(this.#newLeaf(this.#hashes ? HASH_LEAF : INDEX_LEAF, keys.slice(i, i + this.#most)));
    }
    return this.#newRoot(leaves);
  }

  /** Adds a key where `find` said that it belongs. */
  insert(list: number, position: ListPosition, name: string, key: number): number {
    const { leaf, leafIndex, index } = position;
    const leafOffset = offsetOf(leaf);
    const root = leafOffset === list ? undefined : list;
    if (leaf.count < this.#most) {
      const grown = this.#insertAt(leafOffset, leaf, index, key);
      this.#writeHint(grown, index, name);
      return root === undefined ? grown : this.#replaceLeaf(root, leafIndex, grown);
    }
    return this.#split(root, leafOffset, leafIndex, index, { key, name });
  }

  /** Removes the key that `find` found; gives NIL where none is left. */
  remove(list: number, { leaf, leafIndex, index }: ListPosition): number {
    const leafOffset = offsetOf(leaf);
    if (leaf.count > 1) {
      this.#removeAt(leaf, index);
      return list;
    }
    this.#allocator.free(leafOffset);
    if (leafOffset === list) return NIL;
    const root = openSubkeyList(this.#cells, list);
    this.#removeAt(root, leafIndex);
    if (root.count > 2) return list;
    const last = root.count === 2 ? elementAt(this.#cells, root, 0) : NIL;
    this.#allocator.free(list);
    return last;
  }

  /** Points the element of a key that moved to its new cell. */
  replace({ leaf, index }: ListPosition, key: number): void {
    this.#cells.view.setUint32(elementPlace(leaf, index), key, true);
  }

  /** Frees a list with its leaves, not its keys. */
  free(list: number): void {
    const opened = openSubkeyList(this.#cells, list);
    if (opened.signature === INDEX_ROOT) {
      for (let i = 0; i < opened.count; i++) this.#allocator.free(elementAt(this.#cells, opened, i));
    }
    this.#allocator.free(list);
  }

  /** A full leaf becomes two; one that is filled from below stays full, so that sorted keys make full leaves. */
  #split(root: number | undefined, leaf: number, leafIndex: number, index: number, added: ListedKey): number {
    const opened = root === undefined ? undefined : openSubkeyList(this.#cells, root);
    if (opened && opened.count >= ROOT_MOST) {
      const message = "A key cannot hold more subkeys.";
      throw new AdkError("REG_FULL", message, { kind: "environment", file: this.#cells.name });
    }
    const keys = this.#keysOf(leaf);
    keys.splice(index, 0, added);
    const half = index === keys.length - 1 ? index : keys.length >> 1;
    const signature = this.#hashes ? HASH_LEAF : INDEX_LEAF;
    this.#allocator.free(leaf);
    const left = this.#newLeaf(signature, keys.slice(0, half));
    const right = this.#newLeaf(signature, keys.slice(half));
    if (root === undefined || !opened) return this.#newRoot([left, right]);
    this.#replaceLeaf(root, leafIndex, left);
    return this.#insertAt(root, opened, leafIndex + 1, right);
  }

  #keysOf(offset: number): ListedKey[] {
    const leaf = openSubkeyList(this.#cells, offset);
    return Array.from({ length: leaf.count }, (_, index) => ({ key: elementAt(this.#cells, leaf, index) }));
  }

  #newLeaf(signature: number, keys: readonly ListedKey[]): number {
    const offset = this.#newList(signature, keys.length);
    const place = offset + CONTENT;
    const { view } = this.#cells;
    for (const [index, { key, name }] of keys.entries()) {
      view.setUint32(place + LIST_HEADER_SIZE + index * elementSize(signature), key, true);
      this.#writeHint(offset, index, name ?? keyName(this.#cells, key + CONTENT));
    }
    return offset;
  }

  #newRoot(leaves: readonly number[]): number {
    const offset = this.#newList(INDEX_ROOT, leaves.length);
    for (const [index, leaf] of leaves.entries()) {
      this.#cells.view.setUint32(offset + CONTENT + LIST_HEADER_SIZE + index * 4, leaf, true);
    }
    return offset;
  }

  #newList(signature: number, count: number): number {
    const offset = this.#allocator.allocate(LIST_HEADER_SIZE + count * elementSize(signature));
    this.#cells.view.setUint16(offset + CONTENT, signature, true);
    this.#cells.view.setUint16(offset + CONTENT + 2, count, true);
    return offset;
  }

  /** Makes room for an element and puts an offset there. */
  #insertAt(offset: number, list: SubkeyList, index: number, value: number): number {
    const step = elementSize(list.signature);
    const used = LIST_HEADER_SIZE + list.count * step;
    let place = list.place;
    let grown = offset;
    if (!this.#allocator.extend(offset, used + step)) {
      // An eighth more than is needed: a list that grows is not moved for each key.
      grown = this.#allocator.allocate(used + step * (1 + (list.count >> 3)));
      const { bytes } = this.#cells;
      place = grown + CONTENT;
      bytes.copyWithin(place, list.place, list.place + used);
      this.#allocator.free(offset);
    }
    const { bytes, view } = this.#cells;
    const at = place + LIST_HEADER_SIZE + index * step;
    bytes.copyWithin(at + step, at, place + used);
    view.setUint32(at, value, true);
    view.setUint16(place + 2, list.count + 1, true);
    return grown;
  }

  #removeAt(list: SubkeyList, index: number): void {
    const step = elementSize(list.signature);
    const at = elementPlace(list, index);
    const end = list.place + LIST_HEADER_SIZE + list.count * step;
    this.#cells.bytes.copyWithin(at, at + step, end);
    this.#cells.bytes.fill(0, end - step, end);
    this.#cells.view.setUint16(list.place + 2, list.count - 1, true);
  }

  #replaceLeaf(root: number, index: number, leaf: number): number {
    this.#cells.view.setUint32(elementPlace(openSubkeyList(this.#cells, root), index), leaf, true);
    return root;
  }

  /** What a leaf keeps of a key besides its offset. */
  #writeHint(leaf: number, index: number, name: string): void {
    const { view, bytes } = this.#cells;
    const signature = view.getUint16(leaf + CONTENT, true);
    const at = leaf + CONTENT + LIST_HEADER_SIZE + index * elementSize(signature) + 4;
    if (signature === HASH_LEAF) view.setUint32(at, nameHash(name), true);
    else if (signature === FAST_LEAF) bytes.set(fastHint(name), at);
  }
}

function offsetOf(list: SubkeyList): number {
  return list.place - CONTENT;
}

function elementPlace(list: SubkeyList, index: number): number {
  return list.place + LIST_HEADER_SIZE + index * elementSize(list.signature);
}
