import type { Findings } from "@adk/core";
import { BASE_BLOCK_SIZE } from "./base-block.ts";
import { CellSet } from "./cell-set.ts";
import type { Cells } from "./cells.ts";
import { BIN_ALIGNMENT, BIN_HEADER_SIZE, binSizeAt } from "./hive-bin.ts";

/** Which cells a hive has, and which of them were claimed by an owner. */
export class CellLedger {
  readonly #cells: Cells;
  readonly #findings: Findings;
  readonly #allocated: CellSet;
  readonly #claimed: CellSet;
  readonly #offsets: number[] = [];
  freeBytes = 0;
  claimedBytes = 0;

  /** Goes through all bins and their cells. */
  constructor(cells: Cells, findings: Findings) {
    this.#cells = cells;
    this.#findings = findings;
    this.#allocated = new CellSet(cells.end);
    this.#claimed = new CellSet(cells.end);
    for (let bin = 0; bin < cells.end; ) {
      const size = binSizeAt(cells, bin);
      if (size === undefined) {
        const message = "A hive bin is not where it should be.";
        this.#findings.error("REG_BAD_BIN", message, { file: cells.name, offset: bin + BASE_BLOCK_SIZE });
        // The next bin is at one of the next pages.
        bin += BIN_ALIGNMENT;
        while (bin < cells.end && binSizeAt(cells, bin) === undefined) bin += BIN_ALIGNMENT;
        continue;
      }
      this.#addCells(bin, bin + size);
      bin += size;
    }
  }

  /** Takes a cell for an owner; false, with a finding, if it is not there, free, or someone else's. */
  claim(offset: number, path: string): boolean {
    const where = { file: this.#cells.name, offset: offset + BASE_BLOCK_SIZE, path };
    if (!this.#allocated.has(offset) || (offset & 7) !== 0) {
      this.#findings.error("REG_NOT_ALLOCATED", "Something refers to a cell that is not in use.", where);
      return false;
    }
    if (this.#claimed.has(offset)) {
      this.#findings.error("REG_SHARED_CELL", "Two things refer to one cell.", where);
      return false;
    }
    this.#claimed.add(offset);
    this.claimedBytes += this.#size(offset);
    return true;
  }

  /** Cells in use that nobody claimed. */
  unclaimed(): { cells: number; bytes: number; first: number } {
    const lost = { cells: 0, bytes: 0, first: 0 };
    for (const offset of this.#offsets) {
      if (this.#claimed.has(offset)) continue;
      if (lost.cells++ === 0) lost.first = offset + BASE_BLOCK_SIZE;
      lost.bytes += this.#size(offset);
    }
    return lost;
  }

  /** Ranges of the bins that no claimed cell fills, as [start, end) pairs of offsets: free cells, lost ones, headers of bins. */
  unusedRanges(): [start: number, end: number][] {
    const ranges: [number, number][] = [];
    let start = 0;
    for (const offset of this.#offsets) {
      if (!this.#claimed.has(offset)) continue;
      if (offset > start) ranges.push([start, offset]);
      start = offset + this.#size(offset);
    }
    if (start < this.#cells.end) ranges.push([start, this.#cells.end]);
    return ranges;
  }

  #addCells(bin: number, end: number): void {
    for (let offset = bin + BIN_HEADER_SIZE; offset < end; ) {
      const stored = this.#cells.view.getInt32(offset + BASE_BLOCK_SIZE, true);
      const size = Math.abs(stored);
      if (size < 8 || size % 8 !== 0 || offset + size > end) {
        const where = { file: this.#cells.name, offset: offset + BASE_BLOCK_SIZE };
        this.#findings.error("REG_BAD_CELL", "A cell does not fit into its bin.", where);
        return;
      }
      if (stored < 0) {
        this.#allocated.add(offset);
        this.#offsets.push(offset);
      } else {
        this.freeBytes += size;
      }
      offset += size;
    }
  }

  #size(offset: number): number {
    return Math.abs(this.#cells.view.getInt32(offset + BASE_BLOCK_SIZE, true));
  }
}
