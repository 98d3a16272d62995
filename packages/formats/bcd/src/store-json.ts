import { AdkError, fromHex, type Guid, isGuid, parseGuid, toHex } from "@adk/core";
import type { BootElement, BootObject, BootStore } from "./boot-store.ts";
import { formatDevice, parseDeviceText } from "./device-text.ts";
import { elementName, formatElementId } from "./element-type.ts";
import { type ElementData, type ElementValue, elementData, elementValue } from "./element-value.ts";
import { type CreateStoreOptions, StoreEditor } from "./store-editor.ts";
import { wellKnownObject } from "./well-known.ts";

/** A store as JSON. Of known formats the values are enough to make it again; `data` is there where they are not. */
export interface StoreJson {
  readonly system: boolean;
  /** What its description has beside what every store has. */
  readonly description?: Readonly<Record<string, DataJson>> | undefined;
  readonly objects: readonly ObjectJson[];
}

export interface ObjectJson {
  /** GUID without braces. */
  readonly id: string;
  /** `{bootmgr}`, for those that have a name in every store. */
  readonly name?: string | undefined;
  /** 8 hexadecimal digits. */
  readonly type: string;
  readonly description?: Readonly<Record<string, DataJson>> | undefined;
  readonly elements: readonly ElementJson[];
}

export interface ElementJson {
  /** 8 hexadecimal digits. */
  readonly id: string;
  /** bcdedit's name, for people. */
  readonly name?: string | undefined;
  readonly format: ElementValue["format"];
  /** Devices as text, objects as GUIDs, integers as decimal text. */
  readonly value?: string | boolean | readonly string[] | undefined;
  readonly data?: DataJson | undefined;
}

/** @property type a `RegType`; @property data hexadecimal digits */
export interface DataJson {
  readonly type: number;
  readonly data: string;
}

export function storeToJson(store: BootStore): StoreJson {
  const usual = StoreEditor.create({ system: store.isSystem }).store.description;
  const others = [...store.description].filter(([name, data]) => !sameData(usual.get(name), data));
  return {
    system: store.isSystem,
    ...(others.length > 0 && { description: descriptionToJson(others) }),
    objects: store.objects.map(objectToJson),
  };
}

function descriptionToJson(values: Iterable<readonly [string, ElementData]>): Record<string, DataJson> {
  return Object.fromEntries([...values].map(([name, data]) => [name, dataToJson(data)]));
}

function sameData(a: ElementData | undefined, b: ElementData): boolean {
  return a !== undefined && a.type === b.type && toHex(a.data) === toHex(b.data);
}

function objectToJson({ id, type, description, elements }: BootObject): ObjectJson {
  const name = wellKnownObject(id)?.name;
  return {
    id,
    ...(name !== undefined && { name: `{${name}}` }),
    type: formatElementId(type),
    ...(description.size > 0 && { description: descriptionToJson(description) }),
    elements: elements.map((element) => elementToJson(element, type)),
  };
}

function elementToJson(element: BootElement, objectType: number): ElementJson {
  const value = elementValue(element.id, element);
  const known = elementName(element.id, objectType);
  const written = elementData(value);
  const same = sameData(written, element);
  return {
    id: formatElementId(element.id),
    ...(!known.startsWith("custom:") && { name: known }),
    format: value.format,
    ...(value.format !== "bytes" && { value: valueToJson(value) }),
    ...((!same || value.format === "bytes") && { data: dataToJson(element) }),
  };
}

function valueToJson(value: Exclude<ElementValue, { format: "bytes" }>): string | boolean | string[] {
  switch (value.format) {
    case "device":
      return formatDevice(value.device);
    case "string":
      return value.text;
    case "object":
      return value.id;
    case "objects":
      return [...value.ids];
    case "integer":
      return `${value.number}`;
    case "boolean":
      return value.on;
    case "integers":
      return value.numbers.map((number) => `${number}`);
  }
}

function dataToJson({ type, data }: ElementData): DataJson {
  return { type, data: toHex(data) };
}

/** A new store of what JSON tells. @throws AdkError `BCD_BAD_JSON`, `BCD_BAD_DEVICE`, `BCD_OBJECT_EXISTS` */
export function storeFromJson(json: StoreJson, options: Omit<CreateStoreOptions, "system"> = {}): StoreEditor {
  const editor = StoreEditor.create({ ...options, system: json.system });
  for (const [name, data] of Object.entries(json.description ?? {})) editor.describeStore(name, dataFrom(data));
  for (const { id: guid, type, description = {}, elements } of json.objects) {
    const id = guidFrom(guid);
    editor.createObject(numberFrom(type), id);
    for (const [name, data] of Object.entries(description)) editor.describe(id, name, dataFrom(data));
    for (const element of elements) {
      const elementId = numberFrom(element.id);
      if (element.data) editor.setData(id, elementId, dataFrom(element.data));
      else editor.set(id, elementId, valueFrom(element));
    }
  }
  return editor;
}

function valueFrom({ id, format, value }: ElementJson): ElementValue {
  const bad = () => badJson(`The value of element ${id} is not what its format says.`, format);
  if (format === "boolean" && typeof value === "boolean") return { format, on: value };
  if (typeof value === "string") {
    if (format === "device") return { format, device: parseDeviceText(value) };
    if (format === "string") return { format, text: value };
    if (format === "object") return { format, id: guidFrom(value) };
    if (format === "integer") return { format, number: integerFrom(value) };
  } else if (typeof value === "object") {
    if (format === "objects") return { format, ids: value.map(guidFrom) };
    if (format === "integers") return { format, numbers: value.map(integerFrom) };
  }
  throw bad();
}

function guidFrom(text: string): Guid {
  if (!isGuid(text)) throw badJson("An object's id is a GUID.", text);
  return parseGuid(text);
}

function numberFrom(text: string): number {
  if (!/^[0-9a-f]{8}$/i.test(text)) throw badJson("Ids and types have 8 hexadecimal digits.", text);
  return Number.parseInt(text, 16);
}

function integerFrom(text: string): bigint {
  if (!/^[0-9]{1,20}$/.test(text)) throw badJson("Integers are decimal digits.", text);
  return BigInt.asUintN(64, BigInt(text));
}

function dataFrom({ type, data }: DataJson): ElementData {
  if (!/^([0-9a-f]{2})*$/i.test(data)) throw badJson("Data are hexadecimal digits.", data.slice(0, 40));
  return { type, data: fromHex(data) };
}

function badJson(message: string, found: string): AdkError {
  return new AdkError("BCD_BAD_JSON", message, { found });
}
