import { countWhile, FILETIME_MAX, type Filetime, Findings } from "@adk/core";
import { BASE_BLOCK_SIZE, NIL } from "./base-block.ts";
import { isBigData, readBigData } from "./big-data.ts";
import { CellLedger } from "./cell-ledger.ts";
import type { Cells } from "./cells.ts";
import { checkTree } from "./check-tree.ts";
import type { Hive } from "./hive.ts";
import { KEY_NODE_SIZE, KEY_SIGNATURE, KeyField, KeyFlag } from "./key-node.ts";
import { DATA_INLINE, KEY_VALUE_SIZE, VALUE_SIGNATURE, ValueField, ValueFlag } from "./key-value.ts";

/** A key that was deleted, found in cells that are free or lost. */
export interface RecoveredKey {
  readonly kind: "key";
  /** Of its cell, from the first hive bin. */
  readonly offset: number;
  readonly name: string;
  /** As far up as its parents can be read; begins with `?\` where that is not up to the root. */
  readonly path: string;
  readonly lastWritten: Filetime;
  /** Those of its values that are still there. */
  readonly values: readonly RecoveredValue[];
}

/** A value that was deleted. */
export interface RecoveredValue {
  readonly kind: "value";
  readonly offset: number;
  /** Empty for the default value. */
  readonly name: string;
  readonly type: number;
  /** Bytes of data that it had. */
  readonly size: number;
  /** A view that must not be changed; undefined where the data was overwritten. */
  readonly data: Uint8Array | undefined;
}

/** Longest names that Windows allows, in bytes. */
const KEY_NAME_MOST = 255 * 2;
const VALUE_NAME_MOST = 16_383 * 2;
const PATH_MOST = 512;

/**
 * Finds deleted keys with their values, then values whose key is lost, in everything that no key of the hive uses. What is
 * found was there once; whether it belonged together is a conclusion from offsets that could have been used anew.
 */
export function* recoverDeleted(hive: Hive): Generator<RecoveredKey | RecoveredValue> {
  const search = new Search(hive);
  const keys = search.keys();
  const taken = new Set<number>();
  for (const offset of keys) {
    const key = search.readKey(offset, keys);
    for (const value of key.values) taken.add(value.offset);
    yield key;
  }
  for (const offset of search.values) if (!taken.has(offset)) yield search.readValue(offset);
}

class Search {
  readonly #hive: Hive;
  readonly #cells: Cells;
  readonly #ranges: readonly (readonly [start: number, end: number])[];
  /** Offsets of what looks like key values. */
  readonly values: ReadonlySet<number>;
  /** Elements of lists that may still be read, and bytes of big data: damage must not make them endless. */
  #elements: number;
  #bigBytes: number;

  constructor(hive: Hive) {
    this.#hive = hive;
    this.#cells = hive.cells.loadAll();
    const findings = new Findings();
    const ledger = new CellLedger(this.#cells, findings);
    checkTree(hive, ledger, findings);
    this.#ranges = ledger.unusedRanges();
    this.values = new Set(this.#findValues());
    this.#elements = this.#cells.end / 4;
    this.#bigBytes = this.#cells.end * 4;
  }

  /** Offsets of what looks like key nodes. */
  keys(): Set<number> {
    const { view } = this.#cells;
    return new Set(
      this.#candidates(KEY_SIGNATURE, KEY_NODE_SIZE, (place, room) => {
        const length = view.getUint16(place + KeyField.NAME_LENGTH, true);
        const time = view.getBigUint64(place + KeyField.LAST_WRITTEN, true);
        const security = view.getUint32(place + KeyField.SECURITY, true);
        const flags = view.getUint16(place + KeyField.FLAGS, true);
        if (length === 0 || length > Math.min(KEY_NAME_MOST, room - KEY_NODE_SIZE)) return false;
        if ((flags & KeyFlag.COMPRESSED_NAME) === 0 && length % 2 !== 0) return false;
        return time > 0n && time <= FILETIME_MAX && (security === NIL || security % 8 === 0);
      }),
    );
  }

