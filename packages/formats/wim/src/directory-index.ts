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
