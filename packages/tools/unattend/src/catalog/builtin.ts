import { readFileSync } from "node:fs";
import type { ReleaseId } from "../facts/releases.ts";
import {
  type Catalog,
  type CatalogComponent,
  type CatalogSetting,
  lookupByName,
  type Source,
  type ValueType,
} from "./catalog.ts";
import type { Pass } from "./passes.ts";

/** A line of `facts/catalog.json`; what is left out is as in the parent, or as it usually is. */
interface SettingFacts {
  name: string;
  kind?: "group";
  type?: ValueType;
  schemaType?: string;
  passes?: Pass[];
  documentedPasses?: Pass[];
  values?: string[];
  documentedValues?: string[];
  min?: number;
  max?: number;
  maxLength?: number;
  pattern?: string;
  default?: string;
  allowEmpty?: boolean;
  key?: string;
  deprecated?: Source;
  source?: Source;
  /** The name of the reference page; `true` if it is made of component and path. */
  page?: string | true;
  since?: ReleaseId;
  deprecatedSince?: ReleaseId;
  removedSince?: ReleaseId;
  settings?: SettingFacts[];
}

interface ComponentFacts {
  name: string;
  passes: Pass[];
  architectures?: string[];
  enabled?: boolean;
  source?: Source;
  settings?: SettingFacts[];
}

const PAGES = "https://learn.microsoft.com/windows-hardware/customize/desktop/unattend/";
const NAME = "built-in: Windows 10 1703 Enterprise x64, with what the reference pages add";

let builtin: Catalog | undefined;

/**
 * The catalogue that the kit ships: the settings of the WSIM catalogue of Windows 10 1703 Enterprise x64, with those that
 * Microsoft's reference pages (to 2018) and files in use add. Read when it is first asked for; components are made ready
 * when they are looked up.
 */
export function builtinCatalog(): Catalog {
  builtin ??= openBuiltin();
  return builtin;
}

function openBuiltin(): Catalog {
  // Beside `src` and `dist` alike.
  const text = readFileSync(new URL("../../facts/catalog.json", import.meta.url), "utf8");
  const facts = JSON.parse(text) as ComponentFacts[];
  const find = lookupByName(facts);
  const ready = new Map<string, CatalogComponent>();
  const component = (name: string) => {
    const found = find(name);
    if (found === undefined) return undefined;
    const known = ready.get(found.name) ?? toComponent(found);
    ready.set(found.name, known);
    return known;
  };
  return {
    name: NAME,
    component,
    get components() {
      return facts.map(({ name }) => component(name)!);
    },
  };
}

function toComponent(facts: ComponentFacts): CatalogComponent {
  const settings = (facts.settings ?? []).map((setting) => toSetting(setting, facts.passes, "", facts.name));
  return {
    name: facts.name,
    passes: facts.passes,
    architectures: facts.architectures ?? [],
    enabled: facts.enabled,
    publicKeyToken: "31bf3856ad364e35",
    language: "neutral",
    versionScope: "nonSxS",
    source: facts.source ?? "image",
    settings,
    child: lookupByName(settings),
  };
}

function toSetting(facts: SettingFacts, above: readonly Pass[], parent: string, component: string): CatalogSetting {
  const passes = facts.passes ?? above;
  const path = parent === "" ? facts.name : `${parent}/${facts.name}`;
  const settings = (facts.settings ?? []).map((child) => toSetting(child, passes, path, component));
  const group = settings.length > 0 ? "group" : "leaf";
  return {
    name: facts.name,
    path,
    kind: facts.key === undefined ? (facts.kind ?? group) : "list",
    type: facts.type,
    schemaType: facts.schemaType,
    passes,
    documentedPasses: facts.documentedPasses,
    values: facts.values,
    documentedValues: facts.documentedValues,
    min: facts.min,
    max: facts.max,
    maxLength: facts.maxLength,
    pattern: facts.pattern,
    default: facts.default,
    allowEmpty: facts.allowEmpty,
    key: facts.key,
    deprecated: facts.deprecated,
    source: facts.source ?? "image",
    documentation: facts.page === undefined ? undefined : PAGES + pageName(facts.page, component, path),
    since: facts.since,
    deprecatedSince: facts.deprecatedSince,
    removedSince: facts.removedSince,
    settings,
    child: lookupByName(settings),
  };
}

function pageName(page: string | true, component: string, path: string): string {
  return page === true ? `${component}-${path.replaceAll("/", "-")}`.toLowerCase() : page;
}
