import { XML_NAMESPACE, XMLNS_NAMESPACE } from "./tree.ts";

/** The prefixes in force while elements open and close ([Namespaces in XML 1.0] 6). */
export class Namespaces {
  /** The innermost last. The empty prefix is the default namespace. */
  readonly #bound = new Map<string, string[]>([
    ["", [""]],
    ["xml", [XML_NAMESPACE]],
    ["xmlns", [XMLNS_NAMESPACE]],
  ]);

  bind(prefix: string, namespace: string): void {
    const uris = this.#bound.get(prefix);
    if (uris) uris.push(namespace);
    else this.#bound.set(prefix, [namespace]);
  }

  /** Undoes the last `bind` of each. */
  release(prefixes: readonly string[]): void {
    for (const prefix of prefixes) this.#bound.get(prefix)?.pop();
  }

  /** Undefined for a prefix that is not declared. */
  find(prefix: string): string | undefined {
    return this.#bound.get(prefix)?.at(-1);
  }
}
