import { AdkError, type Findings, type Guid } from "@adk/core";
import { childrenOf, descendantsOf, parseXml, type XmlElement } from "../xml-document.ts";
import { ElementChecks } from "./element-checks.ts";
import { parseEndpoints, parseSelector } from "./parse-endpoints.ts";
import type { FilterType, MatchRule, RegionDefinition, RegionFilter, RegionNaming } from "./region-definition.ts";
import { RegionSet } from "./region-set.ts";

/** Regions that files may define together: the largest public one has some hundred. */
const MOST_REGIONS = 20_000;

export interface RegionsFile {
  readonly bytes: Uint8Array;
  readonly file?: string | undefined;
}

/**
 * Reads files of regions of interest (WPA's documents, "Creating a Regions of Interest File"). What is wrong with a region is told
 * with its place, and it is left out.
 *
 * @throws AdkError `TRACE_BAD_XML`, `REGIONS_NO_REGIONS` where the file is another, `LIMIT_EXCEEDED`
 */
export function parseRegions(files: readonly RegionsFile[], findings: Findings): RegionSet {
  const parser = new RegionParser();
  for (const { bytes, file } of files) parser.add(parseXml(bytes, file), new ElementChecks(file, findings));
  return new RegionSet(parser.definitions, findings);
}

const NAMED = { required: ["Guid", "Name"], optional: ["FriendlyName"] };
const PARTS = ["Start", "Stop", "Match", "Filter", "Naming", "Metadata", "Region"];

class RegionParser {
  readonly definitions: RegionDefinition[] = [];
  readonly #guids = new Set<Guid>();

  add(root: XmlElement, checks: ElementChecks): void {
    const roots = descendantsOf(root, "RegionRoot");
    if (root.name !== "InstrumentationManifest" || roots.length === 0) {
      throw new AdkError("REGIONS_NO_REGIONS", "This is no file of regions of interest.", {
        file: checks.file,
        expected: "<InstrumentationManifest> with a <RegionRoot>",
        found: `<${root.name}>`,
      });
    }
    checks.check(root, { required: [], children: ["Instrumentation"] });
    for (const part of childrenOf(root, "Instrumentation")) {
      checks.check(part, { required: [], children: ["Regions"] });
      for (const list of childrenOf(part, "Regions")) {
        checks.check(list, { required: [], children: ["RegionRoot"] });
        for (const each of childrenOf(list, "RegionRoot")) this.#addRoot(each, checks);
      }
    }
  }

  #addRoot(element: XmlElement, checks: ElementChecks): void {
    checks.check(element, { ...NAMED, children: ["Region", "Metadata"] });
    const root = this.#define(element, undefined, checks);
    for (const child of childrenOf(element, "Region")) this.#addRegion(child, root, checks);
  }

  #addRegion(element: XmlElement, parent: RegionDefinition | undefined, checks: ElementChecks): void {
    checks.check(element, { ...NAMED, children: PARTS });
    const own = this.#define(element, parent, checks);
    for (const child of childrenOf(element, "Region")) this.#addRegion(child, own ?? parent, checks);
  }

  /** Nothing of one that cannot be made, which is told; those in it stand in the one around it then. */
  #define(
    element: XmlElement,
    parent: RegionDefinition | undefined,
    checks: ElementChecks,
  ): RegionDefinition | undefined {
    if (this.definitions.length >= MOST_REGIONS)
      throw new AdkError("LIMIT_EXCEEDED", "There are too many regions.", {
        file: checks.file,
        expected: MOST_REGIONS,
      });
    const guid = checks.guid(element, "Guid");
    const { Name: name, FriendlyName: friendlyName = name } = element.attributes;
    if (guid === undefined || name === undefined || friendlyName === undefined) return undefined;
    if (this.#guids.has(guid)) {
      checks.error("REGIONS_DUPLICATE_GUID", `Another region has the GUID of ${name} too.`, element);
      return undefined;
    }
    const sides = (["Start", "Stop"] as const).map((side) => {
      const parts = childrenOf(element, side);
      const ends = parts.flatMap((part) => parseEndpoints(part, side === "Start" ? "start" : "stop", checks));
      return { ends, wrong: parts.length > 0 && ends.length === 0 };
    });
    const filters = childrenOf(element, "Filter").flatMap((filter) => parseFilter(filter, checks));
    // One without an endpoint or a filter that it should have would be another region.
    if (sides.some(({ wrong }) => wrong) || filters.includes(undefined)) return undefined;
    const [starts = [], stops = []] = sides.map(({ ends }) => ends);
    if (element.name === "Region" && starts.length + stops.length === 0 && childrenOf(element, "Region").length === 0) {
      checks.warning("REGIONS_EMPTY", `${name} has neither start nor stop nor regions in it.`, element);
    }
    if ([starts, stops].every((side) => side.some(({ kind }) => kind === "duration"))) {
      checks.error(
        "REGIONS_TWO_DURATIONS",
        `Both ends of ${name} are durations: there is no time to begin with.`,
        element,
      );
      return undefined;
    }
    const definition: RegionDefinition = {
      index: this.definitions.length,
      guid,
      name,
      friendlyName,
      parent,
      starts,
      stops,
      ...parseMatch(element, checks),
      filters: filters.filter((filter) => filter !== undefined),
      naming: parseNaming(element, checks),
      metadata: childrenOf(element, "Metadata").flatMap(({ children }) =>
        children.map((each): [string, string] => [each.name, each.text]),
      ),
      place: { file: checks.file, line: element.line, column: element.column },
    };
    this.#guids.add(guid);
    this.definitions.push(definition);
    return definition;
  }
}

