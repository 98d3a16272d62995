import { AdkError, suggest } from "@adk/core";
import type { Catalog, CatalogComponent, CatalogSetting } from "../catalog/catalog.ts";
import { PASSES } from "../catalog/passes.ts";
import type { AnswerFile } from "../document/answer-file.ts";
import { childrenAt, findComponents, type PathStep, type SettingPath, same } from "../document/setting-path.ts";
import { childElements, childText, type XmlElement } from "../document/tree.ts";
import { insertElement, type NewElement } from "./new-element.ts";
import type { EditOptions } from "./set-value.ts";
import type { TextEdit } from "./text-edits.ts";

const DEFAULT_ARCHITECTURE = "amd64";
const PUBLIC_KEY_TOKEN = "31bf3856ad364e35";

/** What a new element is to hold: its text, or what stands in it in the end. */
export type NewContent = string | readonly NewElement[];

/**
 * The edit that creates what a path names, with all that is missing above it.
 *
 * @throws AdkError `UNATTEND_UNKNOWN_SETTING` for what the catalogue does not know or has in other passes (not with `force`),
 *   `UNATTEND_AMBIGUOUS_PATH`, `UNATTEND_KEY_NEEDED`
 */
export function createSetting(
  file: AnswerFile,
  path: SettingPath,
  content: NewContent,
  options: EditOptions,
): TextEdit {
  const known = findKnown(path, options);
  const components = findComponents(file, path);
  if (components.length > 1) {
    const names = components.map(({ architecture }) => `${path.component}@${architecture}`);
    throw new AdkError("UNATTEND_AMBIGUOUS_PATH", "The component is there several times.", {
      kind: "usage",
      file: file.file,
      found: path.text,
      hint: `Say which: ${[...new Set(names)].join(", ")}.`,
    });
  }
  let parent = components[0]?.element;
  if (parent === undefined) return createComponent(file, path, known, newSettings(path, known, 0, undefined, content));
  let depth = 0;
  for (; depth < path.steps.length - 1; depth++) {
    const next: XmlElement[] = childrenAt(parent, path.steps[depth] as PathStep);
    if (next.length !== 1) break;
    parent = next[0] as XmlElement;
  }
  return insertElement(file, parent, newSettings(path, known, depth, parent, content)[0] as NewElement);
}

/** The component and what each step is, where the catalogue knows it. */
interface Known {
  readonly component: CatalogComponent | undefined;
  readonly settings: readonly (CatalogSetting | undefined)[];
}

function findKnown(path: SettingPath, { catalog, force }: EditOptions): Known {
  if (catalog === undefined) return { component: undefined, settings: [] };
  const component = catalog.component(path.component);
  const settings: (CatalogSetting | undefined)[] = [];
  let place: CatalogComponent | CatalogSetting | undefined = component;
  for (const { name } of path.steps) {
    place = place?.child(name);
    settings.push(place);
  }
  if (!force) checkKnown(path, catalog, component, settings);
  return { component, settings };
}

function checkKnown(
  path: SettingPath,
  catalog: Catalog,
  component: CatalogComponent | undefined,
  settings: readonly (CatalogSetting | undefined)[],
): void {
  const fail = (message: string, hint: string | undefined) => {
    const otherwise = "Use --force to write it all the same.";
    return new AdkError("UNATTEND_UNKNOWN_SETTING", message, {
      kind: "usage",
      found: path.text,
      hint: hint === undefined ? otherwise : `${hint} ${otherwise}`,
    });
  };
  const meant = (name: string, names: readonly { name: string }[]) => {
    const nearest = suggest(
      name,
      names.map((each) => each.name),
    );
    return nearest === undefined ? undefined : `Did you mean ${nearest}?`;
  };
  if (!PASSES.some((pass) => same(pass, path.pass))) {
    throw fail("This is no configuration pass.", `There are ${PASSES.join(", ")}.`);
  }
  if (component === undefined) throw fail("This component is not known.", meant(path.component, catalog.components));
  let siblings = component.settings;
  const missing = settings.findIndex((setting) => {
    if (setting) siblings = setting.settings;
    return setting === undefined;
  });
  if (missing >= 0 && component.settings.length > 0) {
    const { name } = path.steps[missing] as PathStep;
    throw fail(`${component.name} has no setting ${name} here.`, meant(name, siblings));
  }
  const passes = (settings.at(-1) ?? component).passes;
  if (!passes.some((pass) => same(pass, path.pass))) {
    throw fail("This setting does not exist in this pass.", `It is for ${passes.join(", ")}.`);
  }
}

