import { AdkError, type Filetime } from "@adk/core";
import { BASE_BLOCK_SIZE, NIL } from "./base-block.ts";
import type { Cells } from "./cells.ts";
import type { Hive } from "./hive.ts";
import { KEY_NODE_SIZE, KEY_SIGNATURE, KeyField, type LayerSemantics, layerSemantics } from "./key-node.ts";
import { descriptorAt, locateSecurity } from "./key-security.ts";
import { compareToKey, keyName } from "./name.ts";
import { findSubkey, subkeyOffsets } from "./subkey-list.ts";
import { Value } from "./value.ts";

/** Keys lie at most so deep below the root. */
export const MAX_DEPTH = 512;

/**
 * A key of a hive. It reads the hive's bytes when asked, and is good until it is deleted or renamed. What of it is damaged
 * is left out and becomes a finding of the hive.
 */
export class Key {
  readonly hive: Hive;
  /** Of its cell, from the first hive bin: the key's identity in the hive. */
  readonly offset: number;
  readonly #cells: Cells;
  readonly #place: number;

  /** @throws AdkError `REG_BAD_KEY`, `REG_BAD_OFFSET`, `REG_BAD_CELL` */
  constructor(hive: Hive, offset: number) {
    this.hive = hive;
    this.offset = offset;
    this.#cells = hive.cells;
    this.#place = locateKey(hive.cells, offset);
  }

  /** Empty for no key but a damaged one. The root's name is not part of paths. */
  get name(): string {
    return keyName(this.#cells, this.#place);
  }

  /** Bits of `KeyFlag`. */
  get flags(): number {
    return this.#cells.view.getUint16(this.#place + KeyField.FLAGS, true);
  }

  get lastWritten(): Filetime {
    return this.#cells.view.getBigUint64(this.#place + KeyField.LAST_WRITTEN, true);
  }

  /** As the key says; `subkeys` gives those that can be read. */
  get subkeyCount(): number {
    return this.#u32(KeyField.SUBKEY_COUNT);
  }

  /** As the key says; `values` gives those that can be read. */
  get valueCount(): number {
    return this.#u32(KeyField.VALUE_COUNT);
  }

  /** What the key does in a hive of differences (Windows containers); `merge` everywhere else. */
  get layer(): LayerSemantics {
    if (this.hive.baseBlock.minorVersion < 6) return "merge";
    return layerSemantics(this.#cells.view.getUint8(this.#place + KeyField.LAYER));
  }

  get isTombstone(): boolean {
    return this.layer === "tombstone";
  }

  /** Undefined for a key without one, and where it cannot be read. */
  get className(): string | undefined {
    const offset = this.#u32(KeyField.CLASS_NAME);
    const length = this.#cells.view.getUint16(this.#place + KeyField.CLASS_NAME_LENGTH, true);
    if (offset === NIL || length === 0) return undefined;
    return this.hive.attempt(() => this.#cells.text(this.#cells.locate(offset, length), length, false));
  }

  /** The self-relative security descriptor, a view that must not be changed; undefined where there is none to read. */
  get securityDescriptor(): Uint8Array | undefined {
    const offset = this.#u32(KeyField.SECURITY);
    if (offset === NIL) return undefined;
    return this.hive.attempt(() => descriptorAt(this.#cells, locateSecurity(this.#cells, offset)));
  }

  /** The key above; undefined for the root. @throws AdkError if the key's parent is no key */
  get parent(): Key | undefined {
    return this.offset === this.hive.rootOffset ? undefined : new Key(this.hive, this.#u32(KeyField.PARENT));
  }

  /** `Select` or `ControlSet001\Services`, empty for the root. @throws AdkError `REG_NO_PATH` if it does not lead to the root */
  get path(): string {
    const names: string[] = [];
    let key: Key = this;
    while (key.offset !== this.hive.rootOffset) {
      if (names.push(key.name) > MAX_DEPTH) {
        throw new AdkError("REG_NO_PATH", "The parents of a key do not lead to the root.", {
          file: this.hive.name,
          offset: this.offset + BASE_BLOCK_SIZE,
        });
      }
      key = key.parent as Key;
    }
    return names.reverse().join("\\");
  }

  /** The subkeys in their stored order, which is that of their upper case names. */
  subkeys(): Key[] {
    if (this.subkeyCount === 0) return [];
    const { hive } = this;
    const offsets = hive.attempt(() => {
      return subkeyOffsets(this.#cells, this.#u32(KeyField.SUBKEY_LIST), (error) => hive.damaged(error));
    });
    const keys: Key[] = [];
    for (const offset of offsets ?? []) {
      try {
        keys.push(new Key(hive, offset));
      } catch (error) {
        hive.damaged(error);
      }
    }
    return keys;
  }

  /** The subkey of a name, in any case. */
  subkey(name: string): Key | undefined {
    if (this.subkeyCount === 0) return undefined;
    const cells = this.#cells;
    try {
      const { found } = findSubkey(cells, this.#u32(KeyField.SUBKEY_LIST), name, (offset) => locateKey(cells, offset));
      if (found !== undefined) return new Key(this.hive, found);
    } catch (error) {
      this.hive.damaged(error);
    }
    if (this.hive.sorted) return undefined;
    // The list may be damaged or out of order: Windows would not find it, who looks for what is left does.
    return this.subkeys().find((key) => compareToKey(name, cells, key.#place) === 0);
  }

  /** The key at a path below this one, `Select` or `ControlSet001\Services`; itself for an empty path. */
  descend(path: string): Key | undefined {
    let key: Key | undefined = this;
    for (const name of path.split("\\")) {
      if (name !== "") key = key?.subkey(name);
    }
    return key;
  }

  /** The values in their stored order, which is that of their making. */
  values(): Value[] {
    const { hive } = this;
    const values: Value[] = [];
    for (const offset of this.#valueOffsets()) {
      try {
        values.push(new Value(hive, offset));
      } catch (error) {
        hive.damaged(error);
      }
    }
    return values;
  }

  /** The value of a name, in any case; the empty name is the default value. */
  value(name: string): Value | undefined {
    return this.values().find((value) => value.isNamed(name));
  }

  /** Offsets of the values' cells. */
  #valueOffsets(): number[] {
    const count = this.valueCount;
    if (count === 0) return [];
    const place = this.hive.attempt(() => this.#cells.locate(this.#u32(KeyField.VALUE_LIST), 4));
    if (place === undefined) return [];
    const there = Math.min(count, this.#cells.lengthAt(place) >> 2);
    if (there < count) {
      this.hive.damaged(
        new AdkError("REG_BAD_VALUE_LIST", "A list of values is shorter than its key says.", {
          file: this.hive.name,
          offset: place,
          expected: count,
          found: there,
        }),
      );
    }
    const offsets: number[] = [];
    for (let i = 0; i < there; i++) offsets.push(this.#cells.view.getUint32(place + i * 4, true));
    return offsets;
  }

  #u32(field: number): number {
    return this.#cells.view.getUint32(this.#place + field, true);
  }
}

/** The place of a key node's content. @throws AdkError `REG_BAD_KEY`, `REG_BAD_OFFSET`, `REG_BAD_CELL` */
export function locateKey(cells: Cells, offset: number): number {
  const place = cells.locate(offset, KEY_NODE_SIZE);
  const signature = cells.view.getUint16(place, true);
  if (signature !== KEY_SIGNATURE) {
    throw new AdkError("REG_BAD_KEY", "A key is not where it should be.", {
      file: cells.name,
      offset: offset + BASE_BLOCK_SIZE,
      expected: "nk",
      found: `0x${signature.toString(16)}`,
    });
  }
  return place;
}
