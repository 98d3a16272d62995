import { AdkError, AtomicFile } from "@adk/core";
import {
  exportRegFile,
  HiveEditor,
  importRegFile,
  joinKeyPath,
  Key,
  parseRegFile,
  RegType,
  toRegFile,
} from "@adk/registry";
import { createHiveKey, deleteHiveKey, deleteHiveValues, importIntoHive, setHiveValue } from "../edit-hive.ts";
import { parseData, typeOf } from "../value-text.ts";
import type { RegHives, RegPlace } from "./hives.ts";
import type { RegCommandLine } from "./parse.ts";
import { notFound } from "./query.ts";

/** Asks the user a question that reg.exe asks; whether the answer was yes. */
export type Confirm = (question: string) => Promise<boolean>;

/** `reg add`. @throws AdkError `REG_READ_ONLY`, `REG_CANCELLED`, and as `setHiveValue` */
export async function regAdd(line: RegCommandLine, hives: RegHives, confirm: Confirm): Promise<void> {
  const { flags, values } = line;
  const place = await hives.place(line.words[0] as string);
  const { file, path } = changeable(place);
  const { ignoreLogs } = line.hives;
  const name = values.get("v") ?? "";
  const named = values.has("v") || flags.has("ve") || values.has("d") || values.has("t");
  if (!named) {
    await createHiveKey(file, path, { ignoreLogs });
    return;
  }
  const type = typeOf(values.get("t") ?? "REG_SZ");
  const data = parseData(type, dataTexts(type, values.get("d"), values.get("s") ?? "\\0"));
  if (!flags.has("f") && place.key?.value(name)) {
    await ask(confirm, `Value ${name} exists, overwrite(Yes/No)?`);
  }
  await setHiveValue(file, path, { name, type, data }, { ignoreLogs });
}

/** `reg delete`. @throws AdkError `REG_READ_ONLY`, `REG_CANCELLED`, `REG_NOT_FOUND`, and as `setHiveValue` */
export async function regDelete(line: RegCommandLine, hives: RegHives, confirm: Confirm): Promise<void> {
  const { flags, values } = line;
  const place = await hives.place(line.words[0] as string);
  const { file, path } = changeable(place);
  const { ignoreLogs } = line.hives;
  const name = flags.has("ve") ? "" : values.get("v");
  if (!place.key || (name !== undefined && !place.key.value(name))) throw notFound();
  if (!flags.has("f")) await ask(confirm, deleteQuestion(place.display, name, flags.has("va")));
  if (name !== undefined) await deleteHiveValues(file, path, [name], { ignoreLogs });
  else if (flags.has("va")) await deleteHiveValues(file, path, "all", { ignoreLogs });
  else await deleteHiveKey(file, path, { ignoreLogs });
}

/** `reg copy`: the values of a key, with `/s` also what is below it. New keys take the security of the key above. */
export async function regCopy(line: RegCommandLine, hives: RegHives, confirm: Confirm): Promise<void> {
  const { flags, words } = line;
  const from = await hives.place(words[0] as string);
  const to = await hives.place(words[1] as string);
  const { file, path } = changeable(to);
  if (!from.key) throw notFound();
  const source = hiveKey(from);
  if (!flags.has("f") && to.key) await ask(confirm, `Key ${to.display} exists, overwrite(Yes/No)?`);
  const copied = toRegFile(source, { root: joinKeyPath(PLACE, path) });
  const keys = flags.has("s") ? copied.keys : copied.keys.slice(0, 1);
  await importIntoHive(file, { ...copied, keys }, { root: PLACE, ignoreLogs: line.hives.ignoreLogs });
}

/** `reg export`. @throws AdkError `REG_NOT_FOUND`, `ALREADY_EXISTS` without `/y` */
export async function regExport(line: RegCommandLine, hives: RegHives, path: string): Promise<void> {
  const place = await hives.place(line.words[0] as string);
  if (!place.key) throw notFound();
  const pieces = exportRegFile(hiveKey(place), { root: place.regPath });
  await using file = await AtomicFile.create(path, { overwrite: line.flags.has("y") });
  for (const piece of pieces) await file.write(piece);
  await file.commit();
}

/**
 * `reg import`: the keys of the file go to the hives that they lie in. All hives are changed in memory before the first is
 * saved.
 *
 * @throws AdkError `REG_FILE_INVALID`, `REG_READ_ONLY`, and as `importIntoHive`
 */
export async function regImport(line: RegCommandLine, hives: RegHives, bytes: Uint8Array): Promise<void> {
  const name = line.words[0] as string;
  const { version, keys } = parseRegFile(bytes, { name });
  const editors = new Map<string, HiveEditor>();
  for (const key of keys) {
    const { file, path } = changeable(await hives.place(key.path));
    const editor = editors.get(file) ?? (await HiveEditor.openFile(file, { ignoreLogs: line.hives.ignoreLogs }));
    editors.set(file, editor);
    importRegFile(editor, { version, keys: [{ ...key, path: joinKeyPath(PLACE, path) }] }, { root: PLACE });
  }
  for (const [file, editor] of editors) if (editor.changed) await editor.save(file);
}

/** What stands for the root of any hive. */
const PLACE = "HKEY_LOCAL_MACHINE\\HIVE";

function changeable(place: RegPlace): { readonly file: string; readonly path: string } {
  if (place.change) return place.change;
  throw new AdkError("REG_READ_ONLY", `${place.display} is only read: it does not lie in a hive file of this host.`, {
    kind: "unsupported",
  });
}

/** A key of one hive; HKEY_CLASSES_ROOT of a user is none. */
function hiveKey({ key, display }: RegPlace): Key {
  if (key instanceof Key) return key;
  throw new AdkError("REG_MERGED_ROOT", `${display} is several keys seen as one: name the one that is meant.`, {
    kind: "usage",
  });
}

async function ask(confirm: Confirm, question: string): Promise<void> {
  if (!(await confirm(question))) throw new AdkError("REG_CANCELLED", "The operation was canceled by the user.");
}

function deleteQuestion(key: string, name: string | undefined, all: boolean): string {
  if (name !== undefined) return `Delete the registry value ${name} (Yes/No)?`;
  if (all) return `Delete all values under the registry key ${key} (Yes/No)?`;
  return `Permanently delete the registry key ${key} (Yes/No)?`;
}

/** Without data a number is 0 and text is empty, as with reg.exe. */
function dataTexts(type: number, data: string | undefined, separator: string): string[] {
  if (type === RegType.MULTI_SZ)
    return (data ?? "").split(separator).filter((text, i, all) => text !== "" || i < all.length - 1);
  const isNumber = type === RegType.DWORD || type === RegType.QWORD || type === RegType.DWORD_BIG_ENDIAN;
  return [data ?? (isNumber ? "0" : "")];
}
