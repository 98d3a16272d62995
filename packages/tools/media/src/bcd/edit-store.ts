import { existsSync } from "node:fs";
import {
  type BootObject,
  type BootStore,
  createWinPeStore,
  elementIdFor,
  elementName,
  elementValue,
  type Firmware,
  formatElement,
  objectNamed,
  objectNames,
  parseElement,
  StoreEditor,
} from "@adk/bcd";
import { AdkError, type Guid, toHex } from "@adk/core";
import type { BcdChangeResult } from "./schemas.ts";
import { newWeakOptions } from "./weak-json.ts";

export interface EditStoreOptions {
  readonly dryRun?: boolean | undefined;
}

/** Sets an element, by name, of an object. @throws AdkError `BCD_NO_OBJECT`, `BCD_NO_ELEMENT`, `BCD_BAD_VALUE` ... */
export function setElement(
  file: string,
  object: string,
  element: string,
  values: readonly string[],
  options: EditStoreOptions = {},
): Promise<BcdChangeResult> {
  return editStore(file, (editor) => setByName(editor, object, element, values), options);
}

/** Sets an element in a store that is open. */
export function setByName(editor: StoreEditor, object: string, element: string, values: readonly string[]): void {
  const { store } = editor;
  const id = objectNamed(store, object);
  const type = requireObject(store, id).type;
  const elementId = elementIdFor(element, type);
  editor.set(
    id,
    elementId,
    parseElement(elementId, values, type, (text) => objectNamed(store, text)),
  );
}

/** Deletes elements of an object; without any, the object. @throws AdkError `BCD_NO_OBJECT`, `BCD_NO_ELEMENT` */
export function deleteFromStore(
  file: string,
  object: string,
  elements: readonly string[],
  options: EditStoreOptions = {},
): Promise<BcdChangeResult> {
  const edit = (editor: StoreEditor) => {
    const id = objectNamed(editor.store, object);
    if (elements.length === 0) editor.deleteObject(id);
    for (const element of elements) deleteByName(editor, object, element);
  };
  return editStore(file, edit, options);
}

/** Deletes an element in a store that is open. */
export function deleteByName(editor: StoreEditor, object: string, element: string): void {
  const { store } = editor;
  const id = objectNamed(store, object);
  if (editor.deleteElement(id, elementIdFor(element, requireObject(store, id).type))) return;
  throw new AdkError("BCD_NO_ELEMENT", "The object has no such element.", { kind: "usage", found: element });
}

/** Adds an object of a type. @returns also its id, in the changes */
export function addToStore(
  file: string,
  type: number,
  {
    description,
    copyOf,
    ...options
  }: EditStoreOptions & { description?: string | undefined; copyOf?: string | undefined },
): Promise<BcdChangeResult> {
  const edit = (editor: StoreEditor) => {
    const id = copyOf === undefined ? editor.createObject(type) : editor.copyObject(objectNamed(editor.store, copyOf));
    if (description !== undefined) editor.set(id, 0x1200_0004, { format: "string", text: description });
  };
  return editStore(file, edit, options);
}

/** A new store: without objects, or that of a medium of Windows PE. @throws AdkError `ALREADY_EXISTS` unless `overwrite` */
export async function createStore(
  file: string,
  options: EditStoreOptions & {
    winpe?: Firmware | undefined;
    locale?: string | undefined;
    overwrite?: boolean | undefined;
  },
): Promise<BcdChangeResult> {
  const { winpe, locale, overwrite, dryRun = false } = options;
  const editor = winpe
    ? createWinPeStore({ firmware: winpe, ...(locale !== undefined && { locale }) })
    : StoreEditor.create();
  return writeStore(file, editor, { overwrite, dryRun });
}

/** Writes a store that was made in memory. */
export async function writeStore(
  file: string,
  editor: StoreEditor,
  { overwrite, dryRun = false }: EditStoreOptions & { overwrite?: boolean | undefined },
): Promise<BcdChangeResult> {
  const nothing = StoreEditor.create().store;
  const changes = differences(nothing, editor.store);
  if (dryRun && !overwrite && existsSync(file)) {
    throw new AdkError("ALREADY_EXISTS", "The file exists already.", { kind: "environment", file });
  }
  const backup = dryRun ? undefined : (await editor.save(file, { overwrite })).backup;
  return {
    store: file,
    dryRun,
    changes,
    ...(backup !== undefined && { backup }),
    ...newWeakOptions(nothing, editor.store),
  };
}

/** Changes a store: in memory first, then, if anything is different, saved at once with a copy of what was there. */
async function editStore(
  file: string,
  edit: (editor: StoreEditor) => void,
  { dryRun = false }: EditStoreOptions = {},
): Promise<BcdChangeResult> {
  const editor = await StoreEditor.openFile(file);
  const before = editor.store;
  edit(editor);
  const after = editor.store;
  const changes = differences(before, after);
  const backup = dryRun || changes.length === 0 ? undefined : (await editor.save(file)).backup;
  return {
    store: file,
    dryRun,
    changes,
    ...(backup !== undefined && { backup }),
    ...newWeakOptions(before, after),
  };
}

function differences(before: BootStore, after: BootStore): BcdChangeResult["changes"] {
  const changes: BcdChangeResult["changes"] = [];
  const nameOf = objectNames(after);
  for (const { id } of before.objects) if (!after.byId.has(id)) changes.push({ change: "remove", object: nameOf(id) });
  for (const { id, type, elements } of after.objects) {
    const old = before.byId.get(id);
    if (!old) changes.push({ change: "add", object: nameOf(id) });
    const there = new Set(elements.map((element) => element.id));
    const known = new Map(old?.elements.map((element) => [element.id, element]));
    for (const element of old?.elements ?? []) {
      if (there.has(element.id)) continue;
      changes.push({ change: "remove", object: nameOf(id), element: elementName(element.id, type) });
    }
    for (const element of elements) {
      const was = known.get(element.id);
      if (was && was.type === element.type && toHex(was.data) === toHex(element.data)) continue;
      const value = [...formatElement(element.id, elementValue(element.id, element), type, nameOf)];
      changes.push({ change: "set", object: nameOf(id), element: elementName(element.id, type), value });
    }
  }
  return changes;
}

/** @throws AdkError `BCD_NO_OBJECT` */
export function requireObject(store: BootStore, id: Guid): BootObject {
  const object = store.byId.get(id);
  if (object) return object;
  throw new AdkError("BCD_NO_OBJECT", "The store has no such object.", {
    kind: "usage",
    found: objectNames(store)(id),
  });
}
