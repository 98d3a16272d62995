import {
  ANY_APPLICATION,
  BOOT_MANAGER,
  DEVICE,
  LEGACY_LOADER,
  LIBRARY,
  LOADER,
  MEMORY_TEST,
  OTHER_NAMES,
  RESUME,
  STARTUP,
  TEMPLATE,
} from "./element-table.ts";
import { type Application, applicationOf } from "./object-type.ts";

/** How the data of an element is meant: the second digit of its id. */
export const ELEMENT_FORMATS = ["device", "string", "object", "objects", "integer", "boolean", "integers"] as const;
export type ElementFormat = (typeof ELEMENT_FORMATS)[number];

/** An element type that has a name. */
export interface ElementType {
  /** Class (4 bits: 1 library, 2 application, 3 device, 4 template, 5 OEM), format (4 bits), number. */
  readonly id: number;
  /** bcdedit's. */
  readonly name: string;
  /** Names of its numbers from 0 on. */
  readonly values: readonly string[];
}

function parseTable(table: string): ElementType[] {
  const types = [];
  for (const line of table.trim().split("\n")) {
    const [id = "", name = "", values] = line.split(" ");
    types.push({ id: Number.parseInt(id, 16), name, values: values?.split("|") ?? [] });
  }
  return types;
}

const SHARED = [LIBRARY, ANY_APPLICATION, TEMPLATE].flatMap(parseTable);
const OWN: Readonly<Record<Application, readonly ElementType[]>> = {
  "boot manager": parseTable(BOOT_MANAGER),
  loader: parseTable(LOADER),
  resume: parseTable(RESUME),
  "memory test": parseTable(MEMORY_TEST),
  "legacy loader": parseTable(LEGACY_LOADER),
  startup: parseTable(STARTUP),
  device: parseTable(DEVICE),
  other: [],
};

/** The names that there are, by what has them. */
export const ELEMENT_NAMES: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  [["any object", SHARED] as const, ...Object.entries(OWN)]
    .filter(([, types]) => types.length > 0)
    .map(([kind, types]) => [kind, types.map(({ name }) => name)]),
);

/** Settings that any object may inherit have the loader's names, as bcdedit shows them. */
function typesOf(objectType: number): readonly ElementType[] {
  const application = applicationOf(objectType);
  return [...SHARED, ...OWN[application === "other" ? "loader" : application]];
}

const tables = new Map<number, readonly ElementType[]>();
function tableOf(objectType: number): readonly ElementType[] {
  let table = tables.get(objectType);
  if (!table) {
    table = typesOf(objectType);
    // Types of objects are any 32 bits: those of hostile stores are not kept.
    if (tables.size < 64) tables.set(objectType, table);
  }
  return table;
}

/** Undefined where the first or second digit means nothing. */
export function elementFormat(id: number): ElementFormat | undefined {
  return ELEMENT_FORMATS[((id >>> 24) & 0xf) - 1];
}

/** What an id is called in an object of a type; undefined where it has no name. */
export function elementType(id: number, objectType: number): ElementType | undefined {
  return tableOf(objectType).find((type) => type.id === id);
}

/** bcdedit's name of an element: `osdevice`, or `custom:21000026` where there is none. */
export function elementName(id: number, objectType: number): string {
  return elementType(id, objectType)?.name ?? `custom:${formatElementId(id)}`;
}

/** The id of a name, `custom:21000026`, `0x21000026` or `21000026` in an object of a type. */
export function elementIdOf(name: string, objectType: number): number | undefined {
  const digits = /^(?:custom:|0x)?([1-5][1-7][0-9a-f]{6})$/i.exec(name)?.[1];
  if (digits !== undefined) return Number.parseInt(digits, 16);
  const lower = name.toLowerCase();
  const known = Object.hasOwn(OTHER_NAMES, lower) ? OTHER_NAMES[lower] : lower;
  return tableOf(objectType).find((type) => type.name === known)?.id;
}

/** Names that an object of a type has, for "did you mean". */
export function elementNames(objectType: number): string[] {
  return tableOf(objectType).map(({ name }) => name);
}

/** Eight digits, as the key of an element is named. */
export function formatElementId(id: number): string {
  return id.toString(16).padStart(8, "0");
}
