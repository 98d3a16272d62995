import { existsSync } from "node:fs";
import { basename } from "node:path";
import { AdkError } from "@adk/core";
import {
  formatRegType,
  HiveEditor,
  importRegFile,
  joinKeyPath,
  pathBelow,
  type RegFile,
  type RegFileChange,
  type RegFileContent,
  type RegFileValue,
  usualRoot,
} from "@adk/registry";
import { hiveFileName, requiredKey } from "./open-hive.ts";
import type { RegistryChange, RegistryChangeResult } from "./schemas.ts";
import { jsonData } from "./value-text.ts";

export interface EditHiveOptions {
  /** Only tells what would change. */
  readonly dryRun?: boolean | undefined;
  /** Changes a dirty hive as it is, without what its logs hold. */
  readonly ignoreLogs?: boolean | undefined;
  /** Makes a new hive where there is no file. */
  readonly create?: boolean | undefined;
}

export interface ImportHiveOptions extends EditHiveOptions {
  /** What the .reg file calls the root of the hive. Default: where Windows shows a hive of its kind. */
  readonly root?: string | undefined;
}

/** What stands for the root of any hive in the changes that are made here. */
const ROOT = "HKEY_LOCAL_MACHINE\\HIVE";

/** Sets a value, and makes its key if it is missing. @throws AdkError `REG_NOT_CHANGEABLE`, `REG_DIRTY`, `REG_DAMAGED` ... */
export function setHiveValue(
  name: string,
  key: string,
  value: { readonly name: string; readonly type: number; readonly data: Uint8Array },
  options: EditHiveOptions = {},
): Promise<RegistryChangeResult> {
  const { type, data } = value;
  return editHive(name, options, (editor) => {
    return importRegFile(editor, oneKey(key, [{ name: value.name, content: { type, data }, line: 0 }]), { root: ROOT });
  });
}

/** Makes a key. @throws AdkError as `setHiveValue` */
export function createHiveKey(name: string, key: string, options: EditHiveOptions = {}): Promise<RegistryChangeResult> {
  return editHive(name, options, (editor) => importRegFile(editor, oneKey(key, []), { root: ROOT }));
}

/** Deletes values of a key. @throws AdkError `REG_NO_SUCH_KEY`, `REG_NO_SUCH_VALUE`, and as `setHiveValue` */
export function deleteHiveValues(
  name: string,
  key: string,
  values: readonly string[] | "all",
  options: EditHiveOptions = {},
): Promise<RegistryChangeResult> {
  return editHive(name, options, (editor) => {
    const there = requiredKey(editor.hive, key);
    const missing = values === "all" ? undefined : values.find((each) => there.value(each) === undefined);
    if (missing !== undefined) throw noSuchValue(editor.hive.name, key, missing);
    const names = values === "all" ? there.values().map((value) => value.name) : values;
    const deletions = names.map((each) => ({ name: each, content: undefined, line: 0 }));
    return importRegFile(editor, oneKey(key, deletions), { root: ROOT });
  });
}

/** Deletes a key with all below it. @throws AdkError `REG_NO_SUCH_KEY`, `REG_IS_ROOT`, and as `setHiveValue` */
export function deleteHiveKey(name: string, key: string, options: EditHiveOptions = {}): Promise<RegistryChangeResult> {
  return editHive(name, options, (editor) => {
    requiredKey(editor.hive, key);
    return importRegFile(editor, oneKey(key, [], true), { root: ROOT });
  });
}

/**
 * Applies a .reg file: all of it, or nothing.
 *
 * @throws AdkError `REG_FILE_OTHER_ROOT`, and as `setHiveValue`
 */
export function importIntoHive(
  name: string,
  file: RegFile,
  { root, ...options }: ImportHiveOptions = {},
): Promise<RegistryChangeResult> {
  return editHive(name, options, (editor) => {
    return importRegFile(editor, file, { root: root ?? rootFor(editor, file) });
  });
}

/** A new hive is what its .reg file is about: the first two names of its keys, as `HKEY_LOCAL_MACHINE\SOFTWARE`. */
function rootFor(editor: HiveEditor, file: RegFile): string {
  const [first] = file.keys;
  if (editor.hive.root.subkeyCount > 0 || !first) return usualRoot(editor.hive);
  const root = first.path.split("\\").slice(0, 2).join("\\");
  return file.keys.every(({ path }) => pathBelow(root, path) !== undefined) ? root : usualRoot(editor.hive);
}

/**
 * Changes a hive file: in memory first, then, if anything is different, saved at once with a copy of what was there.
 *
 * @param edit gives what it changed
 */
async function editHive(
  name: string,
  { dryRun = false, ignoreLogs = false, create = false }: EditHiveOptions,
  edit: (editor: HiveEditor) => readonly RegFileChange[],
): Promise<RegistryChangeResult> {
  const path = hiveFileName(name);
  const created = create && !existsSync(path);
  const editor = created
    ? HiveEditor.create({ fileName: basename(path) })
    : await HiveEditor.openFile(path, { ignoreLogs });
  const changes = edit(editor).map(describeChange);
  const result = { file: name, dryRun, created, changes };
  if (dryRun || (changes.length === 0 && !created)) return result;
  const { size, backup } = await editor.save(path);
  return { ...result, size, ...(backup === undefined ? {} : { backup }) };
}

function oneKey(path: string, values: readonly RegFileValue[], remove = false): RegFile {
  return { version: 5, keys: [{ path: joinKeyPath(ROOT, path), remove, values, line: 0 }] };
}

function describeChange({ kind, path, name, before, after }: RegFileChange): RegistryChange {
  return {
    change: kind,
    key: path,
    ...(name === undefined ? {} : { name }),
    ...(before ? { before: typed(before) } : {}),
    ...(after ? { after: typed(after) } : {}),
  };
}

function typed({ type, data }: RegFileContent): NonNullable<RegistryChange["before"]> {
  return { type: formatRegType(type), data: jsonData(type, data) };
}

export function noSuchValue(file: string, key: string, name: string): AdkError {
  return new AdkError("REG_NO_SUCH_VALUE", "The key has no such value.", {
    file,
    found: joinKeyPath(key, name === "" ? "(Default)" : name),
  });
}
