/** One place where symbols are looked for, in the order of a symbol path. */
export type SymbolPlace =
  /** A directory with PDB files in it, or with the tree of a symbol store. */
  | { readonly kind: "directory"; readonly path: string }
  /** A symbol store, and directories before it that keep what was found in it; the nearest first. */
  | { readonly kind: "store"; readonly caches: readonly string[]; readonly store: string };

/**
 * Reads a symbol path as `_NT_SYMBOL_PATH` holds it: places with `;` between them. `SRV*cache*store` and
 * `symsrv*symsrv.dll*cache*store` are stores, `cache*directory` keeps what all later stores find ("Advanced SymSrv Use",
 * learn.microsoft.com). A URL alone is a store too. Where a cache is not named (`SRV**url`), nothing is kept.
 */
export function parseSymbolPath(text: string): SymbolPlace[] {
  const places: SymbolPlace[] = [];
  let shared: string[] = [];
  for (const element of text.split(";").map((part) => part.trim())) {
    if (element === "") continue;
    const parts = element.split("*");
    const kind = parts.length > 1 ? (parts.shift() as string).toLowerCase() : "";
    if (kind === "symsrv") parts.shift();
    const named = parts.filter((part) => part !== "");
    if (kind === "cache") {
      shared = [...named, ...shared];
      places.push(...named.map((path) => ({ kind: "directory", path }) as const));
    } else if (kind === "srv" || kind === "symsrv" || isUrl(element)) {
      const store = named.pop();
      if (store !== undefined) places.push({ kind: "store", caches: [...shared, ...named], store });
    } else places.push({ kind: "directory", path: element });
  }
  return places;
}

export function isUrl(text: string): boolean {
  return /^https?:\/\//i.test(text);
}
