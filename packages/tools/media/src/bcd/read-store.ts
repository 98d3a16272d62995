import {
  type BootObject,
  type BootStore,
  checkStore,
  type EnumType,
  elementValue,
  formatElement,
  listObjects,
  type ObjectJson,
  objectNamed,
  objectNames,
  openStoreFile,
  selectObjects,
  storeToJson,
  titleOfObject,
  weakOptions,
} from "@adk/bcd";
import { AdkError } from "@adk/core";
import { checkHive, openHiveFile } from "@adk/registry";
import type { BcdCheckResult, BcdListResult } from "./schemas.ts";
import { weakToJson } from "./weak-json.ts";

export interface BcdListing {
  readonly result: BcdListResult;
  /** As bcdedit shows it. */
  readonly text: string;
}

/** The objects of a store that are of a kind. @throws AdkError `BCD_NOT_A_STORE`, `FILE_NOT_FOUND` ... */
export async function enumStore(file: string, which: EnumType, verbose = false): Promise<BcdListing> {
  const store = await openStoreFile(file);
  return listing(file, store, selectObjects(store, which), verbose);
}

/** One object of a store, by GUID or name. @throws AdkError `BCD_NO_OBJECT`, and as `enumStore` */
export async function showObject(file: string, name: string, verbose = false): Promise<BcdListing> {
  const store = await openStoreFile(file);
  const object = store.byId.get(objectNamed(store, name));
  if (!object) {
    throw new AdkError("BCD_NO_OBJECT", "The store has no such object.", { kind: "usage", file, found: name });
  }
  return listing(file, store, [object], verbose);
}

function listing(file: string, store: BootStore, objects: BootObject[], verbose: boolean): BcdListing {
  const nameOf = objectNames(store);
  const json = storeToJson({ ...store, objects }).objects.map((object, i) => shown(object, objects[i]!, nameOf));
  return {
    result: { store: file, objects: json, findings: store.findings.list },
    text: listObjects(store, objects, verbose),
  };
}

/** An object's JSON with what bcdedit shows of it. */
function shown(json: ObjectJson, { id, type, elements }: BootObject, nameOf: (id: string) => string) {
  return {
    ...json,
    title: titleOfObject(id, type),
    identifier: nameOf(id),
    elements: json.elements.map((element, i) => {
      const { id, ...data } = elements[i]!;
      return { ...element, text: [...formatElement(id, elementValue(id, data), type, nameOf)] };
    }),
  } as BcdListResult["objects"][number];
}

/** What is wrong with a store: as a hive, as a store, and what weakens security. @throws AdkError as `enumStore` */
export async function checkStoreFile(file: string): Promise<BcdCheckResult> {
  const store = await openStoreFile(file);
  await using hive = await openHiveFile(file);
  const findings = [...checkHive(hive).findings, ...checkStore(store)];
  return {
    store: file,
    ok: findings.every(({ severity }) => severity === "info"),
    objects: store.objects.length,
    elements: store.objects.reduce((count, { elements }) => count + elements.length, 0),
    weak: weakOptions(store).map((option) => weakToJson(store, option)),
    findings,
  };
}
