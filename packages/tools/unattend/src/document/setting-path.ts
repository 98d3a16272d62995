import { AdkError } from "@adk/core";
import { type AnswerFile, type ComponentSection, isOwn } from "./answer-file.ts";
import { attributeOf, childElements, childText, textOf, WCM_NAMESPACE, type XmlElement } from "./tree.ts";

/** Which of several items of a list: by its key, by its place, or by the value of one of its children. */
export type ItemSelector =
  | { readonly key: string }
  | { readonly index: number }
  | { readonly child: string; readonly value: string };

export interface PathStep {
  readonly name: string;
  readonly item: ItemSelector | undefined;
}

/** `oobeSystem/Microsoft-Windows-Shell-Setup@amd64/UserAccounts/LocalAccounts/LocalAccount[Admin]/Name`, taken apart. */
export interface SettingPath {
  readonly text: string;
  readonly pass: string;
  readonly component: string;
  /** Undefined: any. */
  readonly architecture: string | undefined;
  readonly steps: readonly PathStep[];
}

/** Children that are the key of their list, in the order in which an item is asked for one. */
const KEY_CHILDREN = ["Order", "DiskID", "Name", "Key", "Identifier", "Domain", "SID", "ItemKey", "Community_Name"];
const STEP = /([^/[\]]+)(?:\[(?:"((?:[^"]|"")*)"|([^\]]*))\])?(?:\/|$)/y;

/** @throws AdkError `UNATTEND_BAD_PATH` */
export function parseSettingPath(text: string): SettingPath {
  const steps: PathStep[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < text.length) {
    const [, name, quoted, bare] = STEP.exec(text) ?? [];
    if (name === undefined) throw badPath(text);
    const item = quoted !== undefined ? { key: quoted.replaceAll('""', '"') } : selectorOf(bare);
    steps.push({ name: name.trim(), item });
  }
  const [pass, component, ...rest] = steps;
  if (pass === undefined || component === undefined || pass.item || component.item) throw badPath(text);
  const [, name = component.name, architecture] = /^(.+)@(\w+)$/.exec(component.name) ?? [];
  return { text, pass: pass.name, component: name, architecture, steps: rest };
}

function badPath(text: string): AdkError {
  return new AdkError("UNATTEND_BAD_PATH", "This is no path of a setting.", {
    kind: "usage",
    expected: "PASS/COMPONENT[@ARCHITECTURE]/SETTING/..., items of lists as NAME[KEY], NAME[#2] or NAME[Child=value]",
    found: text.slice(0, 200),
  });
}

function selectorOf(text: string | undefined): ItemSelector | undefined {
  if (text === undefined) return undefined;
  const [, index] = /^#(\d{1,6})$/.exec(text) ?? [];
  if (index !== undefined) return { index: Number(index) };
  const [, child, value] = /^([A-Za-z_]\w*|wcm:keyValue)=(.*)$/s.exec(text) ?? [];
  if (child === "wcm:keyValue") return { key: value as string };
  return child === undefined ? { key: text } : { child, value: value as string };
}

/** The components that a path begins with. Letter case matters nowhere. */
export function findComponents(file: AnswerFile, path: SettingPath): ComponentSection[] {
  return file.components.filter((component) => {
    if (!same(component.pass, path.pass) || !same(component.name, path.component)) return false;
    return path.architecture === undefined || same(component.architecture, path.architecture);
  });
}

/** All elements that a path names: several where the component is there for several architectures, or a list has no selector. */
export function findSettings(file: AnswerFile, path: SettingPath | string): XmlElement[] {
  const parsed = typeof path === "string" ? parseSettingPath(path) : path;
  let found = findComponents(file, parsed).map(({ element }) => element);
  for (const step of parsed.steps) found = found.flatMap((element) => childrenAt(element, step));
  return found;
}

/** The children that one step names. */
export function childrenAt(element: XmlElement, { name, item }: PathStep): XmlElement[] {
  const named = childElements(element).filter((child) => isOwn(child) && same(child.local, name));
  if (item === undefined) return named;
  if ("index" in item) return named.slice(item.index - 1, item.index);
  if ("key" in item) return named.filter((child) => listKeyOf(child)?.value === item.key);
  return named.filter((child) => childText(child, item.child) === item.value);
}

/** The text of the first setting that the path names. */
export function getValue(file: AnswerFile, path: SettingPath | string): string | undefined {
  const [found] = findSettings(file, path);
  return found && textOf(found).trim();
}

/** What tells an item from the others of its list; undefined for an element that is no item of a list. */
function listKeyOf(element: XmlElement): { child: string | undefined; value: string } | undefined {
  const keyValue = attributeOf(element, "keyValue", WCM_NAMESPACE);
  if (keyValue !== undefined) return { child: undefined, value: keyValue };
  if (attributeOf(element, "action", WCM_NAMESPACE) === undefined && !hasTwin(element)) return undefined;
  for (const child of KEY_CHILDREN) {
    const value = childText(element, child);
    if (value !== undefined) return { child, value };
  }
  return undefined;
}

/** For parents that were asked about: the names that several of their children have. */
const twins = new WeakMap<XmlElement, ReadonlySet<string>>();

function hasTwin({ parent, local }: XmlElement): boolean {
  if (parent === undefined) return false;
  const known = twins.get(parent);
  if (known) return known.has(local);
  const seen = new Set<string>();
  const several = new Set<string>();
  for (const node of parent.children) {
    if (node.kind !== "element") continue;
    if (seen.has(node.local)) several.add(node.local);
    seen.add(node.local);
  }
  twins.set(parent, several);
  return several.has(local);
}

/** The path of an element within its component, keys included: `UserAccounts/LocalAccounts/LocalAccount[Admin]/Name`. */
export function pathWithin(element: XmlElement, component: XmlElement): string {
  const steps: string[] = [];
  for (let at: XmlElement | undefined = element; at && at !== component; at = at.parent) steps.push(stepOf(at));
  return steps.reverse().join("/");
}

function stepOf(element: XmlElement): string {
  const key = listKeyOf(element)?.value;
  if (key === undefined) return element.local;
  const quoted = /[\]"=]|^#/.test(key) ? `"${key.replaceAll('"', '""')}"` : key;
  return `${element.local}[${quoted}]`;
}

/** `oobeSystem/Microsoft-Windows-Shell-Setup/TimeZone`; undefined for what is in no component. */
export function pathOf(file: AnswerFile, element: XmlElement): string | undefined {
  const component = file.componentOf(element);
  if (component === undefined) return undefined;
  const head = `${component.pass}/${component.name}${hasNamesake(component) ? `@${component.architecture}` : ""}`;
  return component.element === element ? head : `${head}/${pathWithin(element, component.element)}`;
}

/** Whether its pass has the same component for other architectures, or again. */
function hasNamesake({ section, name }: ComponentSection): boolean {
  let names = 0;
  for (const other of section.components) if (other.name === name && ++names > 1) return true;
  return false;
}

/** As the names of Windows' components compare: letter case does not matter. */
export function same(a: string, b: string): boolean {
  return a === b || (a.length === b.length && a.toLowerCase() === b.toLowerCase());
}
