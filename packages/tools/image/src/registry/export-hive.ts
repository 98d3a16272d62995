import { AtomicFile } from "@adk/core";
import { expandRoot, exportRegFile, type Hive, joinKeyPath, usualRoot } from "@adk/registry";
import { requiredKey } from "./open-hive.ts";

export interface ExportHiveOptions {
  /** Only this key and what is below it. Default: the whole hive. */
  readonly key?: string | undefined;
  /** What the .reg file calls the root of the hive. Default: where Windows shows a hive of its kind. */
  readonly root?: string | undefined;
}

/** Where a .reg file goes. */
export type RegFileTarget = (piece: Uint8Array) => Promise<void>;

/** Writes a hive, or a key of it, as a .reg file. @throws AdkError `REG_NO_SUCH_KEY`, `REG_BAD_ROOT` */
export async function exportHive(
  hive: Hive,
  { key = "", root = usualRoot(hive) }: ExportHiveOptions,
  write: RegFileTarget,
): Promise<{ root: string; keys: number; values: number }> {
  const from = requiredKey(hive, key);
  const top = joinKeyPath(expandRoot(root), from.path);
  const pieces = exportRegFile(from, { root: top });
  for (;;) {
    const { done, value } = pieces.next();
    if (done) return { root: top, ...value };
    await write(value);
  }
}

/** Lets a file be written that appears under its name when it is complete. */
export async function writeWhole<T>(
  path: string,
  options: { overwrite?: boolean | undefined },
  write: (target: RegFileTarget) => Promise<T>,
): Promise<T> {
  await using file = await AtomicFile.create(path, options);
  const result = await write((piece) => file.write(piece));
  await file.commit();
  return result;
}
