import type { Findings } from "@adk/core";
import type { Key } from "./key.ts";
import { isWritable, RegFileWriter } from "./reg-file-writer.ts";
import { expandRoot, joinKeyPath } from "./registry-path.ts";
import { secretKeys } from "./secrets.ts";
import { walkKeys } from "./walk.ts";

export interface ExportRegFileOptions {
  /** What the file calls the key: `HKEY_LOCAL_MACHINE\SYSTEM` for the root of that hive. */
  readonly root: string;
  /** Told of what is left out: names that the format cannot write, damaged data, secrets. */
  readonly findings: Findings;
}

/**
 * Writes a key and all below it as regedit exports it: keys and values in the order in which the hive keeps them, which is that in
 * which Windows enumerates them. Deletions of a layered hive are written as deletions.
 *
 * @yields the file piece by piece; a piece is good until the next is asked for
 * @returns how many keys and values were written
 * @throws AdkError `REG_BAD_ROOT`
 */
export function* exportRegFile(
  from: Key,
  { root, findings }: ExportRegFileOptions,
): Generator<Uint8Array, { keys: number; values: number }> {
  const { hive } = from;
  const top = expandRoot(root);
  const writer = new RegFileWriter();
  const above = from.path;
  const isSecret = secretKeys(hive);
  const counts = { keys: 0, values: 0 };
  const leaveOut = (what: string, path: string, name: string): void => {
    const at = JSON.stringify(joinKeyPath(path, name));
    findings.warning("REG_FILE_LEFT_OUT", `${what} with a line end in its name has no place in a .reg file.`, {
      file: hive.name,
      path: at,
    });
  };
  const enter = (path: string): boolean => {
    if (isWritable(path)) return true;
    leaveOut("A key", path, "");
    return false;
  };
  for (const { key, path, values } of walkKeys(from, enter)) {
    counts.keys++;
    if (writer.isFull) yield writer.take();
    writer.key(path === "" ? top : `${top}\\${path}`, key.isTombstone);
    if (key.isTombstone) continue;
    const secret = isSecret(joinKeyPath(above, path));
    for (const value of values) {
      const { name } = value;
      if (!isWritable(name)) leaveOut("A value", path, name);
      else if (value.isTombstone) writer.value(name, undefined);
      else if (secret) {
        const where = { file: hive.name, path: joinKeyPath(path, name) };
        findings.warning("REG_SECRET_WITHHELD", "The data of this value may be a secret and is not shown.", where);
        continue;
      } else {
        const data = hive.attempt(() => value.data());
        if (!data) continue;
        writer.value(name, { type: value.type, data });
      }
      counts.values++;
    }
  }
  writer.finish();
  yield writer.take();
  return counts;
}
