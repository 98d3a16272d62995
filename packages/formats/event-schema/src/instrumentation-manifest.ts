import { AdkError, check, isGuid, parseGuid } from "@adk/core";
import { childrenOf, descendantsOf, parseXml, type XmlElement } from "@adk/core/xml";
import { type EventLayout, eventName, type FieldLayout, FieldNames } from "./event-layout.ts";
import { type ManifestProvider, manifestProvider } from "./manifest-provider.ts";
import { inTypeNumber, outTypeNumber, tdhType } from "./tdh-types.ts";
import { plainName } from "./trace-event-info.ts";
import type { ValueMap } from "./value-map.ts";

/** Fields of all templates together. */
const MOST_FIELDS = 1 << 18;

/** Texts of a manifest in one language, by identifier. */
type Strings = ReadonlyMap<string, string>;

/**
 * An instrumentation manifest: the `.man` file that a provider is built from, or what an EventSource writes into the trace.
 * Texts are taken from its English string table, or from the first one.
 *
 * @throws AdkError `EVENT_BAD_MANIFEST` if it is not well-formed, or has no provider
 */
export function parseInstrumentationManifest(source: string | Uint8Array): ManifestProvider[] {
  const root = parseXml(source, "EVENT_BAD_MANIFEST");
  const strings = readStrings(root);
  const elements = descendantsOf(root, "provider").filter(({ attributes }) => isGuid(attributes["guid"] ?? ""));
  check(elements.length > 0, () => new AdkError("EVENT_BAD_MANIFEST", "The manifest has no provider."));
  return elements.map((element) => readProvider(element, strings));
}

function readStrings(root: XmlElement): Strings {
  const resources = descendantsOf(root, "resources");
  const english = resources.find(({ attributes }) => /^en\b/i.test(attributes["culture"] ?? "")) ?? resources[0];
  const strings = english === undefined ? [] : descendantsOf(english, "string");
  return new Map(strings.map(({ attributes }) => [attributes["id"] ?? "", attributes["value"] ?? ""]));
}

function readProvider(element: XmlElement, strings: Strings): ManifestProvider {
  const { attributes } = element;
  const guid = parseGuid(attributes["guid"] ?? "");
  const name = attributes["name"] ?? guid;
  const reader = new ProviderReader(element, { guid, name }, strings);
  return manifestProvider({ guid, name, symbol: attributes["symbol"] }, reader.readEvents());
}

class ProviderReader {
  readonly #element: XmlElement;
  readonly #provider: EventLayout["provider"];
  readonly #strings: Strings;
  readonly #maps: ReadonlyMap<string, ValueMap>;
  readonly #templates = new Map<string, readonly FieldLayout[]>();
  #made = 0;

  constructor(element: XmlElement, provider: EventLayout["provider"], strings: Strings) {
    this.#element = element;
    this.#provider = provider;
    this.#strings = strings;
    this.#maps = this.#readMaps();
    for (const template of this.#inside("templates", "template")) {
      const { tid = "" } = template.attributes;
      this.#templates.set(tid, this.#readFields(template, 0));
    }
  }

  readEvents(): EventLayout[] {
    return this.#inside("events", "event").map(({ attributes }) => this.#readEvent(attributes));
  }

  /** Elements of a list of the provider. */
  #inside(list: string, name: string): XmlElement[] {
    return childrenOf(this.#element, list).flatMap((each) => childrenOf(each, name));
  }

  #readEvent(attributes: XmlElement["attributes"]): EventLayout {
    const { task: taskName = "", opcode: opcodeName = "", level, channel, message, symbol, template } = attributes;
    const id = parseNumber(attributes["value"]) ?? 0;
    const opcode = opcodeName === "" ? "" : plainName(opcodeName);
    // Without a task an event has its own name.
    const task = taskName === "" || taskName === "win:None" ? (symbol ?? `EventID(${id})`) : taskName;
    const keywords = (attributes["keywords"] ?? "").split(/\s+/).filter((each) => each !== "");
    return {
      provider: this.#provider,
      name: eventName(this.#provider.name, task, opcode),
      task,
      opcode,
      id,
      version: parseNumber(attributes["version"]) ?? 0,
      ...(level === undefined ? {} : { level: plainName(level) }),
      ...(channel === undefined ? {} : { channel }),
      ...(keywords.length === 0 ? {} : { keywords }),
      ...(message === undefined ? {} : { message: this.#text(message) }),
      fields: this.#templates.get(template ?? "") ?? [],
    };
  }

  #readMaps(): Map<string, ValueMap> {
    const maps = new Map<string, ValueMap>();
    for (const { name: kind, attributes, children } of childrenOf(this.#element, "maps").flatMap(
      (each) => each.children,
    )) {
      const { name = "" } = attributes;
      const entries = children.map(({ attributes: { value, message = "" } }) => {
        return [parseNumber(value) ?? 0, this.#text(message)] as const;
      });
      maps.set(name, { name, kind: kind === "bitMap" ? "bits" : "values", entries: new Map(entries) });
    }
    return maps;
  }

  /** `$(string.X)` stands for a text of the string table. */
  #text(message: string): string {
    const [, id] = /^\$\(string\.(.+)\)$/.exec(message.trim()) ?? [];
    return id === undefined ? message : (this.#strings.get(id) ?? message);
  }

  /** Fields up to one whose type is not known: nothing behind it can be found. */
  #readFields(parent: XmlElement, depth: number): FieldLayout[] {
    const names = new FieldNames();
    const fields: FieldLayout[] = [];
    for (const element of parent.children) {
      this.#made++;
      check(this.#made <= MOST_FIELDS, () => new AdkError("EVENT_BAD_MANIFEST", "The manifest has too many fields."));
      if (element.name !== "data" && element.name !== "struct") continue;
      const field = this.#readField(element, names, depth);
      if (field === undefined) break;
      fields.push(field);
    }
    return fields;
  }

  #readField(element: XmlElement, names: FieldNames, depth: number): FieldLayout | undefined {
    const { attributes } = element;
    const name = names.unique(attributes["name"] ?? "");
    const count = parseExtent(attributes["count"]);
    const array = count === undefined ? {} : { count };
    if (element.name === "struct")
      return { name, type: "struct", ...array, fields: this.#readFields(element, depth + 1) };
    const type = tdhType(inTypeNumber(attributes["inType"] ?? ""), outTypeNumber(attributes["outType"] ?? ""));
    if (type === undefined) return undefined;
    const map = this.#maps.get(attributes["map"] ?? "");
    const length = type.length === undefined ? parseExtent(attributes["length"]) : undefined;
    return {
      name,
      ...type,
      ...(length === undefined ? {} : { length }),
      ...(map === undefined ? {} : { map }),
      ...array,
    };
  }
}

/** A number, or the name of a field that has it. */
function parseExtent(text: string | undefined): number | { field: string } | undefined {
  if (text === undefined || text === "") return undefined;
  return parseNumber(text) ?? { field: text };
}

function parseNumber(text: string | undefined): number | undefined {
  if (text === undefined || !/^(\d{1,10}|0x[\da-f]{1,8})$/i.test(text)) return undefined;
  return Number(text);
}
