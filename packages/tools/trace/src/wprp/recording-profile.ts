import { AdkError } from "@adk/core";
import { childrenOf, parseXml, type XmlElement } from "../xml-document.ts";
import { ELEMENTS } from "./profile-elements.ts";

/** A session that a profile starts. */
export interface RecordingCollector {
  readonly id: string;
  readonly kind: "system" | "event" | "heap";
  /** Of the session; empty where WPR chooses it. */
  readonly name: string;
  /** Kilobytes of a buffer. */
  bufferSize: number | undefined;
  buffers: number | undefined;
  /** `buffers` are percents of the machine's memory, which is all of it in megabytes at most. */
  percentage: boolean;
  mostMegabytes: number | undefined;
  /** Megabytes, of a session that writes to a file. */
  fileSize: number | undefined;
  readonly systemProviders: string[];
  readonly eventProviders: string[];
}

export interface EventProvider {
  readonly id: string;
  /** A GUID, a registered name, or `*` and the name of an event source. */
  readonly name: string;
  readonly level: number | undefined;
  readonly stack: boolean;
  readonly keywords: readonly string[];
  /** It is only asked for its state when the recording ends. */
  readonly captureStateOnly: boolean;
}

/** What the kernel records. */
export interface SystemProvider {
  readonly id: string;
  readonly keywords: readonly string[];
  readonly stacks: readonly string[];
}

export interface RecordingProfile {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly loggingMode: string;
  readonly detailLevel: string;
  readonly base: string;
  readonly collectors: readonly RecordingCollector[];
}

const DEFINITIONS: ReadonlySet<string> = new Set(ELEMENTS["Profiles"]?.children);
const KINDS = { SystemCollectorId: "system", EventCollectorId: "event", HeapEventCollectorId: "heap" } as const;

/** A `.wprp` file of Windows Performance Recorder, with what derives from what put together. */
export class RecordingProfiles {
  readonly root: XmlElement;
  /** Collectors, providers and profiles by their identifiers; of several with one the first. */
  readonly definitions = new Map<string, XmlElement>();
  readonly #profiles = new Map<string, RecordingProfile>();

  private constructor(root: XmlElement) {
    this.root = root;
    for (const element of definitionsIn(root)) {
      const { Id } = element.attributes;
      if (Id !== undefined && !this.definitions.has(Id)) this.definitions.set(Id, element);
    }
  }

  /** @throws AdkError `TRACE_BAD_XML`, `WPRP_NOT_A_PROFILE` */
  static parse(bytes: Uint8Array, file?: string): RecordingProfiles {
    const root = parseXml(bytes, file);
    if (root.name !== "WindowsPerformanceRecorder") {
      throw new AdkError("WPRP_NOT_A_PROFILE", "This is no recording profile.", {
        file,
        expected: "<WindowsPerformanceRecorder>",
        found: `<${root.name}>`,
      });
    }
    return new RecordingProfiles(root);
  }

  get profiles(): readonly RecordingProfile[] {
    return [...this.definitions.values()].filter(({ name }) => name === "Profile").map((each) => this.#profile(each));
  }

  /** The keywords and stacks of a provider, with those of what it derives from. */
  systemProvider(id: string): SystemProvider | undefined {
    const chain = this.chainOf(id);
    if (chain.length === 0) return undefined;
    let [keywords, stacks]: [string[], string[]] = [[], []];
    for (const element of chain.reverse()) {
      keywords = combined(keywords, childrenOf(element, "Keywords"));
      stacks = combined(stacks, childrenOf(element, "Stacks"));
    }
    return { id, keywords, stacks };
  }

  eventProvider(id: string): EventProvider | undefined {
    const chain = this.chainOf(id);
    if (chain.length === 0) return undefined;
    const attribute = (name: string) =>
      chain.find(({ attributes }) => attributes[name] !== undefined)?.attributes[name];
    let keywords: string[] = [];
    for (const element of [...chain].reverse()) keywords = combined(keywords, childrenOf(element, "Keywords"));
    const level = Number.parseInt(attribute("Level") ?? "", 10);
    return {
      id,
      name: attribute("Name") ?? "",
      level: Number.isNaN(level) ? undefined : level,
      stack: attribute("Stack") === "true",
      keywords,
      captureStateOnly: attribute("CaptureStateOnly") === "true",
    };
  }

  /** A definition and what it derives from, itself first. A circle ends where it closes. */
  chainOf(id: string): XmlElement[] {
    const chain: XmlElement[] = [];
    for (let next: string | undefined = id; next; ) {
      const element = this.definitions.get(next);
      if (!element || chain.includes(element)) break;
      chain.push(element);
      next = element.attributes["Base"];
    }
    return chain;
  }

  #profile(element: XmlElement): RecordingProfile {
    const { Id = "", Name = "", Description = "", LoggingMode = "", DetailLevel = "", Base = "" } = element.attributes;
    const known = this.#profiles.get(Id);
    if (known) return known;
    const collectors = new Map<string, RecordingCollector>();
    for (const each of this.chainOf(Id).reverse()) this.#applyCollectors(collectors, each);
    const profile = {
      id: Id,
      name: Name,
      description: Description,
      loggingMode: LoggingMode,
      detailLevel: DetailLevel,
      base: Base,
      collectors: [...collectors.values()],
    };
    this.#profiles.set(Id, profile);
    return profile;
  }

