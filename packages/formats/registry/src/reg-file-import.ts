import { AdkError } from "@adk/core";
import { resolveControlSet } from "./control-set.ts";
import type { HiveEditor } from "./hive-editor.ts";
import type { Key } from "./key.ts";
import type { RegFile, RegFileContent, RegFileKey } from "./reg-file.ts";
import { expandRoot, joinKeyPath, pathBelow, splitKeyPath } from "./registry-path.ts";

/** Something that a .reg file changed, or would change, in a hive. */
export interface RegFileChange {
  readonly kind: "key-created" | "key-deleted" | "value-set" | "value-deleted";
  /** From the hive's root. */
  readonly path: string;
  /** Of values; empty for the default value. */
  readonly name?: string;
  /** What the value was; undefined for one that is new. */
  readonly before?: RegFileContent | undefined;
  readonly after?: RegFileContent;
  /** Of the .reg file, from 1. */
  readonly line: number;
}

export interface ImportRegFileOptions {
  /** What the file calls the root of the hive: `HKEY_LOCAL_MACHINE\SYSTEM`. */
  readonly root: string;
}

/**
 * Applies a .reg file to a hive, all of it or, where a key lies elsewhere, nothing. Missing keys above are created; what is to be deleted
 * and is not there is passed over; `CurrentControlSet` is the set that the hive says is current.
 *
 * The editor holds the change until it is saved: look at what is returned and leave it, and nothing has happened.
 *
 * @returns what really changed, in the order of the file; a value that was the same already is not in it
 * @throws AdkError `REG_FILE_OTHER_ROOT`, and what the editor throws for names that no hive can have
 */
export function importRegFile(editor: HiveEditor, file: RegFile, { root }: ImportRegFileOptions): RegFileChange[] {
  const top = expandRoot(root);
  const places = file.keys.map((key) => ({ key, path: placeOf(key, top) }));
  const elsewhere = places.find(({ path }) => path === undefined)?.key;
  if (elsewhere) {
    throw new AdkError("REG_FILE_OTHER_ROOT", `Line ${elsewhere.line}: the key does not lie in this hive.`, {
      file: editor.hive.name,
      expected: `a key below ${top}`,
      found: elsewhere.path,
      hint: "Say with the root option what the .reg file calls the root of the hive.",
    });
  }
  const changes: RegFileChange[] = [];
  for (const { key, path = "" } of places) applyKey(editor, key, resolveControlSet(editor.hive, path), changes);
  return changes;
}

function placeOf({ path }: RegFileKey, root: string): string | undefined {
  try {
    return pathBelow(root, expandRoot(path));
  } catch {
    return undefined;
  }
}

function applyKey(editor: HiveEditor, entry: RegFileKey, path: string, changes: RegFileChange[]): void {
  const { line } = entry;
  const there = editor.hive.key(path);
  if (entry.remove) {
    if (!there) return;
    editor.deleteKey(there);
    changes.push({ kind: "key-deleted", path, line });
    return;
  }
  if (!there)
    for (const missing of missingPaths(editor, path)) changes.push({ kind: "key-created", path: missing, line });
  const key = there ?? editor.createKey(path);
  for (const { name, content, line } of entry.values) {
    const before = contentOf(key, name);
    if (content === undefined) {
      if (!before) continue;
      editor.deleteValue(key, name);
      changes.push({ kind: "value-deleted", path, name, before, line });
    } else if (!before || !isSame(before, content)) {
      editor.setValue(key, name, content.type, content.data);
      changes.push({ kind: "value-set", path, name, before, after: content, line });
    }
  }
}

/** The keys that must be made so that a path is there, from above. */
function missingPaths({ hive }: HiveEditor, path: string): string[] {
  const names = splitKeyPath(path);
  const paths = names.map((_, i) => joinKeyPath(...names.slice(0, i + 1)));
  const first = paths.findIndex((each) => hive.key(each) === undefined);
  return first < 0 ? [] : paths.slice(first);
}

/** A copy: the editor changes the bytes that values are views of. Data that cannot be read counts as nothing. */
function contentOf(key: Key, name: string): RegFileContent | undefined {
  const value = key.value(name);
  const data = value && key.hive.attempt(() => value.data().slice());
  return value && data && { type: value.type, data };
}

function isSame(a: RegFileContent, b: RegFileContent): boolean {
  return a.type === b.type && Buffer.compare(a.data, b.data) === 0;
}
