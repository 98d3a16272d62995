import type { Findings } from "@adk/core";
import type { Key } from "./key.ts";
import type { RegFile } from "./reg-file.ts";
import { RegFileSource } from "./reg-file-keys.ts";
import { RegFileWriter } from "./reg-file-writer.ts";
import { expandRoot } from "./registry-path.ts";

export interface ExportRegFileOptions {
  /** What the file calls the key: `HKEY_LOCAL_MACHINE\SYSTEM` for the root of that hive. */
  readonly root: string;
  /** Told of what is left out: names that the format cannot write, and secrets. Default: the hive's own, which tell of damage. */
  readonly findings?: Findings | undefined;
}

/**
 * Writes a key and all below it as regedit exports it: keys and values in the order in which the hive keeps them, which is
 * that in which Windows enumerates them. Deletions of a layered hive are written as deletions.
 *
 * @yields the file piece by piece; a piece is good until the next is asked for
 * @returns how many keys and values were written
 * @throws AdkError `REG_BAD_ROOT`
 */
export function* exportRegFile(
  from: Key,
  { root, findings = from.hive.findings }: ExportRegFileOptions,
): Generator<Uint8Array, { keys: number; values: number }> {
  const source = new RegFileSource(from.hive, findings);
  const writer = new RegFileWriter();
  const counts = { keys: 0, values: 0 };
  for (const { path, remove, values } of source.keys(from, from.path, expandRoot(root))) {
    if (writer.isFull) yield writer.take();
    writer.key(path, remove);
    for (const { name, content } of values) writer.value(name, content);
    counts.keys++;
    counts.values += values.length;
  }
  writer.finish();
  yield writer.take();
  return counts;
}

/** The same as a list of changes, whose data are views of the hive: to put a key into another place or hive. */
export function toRegFile(from: Key, { root, findings = from.hive.findings }: ExportRegFileOptions): RegFile {
  return { version: 5, keys: [...new RegFileSource(from.hive, findings).keys(from, from.path, expandRoot(root))] };
}
