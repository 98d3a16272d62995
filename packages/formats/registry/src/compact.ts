import { BASE_BLOCK_SIZE, changeBaseBlock } from "./base-block.ts";
import { CellAllocator } from "./cell-allocator.ts";
import { Cells } from "./cells.ts";
import { defaultSecurity } from "./default-security.ts";
import { Hive } from "./hive.ts";
import { type EditOptions, HiveEditor } from "./hive-editor.ts";
import type { Key } from "./key.ts";
import { TreeCopier } from "./tree-copy.ts";

/**
 * Copies a hive into a new one without free cells: each key with its values before its subkeys, everything else as it was. Equal
 * hives give equal bytes. What cannot be read is left out, with findings of the hive; `repairHive` tells more.
 *
 * @throws AdkError `REG_NO_ROOT`, `REG_SHARED_CELLS`, `REG_TOO_DEEP`
 */
export function compactHive(hive: Hive, options: EditOptions = {}): HiveEditor {
  return copyHive(hive, options);
}

/** @param lostSubkeys keys that a list should name and does not */
export function copyHive(hive: Hive, options: EditOptions, lostSubkeys?: (key: Key) => readonly Key[]): HiveEditor {
  hive.cells.loadAll();
  const cells = new Cells(hive.cells.bytes.slice(0, BASE_BLOCK_SIZE), hive.name);
  const allocator = new CellAllocator(cells);
  const copier = new TreeCopier(hive, {
    cells,
    allocator,
    minorVersion: hive.baseBlock.minorVersion,
    descriptor: defaultSecurity(),
    ...(lostSubkeys && { lostSubkeys }),
  });
  const rootCell = copier.copyRoot(hive.root);
  changeBaseBlock(cells.bytes, { sequence: hive.baseBlock.primarySequence, rootCell, hiveBinsSize: cells.end });
  return HiveEditor.of(new Hive(cells, { dirty: hive.dirty, logsApplied: hive.logsApplied }), options);
}
