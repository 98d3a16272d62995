import { hash } from "node:crypto";
import type { ImportedDll } from "./import-table.ts";
import { nameOfOrdinal } from "./known-ordinals.ts";

/**
 * The import hash ("imphash") by which analysts group files: MD5 of `dll.function` of all imports in lower case, equal to what
 * pefile computes; empty without imports. It identifies; it protects nothing.
 */
export function importHash(imports: readonly ImportedDll[]): string {
  if (imports.length === 0) return "";
  const parts = imports.flatMap(({ dll, functions }) => {
    const library = dll.toLowerCase().replace(/\.(?:ocx|sys|dll)$/, "");
    return functions.map(({ name, ordinal = 0 }) => {
      const called = name ?? nameOfOrdinal(dll, ordinal) ?? `ord${ordinal}`;
      return `${library}.${called.toLowerCase()}`;
    });
  });
  return hash("md5", parts.join(","));
}
