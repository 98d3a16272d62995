import type { Findings } from "@adk/core";
import { diffHives, type HiveDifference } from "./diff.ts";
import type { Key } from "./key.ts";
import type { RegFile, RegFileKey, RegFileValue } from "./reg-file.ts";
import { isWritable, RegFileSource } from "./reg-file-keys.ts";
import { expandRoot, joinKeyPath } from "./registry-path.ts";

export interface DiffRegFileOptions {
  /** What the file calls the keys that are compared: `HKEY_LOCAL_MACHINE\SOFTWARE`. */
  readonly root: string;
  /** Told of what a .reg file cannot change (class names, security) or cannot name, and of secrets. Default: those of the second hive. */
  readonly findings?: Findings | undefined;
}

/**
 * The `.reg` file that turns one key with all below it into another: imported into the first, it gives the values and keys of the second.
 *
 * @throws AdkError `REG_BAD_ROOT`, `REG_SHARED_CELLS`
 */
export function diffToRegFile(
  before: Key,
  after: Key,
  { root, findings = after.hive.findings }: DiffRegFileOptions,
): RegFile {
  const top = expandRoot(root);
  const source = new RegFileSource(after.hive, findings);
  const above = after.path;
  const keys: RegFileKey[] = [];
  let values: RegFileValue[] = [];
  let place: string | undefined;
  const valuesAt = (path: string): RegFileValue[] => {
    if (path === place) return values;
    place = path;
    values = [];
    keys.push({ path: joinKeyPath(top, path), remove: false, values, line: 0 });
    return values;
  };
  for (const difference of diffHives(before, after)) {
    const { kind, path } = difference;
    switch (kind) {
      case "key-added":
        keys.push(...source.keys(difference.after, joinKeyPath(above, path), joinKeyPath(top, path)));
        place = undefined;
        break;
      case "key-removed":
        if (isWritable(path)) keys.push({ path: joinKeyPath(top, path), remove: true, values: [], line: 0 });
        else leftOut(difference, findings);
        place = undefined;
        break;
      case "value-removed":
        if (isWritable(difference.name)) valuesAt(path).push({ name: difference.name, content: undefined, line: 0 });
        else leftOut(difference, findings);
        break;
      case "value-added":
      case "value-changed":
        valuesAt(path).push(...source.values(joinKeyPath(above, path), [difference.after]));
        break;
      default:
        leftOut(difference, findings);
    }
  }
  return { version: 5, keys };
}

function leftOut({ kind, path }: HiveDifference, findings: Findings): void {
  findings.warning("REG_FILE_LEFT_OUT", `A .reg file cannot say this difference: ${kind.replace("-", " ")}.`, { path });
}
