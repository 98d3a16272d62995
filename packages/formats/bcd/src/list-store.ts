import type { Guid } from "@adk/core";
import { type BootObject, type BootStore, valueIn } from "./boot-store.ts";
import { formatElement } from "./element-text.ts";
import { elementName } from "./element-type.ts";
import { elementValue } from "./element-value.ts";
import { objectNames } from "./object-name.ts";
import { ObjectType } from "./object-type.ts";
import { titleOfObject, WELL_KNOWN_OBJECTS } from "./well-known.ts";

/** Which objects `/enum` shows. */
export const ENUM_TYPES = ["active", "firmware", "bootapp", "bootmgr", "osloader", "resume", "inherit", "all"] as const;
export type EnumType = (typeof ENUM_TYPES)[number];

const DISPLAY_ORDER = 0x2400_0001;

/** bcdedit's width of the names of elements. */
const NAME_WIDTH = 24;

/** The objects of a kind, in the order in which bcdedit shows them. */
export function selectObjects(store: BootStore, which: EnumType = "active"): BootObject[] {
  const { objects } = store;
  const shown = new Map(displayed(store).map((id, place) => [id, place]));
  const sorted = [...objects].sort((a, b) => rank(a, shown) - rank(b, shown));
  const kind = (object: BootObject) => object.type >>> 28;
  const select: Record<EnumType, (object: BootObject) => boolean> = {
    all: () => true,
    active: ({ id, type }) => type === ObjectType.BOOT_MANAGER || shown.has(id),
    firmware: ({ type }) => type === ObjectType.BOOT_MANAGER || (type & 0xfff0_0000) >>> 0 === 0x1010_0000,
    bootapp: (object) => kind(object) === 1 && ((object.type >>> 20) & 0xf) === 2,
    bootmgr: ({ type }) => type === ObjectType.BOOT_MANAGER,
    osloader: ({ type }) => type === ObjectType.LOADER,
    resume: ({ type }) => type === ObjectType.RESUME,
    inherit: (object) => kind(object) === 2,
  };
  return sorted.filter(select[which]);
}

/** What `bcdedit /enum` prints of objects; with `verbose` GUIDs in place of names. */
export function listObjects(store: BootStore, objects: readonly BootObject[], verbose = false): string {
  const nameOf = verbose ? (id: Guid) => `{${id}}` : objectNames(store);
  const lines: string[] = [];
  for (const object of objects) {
    const title = titleOfObject(object.id, object.type);
    lines.push("", title, "-".repeat(title.length), `${"identifier".padEnd(NAME_WIDTH)}${nameOf(object.id)}`);
    lines.push(...elementLines(object, nameOf));
  }
  return `${lines.join("\n")}\n`;
}

/** What bcdedit prints of the elements of an object, without what is above them. */
export function listElements(store: BootStore, object: BootObject): string[] {
  return elementLines(object, objectNames(store));
}

function elementLines({ type, elements }: BootObject, nameOf: (id: Guid) => string): string[] {
  const lines: string[] = [];
  for (const { id, ...data } of elements) {
    let name = elementName(id, type);
    for (const text of formatElement(id, elementValue(id, data), type, nameOf).map(oneLine)) {
      lines.push(name.length < NAME_WIDTH ? name.padEnd(NAME_WIDTH) + text : `${name} ${text}`);
      name = "";
    }
  }
  return lines;
}

/** A text of the store must not pretend to be another line of the listing. */
function oneLine(text: string): string {
  return text.replace(/[\r\n\u2028\u2029]/g, (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Objects that a boot manager shows. */
function displayed(store: BootStore): readonly Guid[] {
  const ids = store.objects
    .filter(({ type }) => type === ObjectType.BOOT_MANAGER)
    .map((manager) => valueIn(manager, DISPLAY_ORDER));
  return ids.flatMap((value) => (value?.format === "objects" ? value.ids : []));
}

const TYPE_ORDER: readonly number[] = [
  ObjectType.FIRMWARE_BOOT_MANAGER,
  ObjectType.BOOT_MANAGER,
  ObjectType.FIRMWARE_APPLICATION,
  ObjectType.LOADER,
  ObjectType.RESUME,
  ObjectType.MEMORY_TEST,
];

/** By kind; loaders as the boot manager shows them, well-known settings as bcdedit does; else as they are stored. */
function rank({ id, type }: BootObject, shown: ReadonlyMap<Guid, number>): number {
  const kind = type >>> 28;
  const byType = TYPE_ORDER.indexOf(type);
  const among = kind === 1 ? (shown.get(id) ?? MOST_RANK) : WELL_KNOWN_OBJECTS.findIndex((known) => known.id === id);
  const place = byType >= 0 ? byType : TYPE_ORDER.length + kind;
  return place * (MOST_RANK + 1) + (among < 0 ? MOST_RANK : Math.min(among, MOST_RANK));
}

/** Of objects that no list has. */
const MOST_RANK = 0xffff;
