import { type AnswerTree, type ComponentNode, identityOf, keySettingOf, type SettingNode } from "./answer-tree.ts";

export type SettingValue = string | number | boolean;
/** Settings of a list item by their path inside it, in the order in which they are written. Undefined ones are left out. */
export type ItemValues = Readonly<Record<string, SettingValue | undefined>>;

/** Puts settings into an answer tree, for the parts of a manifest one after the other. */
export class AnswerBuilder {
  readonly tree: AnswerTree;
  readonly #architecture: string;
  /** The part of the manifest that is being written; `commands/specialize` if it is a field of one that stands by itself. */
  topic = "";

  constructor(tree: AnswerTree, architecture: string) {
    this.tree = tree;
    this.#architecture = architecture;
  }

  /** Sets one value; nothing if it is undefined. @param path inside the component, with slashes */
  set(pass: string, component: string, path: string, value: SettingValue | undefined): void {
    if (value === undefined) return;
    setIn(this.#component(pass, component).settings, path.split("/"), String(value), this.topic);
  }

  /**
   * Adds an item to a list. A key named `Order` is counted up; a list with `wcm:keyValue` is counted up too unless a key is
   * given.
   *
   * @param list path of the list's items: `FirstLogonCommands/SynchronousCommand`
   */
  add(pass: string, component: string, list: string, values: ItemValues, key?: string): SettingNode {
    const { settings, name } = this.#component(pass, component);
    return addItem(settings, name, list, values, this.topic, key);
  }

  /** Adds an item to a list inside another item. @param outer path of the outer list inside the component */
  addInside(item: SettingNode, component: string, outer: string, list: string, values: ItemValues, key?: string): void {
    addItem(item.children, component, list, values, this.topic, key, outer);
  }

  /** An item of a list without settings inside: `<IpAddress wcm:keyValue="1">...`. */
  addScalar(item: SettingNode, list: string, value: string): void {
    addScalar(item.children, list, value, this.topic);
  }

  /** An item of such a list directly in a component. */
  addScalarTo(pass: string, component: string, list: string, value: string): void {
    addScalar(this.#component(pass, component).settings, list, value, this.topic);
  }

  /** Takes settings over as they are; items that are there already (by their keys) are completed. */
  merge(pass: string, component: string, architecture: string, nodes: readonly SettingNode[]): void {
    mergeInto(this.#component(pass, component, architecture).settings, nodes, component, "");
  }

  #component(pass: string, name: string, architecture = this.#architecture): ComponentNode {
    const { components } = this.tree;
    const found = components.find((one) => one.pass === pass && one.name === name && one.architecture === architecture);
    if (found) return found;
    const added: ComponentNode = { pass, name, architecture, settings: [] };
    components.push(added);
    return added;
  }
}

function setIn(nodes: SettingNode[], path: readonly string[], value: string, topic: string): void {
  const { siblings, name } = placeOf(nodes, path.join("/"), topic);
  siblings.push({ name, value, key: undefined, isItem: false, children: [], topic });
}

/** The children of the last group on a path, made where they are missing, and the name of what goes there. */
function placeOf(nodes: SettingNode[], path: string, topic: string): { siblings: SettingNode[]; name: string } {
  const names = path.split("/");
  const name = names.pop()!;
  let siblings = nodes;
  for (const group of names) {
    let node = siblings.find((one) => one.name === group && !one.isItem);
    if (!node) {
      node = { name: group, value: undefined, key: undefined, isItem: false, children: [], topic };
      siblings.push(node);
    }
    siblings = node.children;
  }
  return { siblings, name };
}

function addItem(
  nodes: SettingNode[],
  component: string,
  list: string,
  values: ItemValues,
  topic: string,
  key: string | undefined,
  outer = "",
): SettingNode {
  const { siblings, name } = placeOf(nodes, list, topic);
  const keySetting = keySettingOf(component, outer === "" ? list : `${outer}/${list}`);
  const next = siblings.filter((node) => node.name === name).length + 1;
  const children: SettingNode[] = [];
  if (keySetting === "Order" && values.Order === undefined) setIn(children, ["Order"], String(next), topic);
  for (const [path, value] of Object.entries(values)) {
    if (value !== undefined) setIn(children, path.split("/"), String(value), topic);
  }
  const hasKey = keySetting !== undefined;
  const item = {
    name,
    value: undefined,
    key: hasKey ? undefined : (key ?? String(next)),
    isItem: true,
    children,
    topic,
  };
  siblings.push(item);
  return item;
}

function addScalar(nodes: SettingNode[], list: string, value: string, topic: string): void {
  const { siblings, name } = placeOf(nodes, list, topic);
  const key = String(siblings.filter((node) => node.name === name).length + 1);
  siblings.push({ name, value, key, isItem: true, children: [], topic });
}

function mergeInto(target: SettingNode[], nodes: readonly SettingNode[], component: string, parent: string): void {
  for (const node of nodes) {
    const path = parent === "" ? node.name : `${parent}/${node.name}`;
    const identity = node.isItem ? identityOf(node, component, path) : undefined;
    const same = target.find((one) => {
      if (one.name !== node.name || one.value !== undefined || one.isItem !== node.isItem) return false;
      return !node.isItem || (identity !== undefined && identityOf(one, component, path) === identity);
    });
    if (!same) target.push(copyOf(node));
    else
      mergeInto(
        same.children,
        node.children.filter((child) => !hasValue(same, child)),
        component,
        path,
      );
  }
}

/** The key setting of an item that is completed is there already. */
function hasValue(item: SettingNode, child: SettingNode): boolean {
  return child.value !== undefined && item.children.some((one) => one.name === child.name && one.value === child.value);
}

function copyOf(node: SettingNode): SettingNode {
  return { ...node, children: node.children.map(copyOf) };
}
