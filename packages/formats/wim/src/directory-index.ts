import { upcase } from "@adk/core";
import type { Dentry } from "./dentry.ts";

/** Finds the entries of a directory: the name as it is written goes before one that differs in case, that before a short name. */
export class DirectoryIndex {
  readonly #exact = new Map<string, Dentry>();
  readonly #folded = new Map<string, Dentry>();

  constructor(entries: readonly Dentry[]) {
    for (const entry of entries) {
      this.#exact.set(entry.name, entry);
      this.#fold(entry.name, entry);
    }
    for (const entry of entries) if (entry.shortName !== "") this.#fold(entry.shortName, entry);
  }

  find(name: string): Dentry | undefined {
    return this.#exact.get(name) ?? this.#folded.get(upcase(name));
  }

  /** Of several names that Windows takes for the same, the first counts. */
  #fold(name: string, entry: Dentry): void {
    const key = upcase(name);
    if (!this.#folded.has(key)) this.#folded.set(key, entry);
  }
}

/** The indexes of the directories of a tree, each made when it is asked for. */
export class DirectoryIndexes {
  readonly #indexes = new WeakMap<Dentry, DirectoryIndex>();

  /** An entry of a directory, by its name. */
  find(directory: Dentry, name: string): Dentry | undefined {
    let index = this.#indexes.get(directory);
    if (!index) {
      index = new DirectoryIndex(directory.children ?? []);
      this.#indexes.set(directory, index);
    }
    return index.find(name);
  }

  /** What is in a directory has changed. */
  forget(directory: Dentry): void {
    this.#indexes.delete(directory);
  }
}
