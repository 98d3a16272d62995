import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { AdkError } from "@adk/core";
import { expandRoot, HiveEditor, importRegFile, joinKeyPath, type Key, RegType, type RegFile } from "@adk/registry";
import { deleteKey, deleteValues, editHive, setValue, createKey } from "../edit-hive.ts";
import { exportHive, writeWhole } from "../export-hive.ts";
import { openHiveSource } from "../open-hive.ts";
import { parseData, typeOf } from "../value-text.ts";
import type { RegHives, RegPlace } from "./hives.ts";
import type { RegCommandLine } from "./parse.ts";
import { notFound } from "./query.ts";

/** Asks the user a question that reg.exe asks; whether the answer was yes. */
export type Confirm = (question: string) => Promise<boolean>;

/** `reg add`. @throws AdkError `REG_READ_ONLY`, `REG_CANCELLED`, and as `setValue` */
export async function regAdd(line: RegCommandLine, hives: RegHives, confirm: Confirm): Promise<void> {
  const { flags, values } = line;
  const place = await hives.place(line.words[0] as string);
  const { file, path } = changeable(place);
  const { ignoreLogs } = line.hives;
  const name = values.get("v") ?? "";
  const named = values.has("v") || flags.has("ve") || values.has("d") || values.has("t");
  if (!named) {
    await createKey(file, path, { ignoreLogs });
    return;
  }
  const type = typeOf(values.get("t") ?? "REG_SZ");
  const data = parseData(type, dataTexts(type, values.get("d"), values.get("s") ?? "\\0"));
  if (!flags.has("f") && place.key?.value(name)) {
    await ask(confirm, `Value ${name} exists, overwrite(Yes/No)?`);
  }
  await setValue(file, path, { name, type, data }, { ignoreLogs });
}

/** `reg delete`. @throws AdkError `REG_READ_ONLY`, `REG_CANCELLED`, `REG_NOT_FOUND`, and as `setValue` */
export async function regDelete(line: RegCommandLine, hives: RegHives, confirm: Confirm): Promise<void> {
  const { flags, values } = line;
  const place = await hives.place(line.words[0] as string);
  const { file, path } = changeable(place);
  const { ignoreLogs } = line.hives;
  const name = flags.has("ve") ? "" : values.get("v");
  if (!place.key || (name !== undefined && !place.key.value(name))) throw notFound();
  if (!flags.has("f")) await ask(confirm, deleteQuestion(place.display, name, flags.has("va")));
  if (name !== undefined) await deleteValues(file, path, [name], { ignoreLogs });
  else if (flags.has("va")) await deleteValues(file, path, "all", { ignoreLogs });
  else await deleteKey(file, path, { ignoreLogs });
}

/** `reg copy`: values, with `/s` all below too; class names and security of new keys with `/s`. */
export async function regCopy(line: RegCommandLine, hives: RegHives, confirm: Confirm): Promise<void> {
  const { flags } = line;
  const from = await hives.place(line.words[0] as string);
  const to = await hives.place(line.words[1] as string);
  const { file, path } = changeable(to);
  if (!from.key) throw notFound();
  if (from.change === undefined && !("hive" in from.key)) {
    throw new AdkError("REG_MERGED_ROOT", "HKEY_CLASSES_ROOT is several keys seen as one: name the one that is meant.", { kind: "usage" });
  }
  const source = from.key as Key;
  if (!flags.has("f") && to.key) await ask(confirm, `Key ${to.display} exists, overwrite(Yes/No)?`);
  await editHive(file, { ignoreLogs: line.hives.ignoreLogs }, (editor) => {
    copyInto(editor, source, path, flags.has("s"));
    return [{ kind: "key-created", path, line: 0 }];
  });
}
