import type { ReleaseId } from "../facts/releases.ts";
import type { Pass } from "./passes.ts";

/** What the value of a setting is. `integer`: a whole number whose width is not known. */
export type ValueType = "string" | "boolean" | "int32" | "uint32" | "uint8" | "integer" | "enum";

/**
 * Who says so: the image itself (its WSIM catalogue), Microsoft's reference pages alone, or only files that are in use.
 */
export type Source = "image" | "documents" | "observed";

/** A catalogue of settings: the one that the kit ships, or that of an image (`.clg`). */
export interface Catalog {
  /** What it was made of. */
  readonly name: string;
  readonly components: readonly CatalogComponent[];
  /** In any letter case; the exact spelling is the `name` of what is found. */
  component(name: string): CatalogComponent | undefined;
}

export interface CatalogComponent {
  readonly name: string;
  readonly passes: readonly Pass[];
  /** Those of the image; empty where no image was seen that has the component. */
  readonly architectures: readonly string[];
  /** Whether the image has it installed, not only staged; undefined where no image was seen. */
  readonly enabled: boolean | undefined;
  readonly publicKeyToken: string;
  readonly language: string;
  readonly versionScope: string;
  readonly source: Source;
  /** Empty where only the name and the passes are known. */
  readonly settings: readonly CatalogSetting[];
  child(name: string): CatalogSetting | undefined;
}

export interface CatalogSetting {
  readonly name: string;
  /** Inside the component, with slashes: `OOBE/HideEULAPage`. */
  readonly path: string;
  /** A `list` is an element that may stand repeatedly; without settings its items are plain values. */
  readonly kind: "leaf" | "group" | "list";
  /** Of leaves and of lists of plain values; undefined where it is not known. */
  readonly type: ValueType | undefined;
  /** The type's name in the component's manifest: `xsd:string`, `PathType`. */
  readonly schemaType: string | undefined;
  readonly passes: readonly Pass[];
  /** What the reference page says where it differs from the image. */
  readonly documentedPasses: readonly Pass[] | undefined;
  /** The literals of an `enum`, in their exact letter case. */
  readonly values: readonly string[] | undefined;
  /** What the reference page lists where the image has no `enum`. */
  readonly documentedValues: readonly string[] | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** UTF-16 code units. */
  readonly maxLength: number | undefined;
  readonly pattern: string | undefined;
  readonly default: string | undefined;
  /** Undefined where it is not known. */
  readonly allowEmpty: boolean | undefined;
  /** What tells the items of a list apart: a child element, or `@keyValue` for the attribute `wcm:keyValue`. */
  readonly key: string | undefined;
  readonly deprecated: Source | undefined;
  readonly source: Source;
  /** The reference page. */
  readonly documentation: string | undefined;
  /** The first release that has it, where that is known; the catalogue itself is of Windows 10 1703. */
  readonly since: ReleaseId | undefined;
  readonly deprecatedSince: ReleaseId | undefined;
  /** The first release without it. */
  readonly removedSince: ReleaseId | undefined;
  readonly settings: readonly CatalogSetting[];
  child(name: string): CatalogSetting | undefined;
}

/** @param path inside the component, with slashes, in any letter case */
export function findSetting(catalog: Catalog, component: string, path: string): CatalogSetting | undefined {
  let place: CatalogComponent | CatalogSetting | undefined = catalog.component(component);
  for (const name of path.split("/")) place = place?.child(name);
  return place as CatalogSetting | undefined;
}

/** All settings below, parents before their children. */
export function* walkSettings(settings: readonly CatalogSetting[]): Generator<CatalogSetting> {
  for (const setting of settings) {
    yield setting;
    yield* walkSettings(setting.settings);
  }
}

/** A look-up by name in any letter case that is built when it is first used. */
export function lookupByName<T extends { readonly name: string }>(
  items: readonly T[],
): (name: string) => T | undefined {
  let byName: Map<string, T> | undefined;
  return (name) => {
    byName ??= new Map(items.map((item) => [item.name.toLowerCase(), item]));
    return byName.get(name.toLowerCase());
  };
}
