import { Findings } from "@adk/core";
import { isDirty } from "./base-block.ts";
import { CellLedger } from "./cell-ledger.ts";
import { checkTree } from "./check-tree.ts";
import type { Hive } from "./hive.ts";

/** What a check of a hive found. */
export interface HiveReport {
  /** Whether there is no error; warnings do not count. */
  readonly ok: boolean;
  readonly findings: Findings["list"];
  /** Keys that were reached, the root among them. */
  readonly keys: number;
  readonly values: number;
  /** Bytes of the data of all values. */
  readonly dataBytes: number;
  /** Bytes of cells that keys use, sizes included. */
  readonly usedBytes: number;
  /** Bytes of free cells, and of those that nothing refers to. */
  readonly freeBytes: number;
}

/**
 * Checks the whole structure of a hive: that cells fill the bins and bins the hive, that each cell in use has one owner of the
 * right kind, that lists are sorted and their hashes right, that parents, counts and references agree. An error means that
 * Windows may not find something, or that a change could destroy something.
 */
export function checkHive(hive: Hive): HiveReport {
  const findings = new Findings();
  const file = hive.name;
  hive.cells.loadAll();
  if (isDirty(hive.baseBlock)) {
    findings.warning("REG_DIRTY", "The last write was not completed.", { file, offset: 4 });
  }
  for (const finding of hive.findings.list) if (finding.code === "REG_BAD_SIZE") findings.add(finding);
  const ledger = new CellLedger(hive.cells, findings);
  const { keys, values, dataBytes } = checkTree(hive, ledger, findings);
  const lost = ledger.unclaimed();
  if (lost.cells > 0) {
    const message = `${lost.cells} cells (${lost.bytes} bytes) are in use, and nothing refers to them.`;
    findings.warning("REG_CELLS_LOST", message, { file, offset: lost.first });
  }
  return {
    ok: !findings.hasErrors,
    findings: findings.list,
    keys,
    values,
    dataBytes,
    usedBytes: ledger.claimedBytes,
    freeBytes: ledger.freeBytes + lost.bytes,
  };
}
