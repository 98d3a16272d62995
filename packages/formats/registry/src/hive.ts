import { AdkError, Findings } from "@adk/core";
import { BASE_BLOCK_SIZE, type BaseBlock, LOG_BASE_BLOCK_SIZE, parseBaseBlock } from "./base-block.ts";
import type { Cells } from "./cells.ts";
import { Key, locateKey } from "./key.ts";
import { KEY_NODE_SIZE, KeyField, KeyFlag } from "./key-node.ts";

/** A registry hive that is read. What is damaged is left out, and told in `findings`. */
export class Hive implements AsyncDisposable {
  readonly name: string;
  /** The bytes. For this package's own use. */
  readonly cells: Cells;
  readonly findings: Findings;
  /** Whether the file was dirty: its last write was not completed. */
  readonly dirty: boolean;
  /** Entries of transaction logs that were applied; with 0 a dirty hive is read as it is. */
  readonly logsApplied: number;
  /** The first 512 bytes of the file, from before any log was applied: a write changes them. */
  readonly fileHead: Uint8Array;
  /** Whether all lists are known to be sorted, so that a name that bisection does not find is not there. */
  sorted = false;
  #baseBlock: BaseBlock;
  #rootOffset: number | undefined;
  readonly #told = new Set<string>();
  #close: () => Promise<void> = async () => {};

  /** Use `openHive` or `openHiveFile`. */
  constructor(
    cells: Cells,
    {
      dirty = false,
      logsApplied = 0,
      findings = new Findings(),
      fileHead,
    }: { dirty?: boolean; logsApplied?: number; findings?: Findings; fileHead?: Uint8Array } = {},
  ) {
    this.name = cells.name;
    this.cells = cells;
    this.dirty = dirty;
    this.logsApplied = logsApplied;
    this.findings = findings;
    cells.load(0, Math.min(BASE_BLOCK_SIZE, cells.bytes.length));
    this.#baseBlock = parseBaseBlock(cells.bytes.subarray(0, BASE_BLOCK_SIZE), cells.name);
    this.fileHead = fileHead ?? cells.bytes.slice(0, LOG_BASE_BLOCK_SIZE);
    this.#checkSize();
  }

  get baseBlock(): BaseBlock {
    return this.#baseBlock;
  }

  /** Offset of the root key's cell. Where the base block is wrong, the first key that says to be the root. */
  get rootOffset(): number {
    this.#rootOffset ??= this.#findRoot();
    return this.#rootOffset;
  }

  /** @throws AdkError `REG_NO_ROOT` if no key can be found that is the root */
  get root(): Key {
    return new Key(this, this.rootOffset);
  }

  /** The key at a path, `Select` or `ControlSet001\Services` in any case; undefined if there is none. */
  key(path: string): Key | undefined {
    return this.root.descend(path);
  }

  /** Takes an error as a finding, once a place; errors that are not the input's are thrown on. */
  damaged(error: unknown): void {
    if (error instanceof AdkError) {
      const id = `${error.code} ${error.offset ?? error.found}`;
      if (this.#told.has(id)) return;
      if (this.#told.size < 10_000) this.#told.add(id);
    }
    this.findings.fromError(error);
  }

  /** What a reader gives, or undefined if it finds damage. */
  attempt<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      this.damaged(error);
      return undefined;
    }
  }

  /** Reads the base block again after it was changed. */
  refresh(): void {
    this.#baseBlock = parseBaseBlock(this.cells.bytes.subarray(0, BASE_BLOCK_SIZE), this.name);
    this.#rootOffset = undefined;
  }

  /** What `close` does. */
  onClose(close: () => Promise<void>): void {
    this.#close = close;
  }

  async close(): Promise<void> {
    await this.#close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #checkSize(): void {
    const { hiveBinsSize } = this.#baseBlock;
    const there = this.cells.end;
    if (there === 0 && hiveBinsSize === 0) return;
    if (hiveBinsSize === 0 || hiveBinsSize % 4096 !== 0 || hiveBinsSize > there) {
      this.damaged(
        new AdkError("REG_BAD_SIZE", "The file has not the size that its base block says.", {
          file: this.name,
          offset: 40,
          expected: hiveBinsSize + BASE_BLOCK_SIZE,
          found: there + BASE_BLOCK_SIZE,
        }),
      );
    } else {
      this.cells.end = hiveBinsSize;
    }
  }

  #findRoot(): number {
    const { rootCell } = this.#baseBlock;
    if (this.attempt(() => locateKey(this.cells, rootCell)) !== undefined) return rootCell;
    const { view, end } = this.cells.loadAll();
    for (let offset = 0; offset + KEY_NODE_SIZE < end; offset += 8) {
      const place = offset + BASE_BLOCK_SIZE + 4;
      // "nk" with the flag of a root, in a cell that is in use.
      if (view.getUint16(place, true) !== 0x6b6e || view.getInt32(place - 4, true) >= 0) continue;
      if ((view.getUint16(place + KeyField.FLAGS, true) & KeyFlag.ROOT) === 0) continue;
      try {
        locateKey(this.cells, offset);
        return offset;
      } catch {
        // It only looks like one.
      }
    }
    throw new AdkError("REG_NO_ROOT", "The hive has no root key that can be read.", { file: this.name, offset: 36 });
  }
}
