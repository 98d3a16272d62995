import type { AnswerTree, SettingNode } from "./answer-tree.ts";

/** Looks settings up in an answer tree, for the parts of a manifest. Only components of one architecture are seen. */
export class AnswerReader {
  readonly #tree: AnswerTree;
  readonly #architecture: string;

  constructor(tree: AnswerTree, architecture: string) {
    this.#tree = tree;
    this.#architecture = architecture;
  }

  get tree(): AnswerTree {
    return this.#tree;
  }

  /** @param path inside the component, with slashes */
  get(pass: string, component: string, path: string): string | undefined {
    return valueAt(this.#settings(pass, component), path);
  }

  /** The items of a list; empty if it is not there. */
  items(pass: string, component: string, list: string): ItemReader[] {
    return itemsAt(this.#settings(pass, component), list);
  }

  #settings(pass: string, component: string): readonly SettingNode[] {
    const found = this.#tree.components.find(
      (one) => one.pass === pass && one.name === component && one.architecture === this.#architecture,
    );
    return found?.settings ?? [];
  }
}

/** One item of a list. */
export class ItemReader {
  readonly #node: SettingNode;

  constructor(node: SettingNode) {
    this.#node = node;
  }

  /** `wcm:keyValue` */
  get key(): string | undefined {
    return this.#node.key;
  }

  /** Of an item without settings inside. */
  get value(): string | undefined {
    return this.#node.value;
  }

  get(path: string): string | undefined {
    return valueAt(this.#node.children, path);
  }

  items(list: string): ItemReader[] {
    return itemsAt(this.#node.children, list);
  }
}

function siblingsAt(nodes: readonly SettingNode[], path: string): { siblings: readonly SettingNode[]; name: string } {
  const names = path.split("/");
  const name = names.pop()!;
  let siblings = nodes;
  for (const group of names) siblings = siblings.find((node) => node.name === group)?.children ?? [];
  return { siblings, name };
}

function valueAt(nodes: readonly SettingNode[], path: string): string | undefined {
  const { siblings, name } = siblingsAt(nodes, path);
  return siblings.find((node) => node.name === name)?.value;
}

function itemsAt(nodes: readonly SettingNode[], path: string): ItemReader[] {
  const { siblings, name } = siblingsAt(nodes, path);
  return siblings.filter((node) => node.name === name).map((node) => new ItemReader(node));
}