/** The elements of the steps from one on, nested. */
function newSettings(
  path: SettingPath,
  known: Known,
  from: number,
  parent: XmlElement | undefined,
  content: NewContent,
): NewElement[] {
  const step = path.steps[from];
  if (step === undefined) return typeof content === "string" ? [] : [...content];
  const setting = known.settings[from];
  const isLast = from === path.steps.length - 1;
  const inner = isLast ? content : newSettings(path, known, from + 1, undefined, content);
  const local = setting?.name ?? step.name;
  if (setting?.kind !== "list" && step.item === undefined) return [{ local, content: inner }];
  const { child, value } = itemKey(path, step, setting, parent, inner);
  const attributes = { "wcm:action": "add", ...(child === undefined && { "wcm:keyValue": value }) };
  if (child === undefined || typeof inner === "string") return [{ local, attributes, content: inner }];
  if (inner.some((each) => each.local === child)) return [{ local, attributes, content: inner }];
  return [{ local, attributes, content: [{ local: child, content: value }, ...inner] }];
}

/** The key of a new item: the one that the path names, the one that it is given, or the next number. */
function itemKey(
  path: SettingPath,
  { name, item }: PathStep,
  setting: CatalogSetting | undefined,
  parent: XmlElement | undefined,
  inner: NewContent,
): { child: string | undefined; value: string } {
  const child = setting?.key === undefined || setting.key === "@keyValue" ? undefined : setting.key;
  if (item && "key" in item) return { child, value: item.key };
  if (item && "child" in item) return { child: item.child, value: item.value };
  const given = typeof inner !== "string" && inner.find((each) => each.local === child)?.content;
  if (typeof given === "string") return { child, value: given };
  const items = parent ? childElements(parent).filter((each) => same(each.local, name)) : [];
  if (child === "Order" || child === undefined) {
    // Without an Order of their own, keys are numbered by place.
    const start = child === undefined ? items.length : 0;
    const most = items.reduce((max, each) => Math.max(max, Number(childText(each, "Order") ?? 0) || 0), start);
    return { child, value: String(most + 1) };
  }
  throw new AdkError("UNATTEND_KEY_NEEDED", `A new item of this list needs its key, ${child}.`, {
    kind: "usage",
    found: path.text,
    hint: `Name it: ${name}[KEY].`,
  });
}

function createComponent(file: AnswerFile, path: SettingPath, known: Known, content: readonly NewElement[]): TextEdit {
  const component: NewElement = {
    local: "component",
    attributes: {
      name: known.component?.name ?? path.component,
      processorArchitecture: path.architecture ?? mainArchitecture(file),
      publicKeyToken: known.component?.publicKeyToken ?? PUBLIC_KEY_TOKEN,
      language: known.component?.language ?? "neutral",
      versionScope: known.component?.versionScope ?? "nonSxS",
    },
    content,
  };
  const section = file.settings.find(({ pass }) => same(pass, path.pass));
  if (section) return insertElement(file, section.element, component);
  const pass = PASSES.find((each) => same(each, path.pass)) ?? path.pass;
  const settings: NewElement = { local: "settings", attributes: { pass }, content: [component] };
  // Behind the passes that come before it, and before what belongs to other programs.
  const rankOf = (name: string) => PASSES.findIndex((each) => same(each, name));
  const before = file.settings.findLast((each) => rankOf(each.pass) < rankOf(pass));
  const root = file.root as XmlElement;
  const servicing = childElements(root, "servicing")[0];
  return insertElement(file, root, settings, before?.element ?? servicing ?? "start");
}

/** The architecture that most components of the file have, apart from the 32-bit halves of others. */
export function mainArchitecture(file: AnswerFile): string {
  const counts = new Map<string, number>();
  for (const { architecture } of file.components) {
    if (architecture !== "" && !same(architecture, "wow64"))
      counts.set(architecture, (counts.get(architecture) ?? 0) + 1);
  }
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  return most?.[0] ?? DEFAULT_ARCHITECTURE;
}