  #applyCollectors(collectors: Map<string, RecordingCollector>, profile: XmlElement): void {
    for (const list of childrenOf(profile, "Collectors")) {
      const operation = list.attributes["Operation"] ?? "Set";
      if (operation === "Set") collectors.clear();
      for (const reference of list.children) {
        const kind = KINDS[reference.name as keyof typeof KINDS];
        const { Value: id } = reference.attributes;
        if (kind === undefined || id === undefined) continue;
        if (operation === "Remove") {
          collectors.delete(id);
          continue;
        }
        const collector = collectors.get(id) ?? this.#collector(id, kind);
        collectors.set(id, collector);
        applySettings(collector, reference);
      }
    }
  }

  #collector(id: string, kind: RecordingCollector["kind"]): RecordingCollector {
    const chain = this.chainOf(id);
    const name = chain.find(({ attributes }) => attributes["Name"] !== undefined)?.attributes["Name"] ?? "";
    const collector: RecordingCollector = {
      id,
      kind,
      name: name.trim(),
      bufferSize: undefined,
      buffers: undefined,
      percentage: false,
      mostMegabytes: undefined,
      fileSize: undefined,
      systemProviders: [],
      eventProviders: [],
    };
    for (const element of chain.reverse()) applySettings(collector, element);
    return collector;
  }
}

/** Definitions stand in front of the profiles, or where they are used. */
function* definitionsIn(element: XmlElement): Generator<XmlElement> {
  for (const child of element.children) {
    if (DEFINITIONS.has(child.name)) yield child;
    yield* definitionsIn(child);
  }
}

function applySettings(collector: RecordingCollector, element: XmlElement): void {
  for (const child of element.children) {
    const { Value = "", PercentageOfTotalMemory, MaximumBufferSpace } = child.attributes;
    const number = Number.parseInt(Value, 10);
    switch (child.name) {
      case "BufferSize":
        collector.bufferSize = number;
        break;
      case "Buffers":
        collector.buffers = number;
        collector.percentage = PercentageOfTotalMemory === "true";
        collector.mostMegabytes =
          MaximumBufferSpace === undefined ? undefined : Number.parseInt(MaximumBufferSpace, 10);
        break;
      case "MaximumFileSize":
      case "FileMax":
        collector.fileSize = number;
        break;
      case "SystemProviderId":
      case "SystemProvider":
        replace(collector.systemProviders, [child.attributes["Value"] ?? child.attributes["Id"] ?? ""]);
        break;
      case "EventProviders":
        replace(collector.eventProviders, combined(collector.eventProviders, [child]));
        break;
    }
  }
}

function replace(list: string[], values: readonly string[]): void {
  list.splice(0, list.length, ...values);
}

/** The values of lists that add to others, take from them, or stand in their place. */
function combined(before: readonly string[], lists: readonly XmlElement[]): string[] {
  let values = [...before];
  for (const list of lists) {
    const own = list.children.flatMap(({ attributes: { Value, Id } }) => Value ?? Id ?? []);
    const operation = list.attributes["Operation"] ?? "Set";
    if (operation === "Remove") values = values.filter((value) => !own.includes(value));
    else values = operation === "Add" ? [...new Set([...values, ...own])] : own;
  }
  return values;
}
