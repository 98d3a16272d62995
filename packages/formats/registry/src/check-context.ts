import { AdkError, type Finding, type Findings } from "@adk/core";
import { BASE_BLOCK_SIZE } from "./base-block.ts";
import type { CellLedger } from "./cell-ledger.ts";
import type { Cells } from "./cells.ts";
import type { Hive } from "./hive.ts";

/** What the parts of a check share. */
export class CheckContext {
  readonly hive: Hive;
  readonly cells: Cells;
  readonly ledger: CellLedger;
  /** Path of the key that is checked. */
  path = "";
  readonly #findings: Findings;

  constructor(hive: Hive, ledger: CellLedger, findings: Findings) {
    this.hive = hive;
    this.cells = hive.cells;
    this.ledger = ledger;
    this.#findings = findings;
  }

  /** Takes a cell; false, with a finding, if it is not there or someone else's. */
  claim(offset: number): boolean {
    return this.ledger.claim(offset, this.path);
  }

  /** Takes a cell that holds so many bytes. @throws AdkError if it does not */
  claimCell(offset: number, length: number): void {
    this.cells.locate(offset, length);
    this.claim(offset);
  }

  /** Goes on after an error of the input, with a finding. */
  guard(check: () => void): void {
    try {
      check();
    } catch (error) {
      if (!(error instanceof AdkError)) throw error;
      this.#add("error", error.code, error.message, error.offset);
    }
  }

  /** @param offset of the cell */
  error(code: string, message: string, offset: number): void {
    this.#add("error", code, message, offset + BASE_BLOCK_SIZE);
  }

  /** @param offset of the cell */
  warning(code: string, message: string, offset: number): void {
    this.#add("warning", code, message, offset + BASE_BLOCK_SIZE);
  }

  #add(severity: Finding["severity"], code: string, message: string, offset: number | undefined): void {
    this.#findings.add({ severity, code, message, where: { file: this.hive.name, offset, path: this.path } });
  }
}