  #findValues(): Generator<number> {
    const { view } = this.#cells;
    return this.#candidates(VALUE_SIGNATURE, KEY_VALUE_SIZE, (place, room) => {
      const length = view.getUint16(place + ValueField.NAME_LENGTH, true);
      const stored = view.getUint32(place + ValueField.DATA_SIZE, true);
      const flags = view.getUint16(place + ValueField.FLAGS, true);
      if (length > Math.min(VALUE_NAME_MOST, room - KEY_VALUE_SIZE) || flags > 3) return false;
      if ((flags & ValueFlag.COMPRESSED_NAME) === 0 && length % 2 !== 0) return false;
      if (stored >= DATA_INLINE) return (stored & ~DATA_INLINE) <= 4;
      return stored < this.#cells.end && view.getUint32(place + ValueField.DATA, true) < this.#cells.end;
    });
  }

  readKey(offset: number, deleted: ReadonlySet<number>): RecoveredKey {
    const place = offset + BASE_BLOCK_SIZE + 4;
    const { view } = this.#cells;
    return {
      kind: "key",
      offset,
      name: this.#name(offset),
      path: this.#path(offset, deleted),
      lastWritten: view.getBigUint64(place + KeyField.LAST_WRITTEN, true),
      values: this.#valuesOf(place),
    };
  }

  readValue(offset: number): RecoveredValue {
    const place = offset + BASE_BLOCK_SIZE + 4;
    const { view } = this.#cells;
    const latin1 = (view.getUint16(place + ValueField.FLAGS, true) & ValueFlag.COMPRESSED_NAME) !== 0;
    return {
      kind: "value",
      offset,
      name: this.#cells.text(place + ValueField.NAME, view.getUint16(place + ValueField.NAME_LENGTH, true), latin1),
      type: view.getUint32(place + ValueField.TYPE, true),
      size: view.getUint32(place + ValueField.DATA_SIZE, true) & ~DATA_INLINE,
      data: this.#data(place),
    };
  }

  /** Goes through all unused ranges: cells begin at multiples of eight, also those that became part of a larger free one. */
  *#candidates(
    signature: number,
    size: number,
    plausible: (place: number, room: number) => boolean,
  ): Generator<number> {
    const { view } = this.#cells;
    for (const [start, end] of this.#ranges) {
      for (let offset = start; offset + 4 + size <= end; offset += 8) {
        const place = offset + BASE_BLOCK_SIZE + 4;
        if (view.getUint16(place, true) === signature && plausible(place, end - offset - 4)) yield offset;
      }
    }
  }

  #name(offset: number): string {
    const place = offset + BASE_BLOCK_SIZE + 4;
    const { view } = this.#cells;
    const latin1 = (view.getUint16(place + KeyField.FLAGS, true) & KeyFlag.COMPRESSED_NAME) !== 0;
    return this.#cells.text(place + KeyField.NAME, view.getUint16(place + KeyField.NAME_LENGTH, true), latin1);
  }

  #path(offset: number, deleted: ReadonlySet<number>): string {
    const names: string[] = [];
    for (let at = offset; names.length < PATH_MOST; ) {
      if (at === this.#hive.rootOffset) return names.reverse().join("\\");
      names.push(this.#name(at));
      const parent = this.#cells.view.getUint32(at + BASE_BLOCK_SIZE + 4 + KeyField.PARENT, true);
      if (!deleted.has(parent) && !this.#isLiveKey(parent)) break;
      at = parent;
    }
    return `?\\${names.reverse().join("\\")}`;
  }

  #isLiveKey(offset: number): boolean {
    const place = offset + BASE_BLOCK_SIZE + 4;
    if (offset % 8 !== 0 || offset + 4 + KEY_NODE_SIZE > this.#cells.end) return false;
    const { view } = this.#cells;
    if (view.getInt32(place - 4, true) >= 0 || view.getUint16(place, true) !== KEY_SIGNATURE) return false;
    return offset + 4 + KEY_NODE_SIZE + view.getUint16(place + KeyField.NAME_LENGTH, true) <= this.#cells.end;
  }

  #valuesOf(place: number): RecoveredValue[] {
    const { view } = this.#cells;
    const count = view.getUint32(place + KeyField.VALUE_COUNT, true);
    const list = view.getUint32(place + KeyField.VALUE_LIST, true);
    if (count === 0 || count > this.#elements || !this.#isUnused(list, 4 + count * 4)) return [];
    this.#elements -= count;
    const offsets = Array.from({ length: count }, (_, i) => view.getUint32(list + BASE_BLOCK_SIZE + 4 + i * 4, true));
    return [...new Set(offsets)].filter((offset) => this.values.has(offset)).map((offset) => this.readValue(offset));
  }

  #data(place: number): Uint8Array | undefined {
    const { view, bytes } = this.#cells;
    const stored = view.getUint32(place + ValueField.DATA_SIZE, true);
    const size = stored & ~DATA_INLINE;
    if (stored >= DATA_INLINE) return bytes.subarray(place + ValueField.DATA, place + ValueField.DATA + size);
    if (size === 0) return bytes.subarray(0, 0);
    const offset = view.getUint32(place + ValueField.DATA, true);
    if (isBigData(size, this.#hive.baseBlock.minorVersion)) {
      if (size > this.#bigBytes || !this.#isUnused(offset, 12)) return undefined;
      this.#bigBytes -= size;
      try {
        return readBigData(this.#cells, offset, size);
      } catch {
        // Its segments were used anew.
        return undefined;
      }
    }
    const start = offset + BASE_BLOCK_SIZE + 4;
    return this.#isUnused(offset, 4 + size) ? bytes.subarray(start, start + size) : undefined;
  }

  /** Whether a cell of this size lies in what no key uses. */
  #isUnused(offset: number, size: number): boolean {
    if (offset % 8 !== 0) return false;
    const ranges = this.#ranges;
    const range = ranges[countWhile(ranges.length, (i) => (ranges[i] as [number, number])[1] <= offset)];
    return range !== undefined && range[0] <= offset && offset + size <= range[1];
  }
}
