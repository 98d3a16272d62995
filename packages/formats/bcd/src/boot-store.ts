import { AdkError, type Findings, type Guid, isGuid, parseGuid, type RandomAccess } from "@adk/core";
import { type Hive, type Key, numberOf, type OpenHiveOptions, openHive, openHiveFile, textOf } from "@adk/registry";
import { type ElementData, type ElementValue, elementValue } from "./element-value.ts";

/** A boot store as it is: every object, every element with its bytes. */
export interface BootStore {
  readonly name: string;
  /** The name that its description gives, `BCD00000001`; empty where there is none. */
  readonly keyName: string;
  /** Whether it says to be the store of a running system. */
  readonly isSystem: boolean;
  /** All values of its description, among them `KeyName` and `System`. */
  readonly description: ReadonlyMap<string, ElementData>;
  /** By their GUIDs' text, as the registry sorts them. */
  readonly objects: readonly BootObject[];
  readonly byId: ReadonlyMap<Guid, BootObject>;
  readonly findings: Findings;
}

export interface BootObject {
  readonly id: Guid;
  /** An `ObjectType`, or any other number of 32 bits. */
  readonly type: number;
  /** Values beside `Type`: `FirmwareVariable`. */
  readonly description: ReadonlyMap<string, ElementData>;
  /** Ascending by id. */
  readonly elements: readonly BootElement[];
}

export interface BootElement extends ElementData {
  readonly id: number;
}

/** Reads a store from anywhere. @throws AdkError `BCD_NOT_A_STORE`, and as `openHive` of the registry package */
export async function openStore(access: RandomAccess, options: OpenHiveOptions = {}): Promise<BootStore> {
  return readStore(await openHive(access, options));
}

/** Reads a store file of the host, with the logs beside it. @throws AdkError as `openStore`, and `FILE_NOT_FOUND` ... */
export async function openStoreFile(path: string): Promise<BootStore> {
  await using hive = await openHiveFile(path);
  return readStore(hive);
}

/** What a hive holds as a store; what in it is no part of one becomes a finding. */
export function readStore(hive: Hive): BootStore {
  const { root } = hive;
  const objectsKey = root.subkey("Objects");
  const description = root.subkey("Description");
  if (!objectsKey && !description) {
    throw new AdkError("BCD_NOT_A_STORE", "This hive is no boot store: it has neither a description nor objects.", {
      file: hive.name,
    });
  }
  const byId = new Map<Guid, BootObject>();
  for (const key of objectsKey?.subkeys() ?? []) {
    const object = isGuid(key.name) ? readObject(hive, key) : undefined;
    if (object && !byId.has(object.id)) byId.set(object.id, object);
    else hive.findings.warning("BCD_BAD_OBJECT", "A key among the objects is none.", place(hive, key.name));
  }
  const values = new Map<string, ElementData>();
  for (const value of description?.values() ?? []) {
    const data = hive.attempt(() => value.data().slice());
    if (data) values.set(value.name, { type: value.type, data });
  }
  const keyName = description?.value("KeyName");
  const system = description?.value("System");
  return {
    name: hive.name,
    keyName: (keyName && hive.attempt(() => textOf(keyName.data()))) ?? "",
    isSystem: system !== undefined && hive.attempt(() => numberOf(system.type, system.data())) === 1n,
    description: values,
    objects: [...byId.values()],
    byId,
    findings: hive.findings,
  };
}

function readObject(hive: Hive, key: Key): BootObject | undefined {
  const description = new Map<string, ElementData>();
  let type: number | undefined;
  for (const value of key.subkey("Description")?.values() ?? []) {
    const data = hive.attempt(() => value.data().slice());
    if (data === undefined) continue;
    if (value.isNamed("Type")) type = Number(numberOf(value.type, data) ?? -1n);
    else description.set(value.name, { type: value.type, data });
  }
  if (type === undefined || type < 0 || type > 0xffff_ffff) return undefined;
  const elements = new Map<number, BootElement>();
  for (const element of key.subkey("Elements")?.subkeys() ?? []) {
    const id = /^[0-9a-f]{8}$/i.test(element.name) ? Number.parseInt(element.name, 16) : undefined;
    const value = element.value("Element");
    const data = value && hive.attempt(() => value.data().slice());
    // Keys of the same name are a damage of the hive: the first is the one that Windows finds.
    if (id !== undefined && value && data && !elements.has(id)) elements.set(id, { id, type: value.type, data });
    else {
      const path = `${key.name}\\${element.name}`;
      hive.findings.warning("BCD_BAD_ELEMENT", "An element of an object cannot be read.", place(hive, path));
    }
  }
  return {
    id: parseGuid(key.name),
    type,
    description,
    elements: [...elements.values()].sort((a, b) => a.id - b.id),
  };
}

function place(hive: Hive, path: string): { file: string; path: string } {
  return { file: hive.name, path: `Objects\\${path.slice(0, 200)}` };
}

/** What an element of an object says; undefined where it has none. */
export function valueIn(object: BootObject | undefined, id: number): ElementValue | undefined {
  const element = object?.elements.find((each) => each.id === id);
  return element && elementValue(id, element);
}
