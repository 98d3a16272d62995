import type { Findings } from "@adk/core";
import { BASE_BLOCK_SIZE, NIL } from "./base-block.ts";
import type { CellLedger } from "./cell-ledger.ts";
import { CheckContext } from "./check-context.ts";
import { checkSubkeys } from "./check-subkeys.ts";
import { checkValues } from "./check-values.ts";
import type { Hive } from "./hive.ts";
import { locateKey, MAX_DEPTH } from "./key.ts";
import { KeyField, KeyFlag } from "./key-node.ts";
import { locateSecurity, SecurityField } from "./key-security.ts";

export interface TreeCounts {
  keys: number;
  values: number;
  dataBytes: number;
}

interface Pending {
  readonly offset: number;
  readonly parent: number;
  readonly path: string;
  readonly depth: number;
}

/** Checks every key that can be reached, and claims its cells. */
export function checkTree(hive: Hive, ledger: CellLedger, findings: Findings): TreeCounts {
  const counts = { keys: 0, values: 0, dataBytes: 0 };
  const context = new CheckContext(hive, ledger, findings);
  const securities = new Map<number, number>();
  context.guard(() => {
    const root = hive.rootOffset;
    if (root !== hive.baseBlock.rootCell) {
      context.error("REG_BAD_ROOT", "The base block does not point to the root.", -BASE_BLOCK_SIZE);
    }
    const pending: Pending[] = [{ offset: root, parent: NIL, path: "", depth: 0 }];
    for (let at = pending.pop(); at; at = pending.pop()) {
      const key = at;
      context.path = key.path;
      context.guard(() => checkKey(context, key, counts, securities, pending));
    }
  });
  context.path = "";
  for (const [offset, count] of securities) context.guard(() => checkSecurity(context, offset, count));
  return counts;
}

function checkKey(
  context: CheckContext,
  { offset, parent, path, depth }: Pending,
  counts: TreeCounts,
  securities: Map<number, number>,
  pending: Pending[],
): void {
  const { cells } = context;
  const place = locateKey(cells, offset);
  if (!context.claim(offset)) return;
  counts.keys++;
  const field = (at: number): number => cells.view.getUint32(place + at, true);
  checkNode(context, offset, parent, place);
  const security = field(KeyField.SECURITY);
  if (security !== NIL) securities.set(security, (securities.get(security) ?? 0) + 1);
  const classLength = cells.view.getUint16(place + KeyField.CLASS_NAME_LENGTH, true);
  if (field(KeyField.CLASS_NAME) !== NIL && classLength > 0) {
    context.guard(() => context.claimCell(field(KeyField.CLASS_NAME), classLength));
  }
  const valueCount = field(KeyField.VALUE_COUNT);
  if (valueCount > 0) {
    context.guard(() => {
      const { values, dataBytes } = checkValues(context, field(KeyField.VALUE_LIST), valueCount);
      counts.values += values;
      counts.dataBytes += dataBytes;
    });
  }
  const subkeyCount = field(KeyField.SUBKEY_COUNT);
  if (subkeyCount === 0) return;
  if (depth >= MAX_DEPTH) {
    context.error("REG_TOO_DEEP", "Keys are nested too deep.", offset);
    return;
  }
  const subkeys = checkSubkeys(context, field(KeyField.SUBKEY_LIST), subkeyCount);
  const prefix = path === "" ? "" : `${path}\\`;
  for (const { key, name } of subkeys.reverse()) {
    pending.push({ offset: key, parent: offset, path: prefix + name, depth: depth + 1 });
  }
}

function checkNode(context: CheckContext, offset: number, parent: number, place: number): void {
  const { cells } = context;
  const { view } = cells;
  if (parent !== NIL && view.getUint32(place + KeyField.PARENT, true) !== parent) {
    context.error("REG_BAD_PARENT", "A key names another key than the one above as its parent.", offset);
  }
  const isRoot = (view.getUint16(place + KeyField.FLAGS, true) & KeyFlag.ROOT) !== 0;
  if (isRoot && parent !== NIL) context.warning("REG_BAD_ROOT_FLAG", "A key says to be the root, and is not.", offset);
  if (!isRoot && parent === NIL) context.warning("REG_BAD_ROOT_FLAG", "The root does not say to be one.", offset);
  const nameLength = view.getUint16(place + KeyField.NAME_LENGTH, true);
  if ((nameLength === 0 && parent !== NIL) || nameLength + KeyField.NAME > cells.lengthAt(place)) {
    context.error("REG_BAD_NAME", "A key has no name, or one longer than its cell.", offset);
  }
}

/** Compares how often a key security is used with what it says, and follows the ring to the next. */
function checkSecurity(context: CheckContext, offset: number, count: number): void {
  const { view } = context.cells;
  const place = locateSecurity(context.cells, offset);
  if (!context.claim(offset)) return;
  const stored = view.getUint32(place + SecurityField.REFERENCE_COUNT, true);
  if (stored !== count) {
    const message = `A key security counts ${stored} keys, and ${count} use it.`;
    context.error("REG_BAD_REFERENCE_COUNT", message, offset);
  }
  const next = view.getUint32(place + SecurityField.NEXT, true);
  const previous = view.getUint32(place + SecurityField.PREVIOUS, true);
  const links = [
    view.getUint32(locateSecurity(context.cells, next) + SecurityField.PREVIOUS, true),
    view.getUint32(locateSecurity(context.cells, previous) + SecurityField.NEXT, true),
  ];
  if (links.some((link) => link !== offset)) {
    context.error("REG_BAD_RING", "The ring of key securities is broken.", offset);
  }
}