function parseMatch(element: XmlElement, checks: ElementChecks) {
  const rules = new Map<string, MatchRule>();
  for (const match of childrenOf(element, "Match")) {
    checks.check(match, { required: [], children: ["Event", "Parent", "SelfNest"] });
    for (const child of match.children) rules.set(child.name, parseRule(child, checks));
  }
  return { match: rules.get("Event"), parentMatch: rules.get("Parent"), selfNest: rules.get("SelfNest") };
}

function parseRule(element: XmlElement, checks: ElementChecks): MatchRule {
  checks.check(element, { required: [], optional: ["TID", "PID", "AID"], children: ["Payload"] });
  const [thread, process, activity] = ["TID", "PID", "AID"].map((name) => checks.boolean(element, name));
  const fields = childrenOf(element, "Payload").flatMap((payload) => {
    const optional = ["TargetFieldName", "FieldValueRegEx", "TargetFieldValueRegEx"];
    checks.check(payload, { required: ["FieldName"], optional });
    const { FieldName: field, TargetFieldName: target = field } = payload.attributes;
    const pattern = checks.pattern(payload, "FieldValueRegEx");
    const targetPattern = checks.pattern(payload, "TargetFieldValueRegEx");
    if (field === undefined || target === undefined || pattern === null || targetPattern === null) return [];
    return [{ field, pattern, target, targetPattern }];
  });
  return { thread: thread ?? false, process: process ?? false, activity: activity ?? false, fields };
}

const FILTER_TYPES: readonly FilterType[] = ["Out", "OutPost", "OutPrev", "In", "InPost", "InPrev"];

/** Nothing in the place of one that cannot be read. */
function parseFilter(element: XmlElement, checks: ElementChecks): (RegionFilter | undefined)[] {
  checks.check(element, { required: [], optional: ["Type"], children: ["Event", "Region"] });
  const triggers = element.children.filter(({ name }) => name === "Event" || name === "Region");
  return triggers.map((child) => {
    const typed = child.attributes["Type"] === undefined ? element : child;
    const type = checks.choice(typed, "Type", FILTER_TYPES);
    const trigger = child.name === "Event" ? parseEventTrigger(child, checks) : parseRegionTrigger(child, checks);
    return type && trigger && { type, trigger };
  });
}

function parseEventTrigger(element: XmlElement, checks: ElementChecks): RegionFilter["trigger"] | undefined {
  // The documents write ProviderId and OpCode here, Provider and Opcode everywhere else.
  const provider = element.attributes["ProviderId"] === undefined ? "Provider" : "ProviderId";
  checks.check(element, { required: [provider], optional: ["Id", "Version", "Opcode", "OpCode", "Name", "Type"] });
  const opcode = element.attributes["Opcode"] ?? element.attributes["OpCode"];
  const attributes = opcode === undefined ? element.attributes : { ...element.attributes, Opcode: opcode };
  const selector = parseSelector({ ...element, attributes }, provider, checks);
  return selector && { selector };
}

function parseRegionTrigger(element: XmlElement, checks: ElementChecks): RegionFilter["trigger"] | undefined {
  checks.check(element, { required: ["RegionGuid"], optional: ["Type"] });
  const guid = checks.guid(element, "RegionGuid");
  return guid === undefined ? undefined : { guid };
}

function parseNaming(element: XmlElement, checks: ElementChecks): RegionNaming | undefined {
  for (const naming of childrenOf(element, "Naming")) {
    checks.check(naming, { required: [], children: ["PayloadBased", "RegionBased"] });
    for (const child of naming.children) {
      const found = child.name === "PayloadBased" ? fieldNaming(child, checks) : regionNaming(child, checks);
      if (found) return found;
    }
  }
  return undefined;
}

/** What the registry of the recorded machine told is not in a trace: names of devices and classes are as the event has them. */
const NAME_TYPES = ["Device", "GUID", "CLSID", "PID"] as const;

function fieldNaming(element: XmlElement, checks: ElementChecks): RegionNaming | undefined {
  checks.check(element, { required: ["NameField"], optional: ["Type", "InstanceEndpoint"] });
  const { NameField: field, Type, InstanceEndpoint } = element.attributes;
  const type = Type === undefined ? undefined : checks.choice(element, "Type", NAME_TYPES);
  const end =
    InstanceEndpoint === undefined ? undefined : checks.choice(element, "InstanceEndpoint", ["Start", "Stop"]);
  if (field === undefined) return undefined;
  return { kind: "field", field, process: type === "PID", from: end === "Start" ? "start" : end ? "stop" : "any" };
}

function regionNaming(element: XmlElement, checks: ElementChecks): RegionNaming | undefined {
  if (element.name !== "RegionBased") return undefined;
  const whole = checks.check(element, { required: ["RegionGuid", "Relation", "IfRelationTrue", "IfRelationFalse"] });
  const guid = checks.guid(element, "RegionGuid");
  if (!whole || guid === undefined || !checks.choice(element, "Relation", ["IsPresent"])) return undefined;
  const { IfRelationTrue: present = "", IfRelationFalse: absent = "" } = element.attributes;
  return { kind: "region", guid, present, absent };
}
