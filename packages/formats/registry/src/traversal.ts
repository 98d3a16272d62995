import { AdkError } from "@adk/core";
import { BASE_BLOCK_SIZE } from "./base-block.ts";
import { CellSet } from "./cell-set.ts";
import type { Hive } from "./hive.ts";
import type { Key } from "./key.ts";
import type { Value } from "./value.ts";

/** Data may be this much more than a hive's bins, as keys of a damaged one can share it. */
const DATA_GROWTH = 64;

/**
 * A way through a hive that ends for any damage: every key is given once, and lists together hold no more than fits into the
 * hive.
 */
export class Traversal {
  readonly #hive: Hive;
  readonly #seen: CellSet;
  /** Elements of lists, which take four bytes each. */
  #elements: number;
  #dataBytes: number;

  constructor(hive: Hive) {
    const { end } = hive.cells;
    this.#hive = hive;
    this.#seen = new CellSet(end);
    this.#elements = end / 4;
    this.#dataBytes = end * DATA_GROWTH;
  }

  /** Whether a key was not given yet; if it was, that becomes a finding. */
  enter(key: Key): boolean {
    if (this.#seen.has(key.offset)) {
      this.#hive.damaged(this.#damage("REG_KEY_TWICE", "A key is listed twice.", key));
      return false;
    }
    this.#seen.add(key.offset);
    return true;
  }

  /** The subkeys of a key that were not given yet. @throws AdkError `REG_SHARED_CELLS` */
  subkeys(key: Key): Key[] {
    const subkeys = key.subkeys();
    this.#spend(key, subkeys.length, 0);
    return subkeys.filter((subkey) => this.enter(subkey));
  }

  /** The values of a key. @throws AdkError `REG_SHARED_CELLS` */
  values(key: Key): Value[] {
    const values = key.values();
    let dataBytes = 0;
    // More data than the hive holds is not there, and refused when it is read.
    for (const { size } of values) if (size < this.#hive.cells.end) dataBytes += size;
    this.#spend(key, values.length, dataBytes);
    return values;
  }

  #spend(key: Key, elements: number, dataBytes: number): void {
    this.#elements -= elements;
    this.#dataBytes -= dataBytes;
    if (this.#elements >= 0 && this.#dataBytes >= 0) return;
    throw this.#damage("REG_SHARED_CELLS", "Keys share their cells: there is more to read than the hive holds.", key);
  }

  #damage(code: string, message: string, { offset }: Key): AdkError {
    return new AdkError(code, message, { file: this.#hive.name, offset: offset + BASE_BLOCK_SIZE });
  }
}
