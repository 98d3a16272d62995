import { AdkError, check, DEFAULT_LIMITS } from "@adk/core";
import { type Catalog, type CatalogComponent, type CatalogSetting, lookupByName, type ValueType } from "../catalog.ts";
import { PASSES, type Pass } from "../passes.ts";
import type { ClgFile } from "./clg.ts";
import { NrbfGraph, type NrbfValue } from "./nrbf-graph.ts";
import type { ClassRecord } from "./nrbf-records.ts";

/** A component as an image has it: once for each architecture. */
export interface ClgComponent {
  readonly component: LazyComponent;
  readonly architecture: string;
  readonly version: string;
}

/** What an image holds that can be serviced. */
export interface ClgPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly language: string;
  /** Windows' own number of the kind: 0 product, 6 foundation, 15 language pack, 17 feature on demand. */
  readonly releaseType: number | undefined;
  readonly removable: boolean | undefined;
  readonly features: readonly { readonly name: string; readonly enabled: boolean }[];
}

/** A catalogue that was read from a file of Windows System Image Manager. */
export interface ClgCatalog extends Catalog {
  readonly imageName: string;
  readonly architecture: string;
  /** Every component of every architecture; `components` has each name once. */
  readonly entries: readonly ClgComponent[];
  readonly packages: readonly ClgPackage[];
}

/** PE machine numbers as SYSTEM_INFO has them. */
const ARCHITECTURES: Readonly<Record<number, string>> = { 0: "x86", 5: "arm", 6: "ia64", 9: "amd64", 12: "arm64" };

/**
 * The settings of an image.
 *
 * @throws AdkError `CLG_BAD_FILE` if the objects are not those of a catalogue, `NRBF_BAD_REFERENCE`
 */
export function clgCatalog(clg: ClgFile, file?: string): ClgCatalog {
  const graph = new NrbfGraph(clg.image, file);
  const image = graph.root();
  check(image.layout.name.endsWith(".OfflineImageImpl"), () => {
    return new AdkError("CLG_BAD_FILE", "The file does not hold an image's catalogue.", {
      file,
      expected: "OfflineImageImpl",
      found: image.layout.name.slice(0, 120),
    });
  });
  const reader = new SettingReader(graph, file);
  const architecture = ARCHITECTURES[graph.number(image, "m_processorArchitecture") ?? -1] ?? "unknown";
  const entries = collection(graph, graph.object(image, "OfflineImage+m_settings")).map((entry) =>
    reader.component(entry),
  );
  const components = mainComponents(entries, architecture);
  const imageName = graph.text(image, "OfflineImage+m_name") ?? "";
  return {
    name: imageName,
    imageName,
    architecture,
    entries,
    packages: collection(graph, graph.object(image, "OfflineImage+m_packages")).map((item) => toPackage(graph, item)),
    components,
    component: lookupByName(components),
  };
}

/** Each name once: the component of the image's own architecture, told which others there are. */
function mainComponents(entries: readonly ClgComponent[], architecture: string): CatalogComponent[] {
  const byName = Map.groupBy(entries, ({ component }) => component.name);
  return [...byName.values()].map((same) => {
    const main = same.find((entry) => entry.architecture === architecture) ?? same[0]!;
    return main.component.withArchitectures(same.map((entry) => entry.architecture));
  });
}

/** A component whose settings are read when they are asked for: validation needs a few of a hundred. */
class LazyComponent implements CatalogComponent {
  readonly name: string;
  readonly passes: readonly Pass[];
  readonly architectures: readonly string[];
  readonly enabled: boolean | undefined;
  readonly publicKeyToken: string;
  readonly language: string;
  readonly versionScope: string;
  readonly source = "image";
  readonly #read: () => CatalogSetting[];
  #settings: CatalogSetting[] | undefined;
  #child: CatalogComponent["child"] | undefined;

