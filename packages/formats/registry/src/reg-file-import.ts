import { AdkError } from "@adk/core";
import { resolveControlSet } from "./control-set.ts";
import type { HiveEditor } from "./hive-editor.ts";
import { type Key, MAX_DEPTH } from "./key.ts";
import type { RegFile, RegFileContent, RegFileKey, RegFileValue } from "./reg-file.ts";
import { expandRoot, pathBelow, splitKeyPath } from "./registry-path.ts";

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
  const running = new RegFileImport(editor);
  for (const { key, path = "" } of places) running.apply(key, resolveControlSet(editor.hive, path));
  return running.changes;
}

/** Where a key lies below the root; undefined if it does not. */
function placeOf({ path }: RegFileKey, root: string): string | undefined {
  if (path.startsWith(root) && path[root.length] === "\\") return path.slice(root.length + 1);
  try {
    return pathBelow(root, expandRoot(path));
  } catch {
    return undefined;
  }
}

class RegFileImport {
  readonly changes: RegFileChange[] = [];
  readonly #editor: HiveEditor;
  /** Keys that are there, by their paths: the next key of a file lies mostly near the one before. */
  readonly #keys = new Map<string, Key>();

  constructor(editor: HiveEditor) {
    this.#editor = editor;
  }

  apply({ remove, values, line }: RegFileKey, path: string): void {
    if (remove) this.#remove(path, line);
    else {
      const key = this.#key(path, line);
      for (const value of values) this.#value(key, path, value);
    }
  }

  #remove(path: string, line: number): void {
    const key = this.#editor.hive.key(path);
    if (!key) return;
    this.#editor.deleteKey(key);
    this.#keys.clear();
    this.changes.push({ kind: "key-deleted", path, line });
  }

  /** The key at a path, made with those above it where it is missing. */
  #key(path: string, line: number): Key {
    const names = splitKeyPath(path);
    if (names.length > MAX_DEPTH) {
      throw new AdkError("REG_TOO_DEEP", `Line ${line}: keys cannot be nested so deep.`, {
        file: this.#editor.hive.name,
        expected: `at most ${MAX_DEPTH}`,
        found: names.length,
      });
    }
    const last = names.pop();
    if (last === undefined) return this.#editor.hive.root;
    const known = this.#keys.get(path);
    if (known) return known;
    const parent = this.#key(names.join("\\"), line);
    const there = parent.subkey(last);
    if (!there) this.changes.push({ kind: "key-created", path, line });
    const key = there ?? this.#editor.createKey(last, parent);
    this.#keys.set(path, key);
    return key;
  }

  #value(key: Key, path: string, { name, content, line }: RegFileValue): void {
    const before = contentOf(key, name);
    if (content === undefined) {
      if (!before) return;
      this.#editor.deleteValue(key, name);
      this.changes.push({ kind: "value-deleted", path, name, before, line });
    } else if (!before || !isSame(before, content)) {
      this.#editor.setValue(key, name, content.type, content.data);
      this.changes.push({ kind: "value-set", path, name, before, after: content, line });
    }
  }
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
