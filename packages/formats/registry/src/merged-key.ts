import { compareNames, upcase } from "@adk/core";
import type { Value } from "./value.ts";

/** What reading needs of a key, whether it is one of a hive or several seen as one. */
export interface KeyView {
  readonly name: string;
  subkeys(): readonly KeyView[];
  subkey(name: string): KeyView | undefined;
  values(): readonly Value[];
  value(name: string): Value | undefined;
}

/**
 * Several keys seen as one, read-only: HKEY_CLASSES_ROOT shows a user's classes over those of the machine. A value is that
 * of the first key that has it.
 */
export class MergedKey implements KeyView {
  readonly #keys: readonly KeyView[];

  /** @param keys the one that counts first; at least one */
  constructor(keys: readonly KeyView[]) {
    this.#keys = keys;
  }

  get name(): string {
    return this.#keys[0]?.name ?? "";
  }

  /** In the order of one key. */
  subkeys(): KeyView[] {
    const names = new Map<string, string>();
    for (const { name } of this.#keys.flatMap((key) => key.subkeys())) names.set(upcase(name), name);
    return [...names.values()].sort(compareNames).flatMap((name) => this.subkey(name) ?? []);
  }

  subkey(name: string): KeyView | undefined {
    const found = this.#keys.flatMap((key) => key.subkey(name) ?? []);
    return found.length > 1 ? new MergedKey(found) : found[0];
  }

  values(): Value[] {
    const merged: Value[] = [];
    for (const value of this.#keys.flatMap((key) => key.values())) {
      if (!merged.some((other) => other.isNamed(value.name))) merged.push(value);
    }
    return merged;
  }

  value(name: string): Value | undefined {
    for (const key of this.#keys) {
      const value = key.value(name);
      if (value) return value;
    }
    return undefined;
  }
}