  constructor(facts: Omit<CatalogComponent, "source" | "settings" | "child">, read: () => CatalogSetting[]) {
    this.name = facts.name;
    this.passes = facts.passes;
    this.architectures = facts.architectures;
    this.enabled = facts.enabled;
    this.publicKeyToken = facts.publicKeyToken;
    this.language = facts.language;
    this.versionScope = facts.versionScope;
    this.#read = read;
  }

  withArchitectures(architectures: readonly string[]): CatalogComponent {
    return new LazyComponent({ ...this, architectures }, () => this.settings);
  }

  /** @throws AdkError `LIMIT_EXCEEDED`, `NRBF_BAD_REFERENCE` */
  get settings(): CatalogSetting[] {
    this.#settings ??= this.#read();
    return this.#settings;
  }

  child(name: string): CatalogSetting | undefined {
    this.#child ??= lookupByName(this.settings);
    return this.#child(name);
  }
}

class SettingReader {
  readonly #graph: NrbfGraph;
  readonly #file: string | undefined;

  constructor(graph: NrbfGraph, file: string | undefined) {
    this.#graph = graph;
    this.#file = file;
  }

  component(object: ClassRecord): ClgComponent {
    const graph = this.#graph;
    const identity = readIdentity(graph, graph.object(object, "ComponentSetting+m_componentId"));
    const component = new LazyComponent(
      {
        name: identity.name,
        passes: readPasses(graph, graph.object(object, "ComponentSetting+m_applicableConfigurationPasses")),
        architectures: [identity.architecture],
        enabled: graph.boolean(object, "m_enabled"),
        publicKeyToken: identity.publicKeyToken,
        language: identity.language,
        versionScope: identity.versionScope,
      },
      () => this.#settings(graph.object(object, "ComponentSetting+m_definitions"), "", 0),
    );
    return { component, architecture: identity.architecture, version: identity.version };
  }

  #settings(definitions: ClassRecord | undefined, parent: string, depth: number): CatalogSetting[] {
    // A hostile file can make a setting its own child.
    check(depth <= MOST_DEPTH, () => {
      return new AdkError("LIMIT_EXCEEDED", "The settings of the catalogue are nested too deeply.", {
        file: this.#file,
      });
    });
    return collection(this.#graph, definitions).map((object) => this.#setting(object, parent, depth));
  }

  #setting(object: ClassRecord, parent: string, depth: number): CatalogSetting {
    const graph = this.#graph;
    // An item of a list says by another object what it is, and has its children itself.
    const definition = graph.object(object, "m_listDefinition") ?? object;
    const name = graph.text(definition, "m_name") ?? "";
    const path = parent === "" ? name : `${parent}/${name}`;
    const settings = this.#settings(graph.object(object, "SettingDefinition+m_children"), path, depth + 1);
    const kind = KINDS[enumValue(graph, graph.member(definition, "m_type")) ?? 1] ?? "leaf";
    const values = graph.list(graph.object(definition, "m_enumerationValue")).map(String);
    const dataType = graph.object(definition, "m_dataType");
    const type = values.length > 0 ? "enum" : TYPES[(dataType && graph.text(dataType, "Data")) ?? ""];
    return {
      name,
      path,
      kind,
      // The items of a list without settings are text; the catalogue only calls them objects.
      type: kind === "list" && settings.length === 0 ? (type ?? "string") : type,
      schemaType: graph.text(definition, "m_typeName"),
      passes: readPasses(graph, graph.object(definition, "m_applicableConfigurationPasses")),
      documentedPasses: undefined,
      values: values.length > 0 ? values : undefined,
      documentedValues: undefined,
      min: toNumber(graph.member(definition, "m_rangeMinValue")),
      max: toNumber(graph.member(definition, "m_rangeMaxValue")),
      maxLength: toNumber(graph.member(definition, "m_maxLength")) || undefined,
      pattern: graph.text(definition, "m_regularExpression") || undefined,
      default: graph.boolean(definition, "m_isDefaultValueDefined")
        ? toText(graph.member(definition, "m_defaultValue"))
        : undefined,
      allowEmpty: undefined,
      key: kind === "list" ? graph.text(definition, "m_keyName") : undefined,
      deprecated: graph.boolean(definition, "m_isDeprecated") ? "image" : undefined,
      source: "image",
      documentation: undefined,
      since: undefined,
      deprecatedSince: undefined,
      removedSince: undefined,
      settings,
      child: lookupByName(settings),
    };
  }
}

