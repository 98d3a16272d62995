import { AdkError, Findings } from "@adk/core";
import { BASE_BLOCK_SIZE } from "./base-block.ts";
import { checkHive } from "./check.ts";
import { copyHive } from "./compact.ts";
import { Hive } from "./hive.ts";
import type { EditOptions, HiveEditor } from "./hive-editor.ts";
import { Key } from "./key.ts";
import { KEY_NODE_SIZE, KEY_SIGNATURE, KeyField } from "./key-node.ts";

/** A hive made of what could be read of a damaged one. */
export interface RepairedHive {
  readonly editor: HiveEditor;
  /** What was wrong, then what was left out or put back. */
  readonly findings: Findings["list"];
}

/**
 * Makes a sound hive of a damaged one: all that can be read is copied into new cells, lists are sorted again, hashes and counts
 * are right. Where a list of subkeys is damaged, keys that name its owner as their parent are put back. The damaged hive stays
 * as it is.
 *
 * @throws AdkError `REG_NO_ROOT`, `REG_SHARED_CELLS`, `REG_TOO_DEEP` if nothing can be made of it
 */
export function repairHive(hive: Hive, options: EditOptions = {}): RepairedHive {
  const report = checkHive(hive);
  const findings = new Findings();
  for (const finding of report.findings) findings.add(finding);
  const reader = new Hive(hive.cells, { dirty: hive.dirty, logsApplied: hive.logsApplied, findings });
  let orphans: Map<number, Key[]> | undefined;
  const editor = copyHive(reader, options, (key) => {
    const known = new Set(key.subkeys().map(({ offset }) => offset));
    if (key.subkeyCount <= known.size) return [];
    orphans ??= keysByParent(reader);
    const lost = (orphans.get(key.offset) ?? []).filter(({ offset }) => !known.has(offset));
    for (const { offset } of lost) {
      const message = "A key was in no list, and is put back under its parent.";
      findings.warning("REG_KEY_PUT_BACK", message, { file: hive.name, offset: offset + BASE_BLOCK_SIZE });
    }
    return lost;
  });
  return { editor, findings: findings.list };
}

/** All keys in cells that are in use, by the key that they name as their parent. */
function keysByParent(hive: Hive): Map<number, Key[]> {
  const keys = new Map<number, Key[]>();
  const { view, end } = hive.cells;
  for (let offset = 0; offset + KEY_NODE_SIZE < end; offset += 8) {
    const place = offset + BASE_BLOCK_SIZE + 4;
    if (view.getUint16(place, true) !== KEY_SIGNATURE || view.getInt32(place - 4, true) >= 0) continue;
    const key = keyAt(hive, offset);
    const parent = view.getUint32(place + KeyField.PARENT, true);
    if (key) keys.set(parent, [...(keys.get(parent) ?? []), key]);
  }
  return keys;
}

function keyAt(hive: Hive, offset: number): Key | undefined {
  try {
    return new Key(hive, offset);
  } catch (error) {
    if (error instanceof AdkError) return undefined;
    throw error;
  }
}
