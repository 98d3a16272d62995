import { builtinCatalog } from "../catalog/builtin.ts";
import { findSetting } from "../catalog/catalog.ts";
import { type AnswerFile, isOwn } from "../document/answer-file.ts";
import { targetIn } from "../document/target-comment.ts";
import { attributeOf, childElements, textOf, WCM_NAMESPACE, type XmlElement } from "../document/tree.ts";

/** A setting in memory: what an answer file says, without how it is written. */
export interface SettingNode {
  readonly name: string;
  /** Undefined for groups and list items with settings inside. */
  value: string | undefined;
  /** `wcm:keyValue` of a list item. */
  readonly key: string | undefined;
  /** Whether it is an item of a list, which is written with `wcm:action="add"`. */
  readonly isItem: boolean;
  readonly children: SettingNode[];
  /** The part of the manifest that it comes from. */
  readonly topic: string;
}

/** The settings of one component in one pass. */
export interface ComponentNode {
  readonly pass: string;
  readonly name: string;
  readonly architecture: string;
  readonly settings: SettingNode[];
}

/** A feature of Windows that is switched on or off while the image is serviced. */
export interface FeatureSelection {
  readonly name: string;
  readonly state: boolean;
}

export interface AnswerTree {
  /** The Windows that it is for, as a comment of the file says. */
  target: string | undefined;
  readonly components: ComponentNode[];
  /** Version of the Foundation package whose features are selected; undefined if there are none. */
  foundation: string | undefined;
  readonly features: FeatureSelection[];
}

export function emptyTree(): AnswerTree {
  return { target: undefined, components: [], foundation: undefined, features: [] };
}

/** The settings of a file; what is not in the answer file's own namespace is left out. */
export function treeOf(file: AnswerFile): AnswerTree {
  const components = file.components.map(({ pass, name, architecture, element }) => ({
    pass,
    name,
    architecture,
    settings: nodesOf(element, name, ""),
  }));
  return { target: targetIn(file.text), components, ...servicingOf(file) };
}

function nodesOf(element: XmlElement, component: string, parent: string): SettingNode[] {
  return childElements(element)
    .filter(isOwn)
    .map((child) => {
      const path = parent === "" ? child.local : `${parent}/${child.local}`;
      const children = nodesOf(child, component, path);
      const key = attributeOf(child, "keyValue", WCM_NAMESPACE);
      return {
        name: child.local,
        value: children.length === 0 ? textOf(child).trim() : undefined,
        key,
        isItem:
          key !== undefined || attributeOf(child, "action", WCM_NAMESPACE) !== undefined || isList(component, path),
        children,
        topic: "file",
      };
    });
}

const FOUNDATION = "Microsoft-Windows-Foundation-Package";

function servicingOf(file: AnswerFile): Pick<AnswerTree, "foundation" | "features"> {
  const servicing = file.root && childElements(file.root, "servicing")[0];
  for (const element of servicing ? childElements(servicing, "package") : []) {
    const identity = childElements(element, "assemblyIdentity")[0];
    if (!identity || attributeOf(identity, "name") !== FOUNDATION || attributeOf(element, "action") !== "configure")
      continue;
    const features = childElements(element, "selection").map((selection) => ({
      name: attributeOf(selection, "name") ?? "",
      state: attributeOf(selection, "state") === "true",
    }));
    return { foundation: attributeOf(identity, "version") ?? "", features };
  }
  return { foundation: undefined, features: [] };
}

/** A value with its whole place; two files say the same if these are the same. */
export interface Leaf {
  readonly id: string;
  readonly topic: string;
}

export function leavesOf(tree: AnswerTree): Leaf[] {
  const leaves: Leaf[] = [];
  for (const { pass, name, architecture, settings } of tree.components) {
    addLeaves(settings, `${pass}/${name}@${architecture}`, name, "", leaves);
  }
  for (const { name, state } of tree.features) {
    leaves.push({ id: `servicing/${tree.foundation}/${name}=${state}`, topic: "features" });
  }
  return leaves;
}

function addLeaves(
  nodes: readonly SettingNode[],
  place: string,
  component: string,
  parent: string,
  leaves: Leaf[],
): void {
  for (const { node, id, path } of placed(nodes, place, component, parent)) {
    if (node.value !== undefined) leaves.push({ id: `${id}=${node.value}`, topic: node.topic });
    else addLeaves(node.children, id, component, path, leaves);
  }
}

/** The tree without some of its leaves. What is left of a list item keeps its key, so that it finds its place again. */
export function withoutLeaves(tree: AnswerTree, ids: ReadonlySet<string>): ComponentNode[] {
  return tree.components
    .map((component) => {
      const { pass, name, architecture, settings } = component;
      return { ...component, settings: prune(settings, `${pass}/${name}@${architecture}`, name, "", ids) };
    })
    .filter(({ settings }) => settings.length > 0);
}

function prune(
  nodes: readonly SettingNode[],
  place: string,
  component: string,
  parent: string,
  ids: ReadonlySet<string>,
): SettingNode[] {
  const kept: SettingNode[] = [];
  for (const { node, id, path } of placed(nodes, place, component, parent)) {
    if (node.value !== undefined) {
      if (!ids.has(`${id}=${node.value}`)) kept.push(node);
      continue;
    }
    const children = prune(node.children, id, component, path, ids);
    if (children.length === 0) continue;
    const key = node.isItem ? keySettingOf(component, path) : undefined;
    const keyNode = children.some(({ name }) => name === key)
      ? undefined
      : node.children.find(({ name }) => name === key);
    kept.push({ ...node, children: keyNode ? [keyNode, ...children] : children });
  }
  return kept;
}

/** Settings with an identity among their siblings, and their path inside the component. */
function* placed(
  nodes: readonly SettingNode[],
  place: string,
  component: string,
  parent: string,
): Generator<{ node: SettingNode; id: string; path: string }> {
  const counts = new Map<string, number>();
  for (const node of nodes) {
    const path = parent === "" ? node.name : `${parent}/${node.name}`;
    const count = (counts.get(node.name) ?? 0) + 1;
    counts.set(node.name, count);
    const item = node.isItem ? `[${identityOf(node, component, path) ?? `#${count}`}]` : count > 1 ? `[#${count}]` : "";
    yield { node, id: `${place}/${node.name}${item}`, path };
  }
}

/** What tells a list item from the others: its `wcm:keyValue`, or the value of its key setting. */
export function identityOf(node: SettingNode, component: string, path: string): string | undefined {
  if (node.key !== undefined) return node.key;
  const key = keySettingOf(component, path);
  return key === undefined ? undefined : node.children.find((child) => child.name === key)?.value;
}

/** The setting that is the key of a list; undefined for other settings and for lists with `wcm:keyValue`. */
export function keySettingOf(component: string, path: string): string | undefined {
  const key = findSetting(builtinCatalog(), component, path)?.key;
  return key === undefined || key === "@keyValue" ? undefined : key;
}

function isList(component: string, path: string): boolean {
  return findSetting(builtinCatalog(), component, path)?.kind === "list";
}