/** Real catalogues nest to 8. */
const MOST_DEPTH = Math.min(64, DEFAULT_LIMITS.depth);

/** The values of SettingType. */
const KINDS: Readonly<Record<number, CatalogSetting["kind"]>> = { 1: "leaf", 2: "group", 3: "list" };

const TYPES: Readonly<Record<string, ValueType>> = {
  "System.String": "string",
  "System.Boolean": "boolean",
  "System.UInt32": "uint32",
  "System.Int32": "int32",
  "System.Byte": "uint8",
};

interface Identity {
  name: string;
  version: string;
  architecture: string;
  publicKeyToken: string;
  language: string;
  versionScope: string;
}

function readIdentity(graph: NrbfGraph, identity: ClassRecord | undefined): Identity {
  const text = (name: string) => (identity && graph.text(identity, name)) ?? "";
  const version = identity && graph.object(identity, "m_version");
  const parts = ["_Major", "_Minor", "_Build", "_Revision"].map(
    (part) => (version && graph.number(version, part)) ?? 0,
  );
  return {
    name: text("m_name"),
    version: parts.join("."),
    architecture: text("m_processorArchitecture"),
    publicKeyToken: text("m_publicKeyToken"),
    language: text("m_language"),
    versionScope: text("m_versionScope"),
  };
}

function toPackage(graph: NrbfGraph, object: ClassRecord): ClgPackage {
  const { name, version, architecture, language } = readIdentity(graph, graph.object(object, "Package+m_id"));
  const features = graph.list(graph.object(object, "Package+m_featureSelections"));
  return {
    name,
    version,
    architecture,
    language,
    releaseType: enumValue(graph, graph.member(object, "Package+m_releaseType")),
    removable: graph.boolean(object, "Package+m_isRemovable"),
    features: features.filter(isObject).map((feature) => ({
      name: graph.text(feature, "m_featureName") ?? "",
      enabled: graph.boolean(feature, "m_enabled") ?? false,
    })),
  };
}

/** A keyed collection keeps its items in a list, at times behind a read-only wrapper. */
function collection(graph: NrbfGraph, object: ClassRecord | undefined): ClassRecord[] {
  const inner = (object && graph.object(object, "m_writableCollection")) ?? object;
  const items = inner && graph.object(inner, "Collection`1+items");
  return graph.list(items).filter(isObject);
}

function isObject(value: NrbfValue): value is ClassRecord {
  return typeof value === "object" && value?.type === "class";
}

function readPasses(graph: NrbfGraph, list: ClassRecord | undefined): Pass[] {
  const numbers = graph.list(list).map((value) => enumValue(graph, value));
  const found = new Set(numbers.map((number) => PASSES[number ?? -1]).filter((pass) => pass !== undefined));
  return PASSES.filter((pass) => found.has(pass));
}

/** .NET keeps the number of an enumeration's value in `value__`. */
function enumValue(graph: NrbfGraph, value: NrbfValue | undefined): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "object" && value?.type === "class" ? graph.number(value, "value__") : undefined;
}

function toNumber(value: NrbfValue | undefined): number | undefined {
  return typeof value === "number" ? value : typeof value === "bigint" ? Number(value) : undefined;
}

function toText(value: NrbfValue | undefined): string | undefined {
  return value === null || value === undefined || typeof value === "object" || value === "" ? undefined : String(value);
}
