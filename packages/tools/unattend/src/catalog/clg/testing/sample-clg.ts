import { ByteWriter } from "@adk/core";
import { writeNrbf } from "../nrbf.ts";
import { BinaryType, type ClassLayout, type NrbfItem, type NrbfRecord, type NrbfStream } from "../nrbf-records.ts";

/** A value of a sample object: text, number, boolean, null, an object or a list. */
type Sample = string | number | boolean | null | SampleObject | readonly Sample[];
interface SampleObject {
  readonly class: string;
  readonly members: Readonly<Record<string, Sample>>;
}

/** Makes streams of objects: a layout for each object, as nobody shares one here unless `share` is asked for. */
export class SampleWriter {
  #id = 1;
  readonly #layouts = new Map<string, { id: number; layout: ClassLayout }>();

  stream(root: SampleObject): NrbfStream {
    const record = this.#object(root);
    return { rootId: 1, headerId: -1, records: [record], objects: new Map() };
  }

  #object({ class: name, members }: SampleObject): NrbfRecord {
    const id = this.#id++;
    const names = Object.keys(members);
    const key = `${name}:${names.join()}`;
    const types = names.map((member) => {
      const value = members[member];
      if (typeof value === "boolean") return { binary: BinaryType.primitive, primitive: 1 };
      if (typeof value === "number") return { binary: BinaryType.primitive, primitive: 8 };
      return { binary: BinaryType.object };
    });
    const known = this.#layouts.get(key);
    const layout = known?.layout ?? { name, members: names, types, libraryId: undefined };
    if (!known) this.#layouts.set(key, { id, layout });
    return {
      type: "class",
      id,
      layout,
      layoutOf: known?.id,
      items: names.map((member) => this.#item(members[member]!)),
    };
  }

  #item(value: Sample): NrbfItem {
    if (value === null) return { type: "null", record: 10, count: 1 };
    if (typeof value === "string") return { type: "string", id: this.#id++, text: value };
    if (typeof value === "number" || typeof value === "boolean") return value;
    if (isList(value)) {
      const id = this.#id++;
      const items = value.map((item) => this.#boxed(item));
      return {
        type: "array",
        id,
        record: 16,
        elements: { binary: BinaryType.object },
        arrayType: 0,
        lengths: [items.length],
        lowerBounds: [],
        items,
      };
    }
    return this.#object(value);
  }

  #boxed(value: Sample): NrbfItem {
    if (typeof value === "number") return { type: "primitive", primitive: 8, value };
    if (typeof value === "boolean") return { type: "primitive", primitive: 1, value };
    return this.#item(value);
  }
}

function isList(value: Sample): value is readonly Sample[] {
  return Array.isArray(value);
}

const object = (name: string, members: Record<string, Sample>): SampleObject => ({ class: name, members });
const list = (items: readonly Sample[]) => object("List", { _items: [...items, null], _size: items.length });
const collection = (items: readonly Sample[]) =>
  object("ReadOnly", { m_writableCollection: object("Collection", { "Collection`1+items": list(items) }) });
const passes = (...numbers: number[]) => list(numbers.map((value__) => object("ConfigurationPass", { value__ })));

const setting = (name: string, more: Record<string, Sample> = {}, children: readonly Sample[] = []) =>
  object("SettingDefinitionImpl", {
    m_name: name,
    m_typeName: "xsd:string",
    m_dataType: object("Type", { Data: "System.String" }),
    m_type: object("SettingType", { value__: children.length > 0 ? 2 : 1 }),
    m_enumerationValue: list([]),
    m_applicableConfigurationPasses: passes(6),
    ...more,
    "SettingDefinition+m_children": collection(children),
  });

const identity = (name: string, architecture: string) =>
  object("Identity", {
    m_name: name,
    m_version: object("Version", { _Major: 10, _Minor: 0, _Build: 1, _Revision: 2 }),
    m_processorArchitecture: architecture,
    m_publicKeyToken: "31bf3856ad364e35",
    m_language: "neutral",
    m_versionScope: "nonSxS",
  });

const component = (name: string, architecture: string, settings: readonly Sample[]) =>
  object("ComponentSettingImpl", {
    m_enabled: true,
    "ComponentSetting+m_componentId": identity(name, architecture),
    "ComponentSetting+m_applicableConfigurationPasses": passes(3, 6),
    "ComponentSetting+m_definitions": collection(settings),
  });

const SETTINGS = [
  setting("Name", { m_maxLength: 15, m_isDefaultValueDefined: true, m_defaultValue: "*" }),
  setting("Mode", { m_enumerationValue: list(["Audit", "OOBE"]), m_isDeprecated: true }),
  setting("Commands", {}, [
    object("ListItem", {
      m_listDefinition: setting("Command", { m_type: object("SettingType", { value__: 3 }), m_keyName: "Order" }),
      "SettingDefinition+m_children": collection([setting("Order"), setting("Path")]),
    }),
  ]),
];

/** A small catalogue with one of most things. */
export function sampleClg(): Uint8Array {
  const image = bytesOf(
    object("A.OfflineImageImpl", {
      m_processorArchitecture: 9,
      "OfflineImage+m_name": "Sample",
      "OfflineImage+m_settings": collection([component("Part", "amd64", SETTINGS), component("Part", "x86", SETTINGS)]),
      "OfflineImage+m_packages": collection([
        object("ImagePackage", {
          "Package+m_id": identity("Foundation", "amd64"),
          "Package+m_releaseType": object("PackageReleaseType", { value__: 6 }),
          "Package+m_isRemovable": false,
          "Package+m_featureSelections": list([object("Feature", { m_featureName: "TelnetClient", m_enabled: true })]),
        }),
      ]),
    }),
  );
  const header = bytesOf(object("Header", { m_imageName: "Sample", m_imageUri: "wim:install.wim#Sample" }));
  return new Uint8Array(Buffer.concat([lengthStream(image.length), image, header]));
}

function bytesOf(root: SampleObject): Uint8Array {
  const writer = new ByteWriter();
  writeNrbf(writer, new SampleWriter().stream(root));
  return writer.finish();
}

/** `System.Int64` with the length, as every catalogue begins. */
function lengthStream(length: number): Uint8Array {
  const layout = {
    name: "System.Int64",
    members: ["m_value"],
    types: [{ binary: BinaryType.primitive, primitive: 9 }],
    libraryId: undefined,
  };
  const record: NrbfRecord = { type: "class", id: 1, layout, layoutOf: undefined, items: [BigInt(length)] };
  const writer = new ByteWriter();
  writeNrbf(writer, { rootId: 1, headerId: -1, records: [record], objects: new Map() });
  return writer.finish();
}
