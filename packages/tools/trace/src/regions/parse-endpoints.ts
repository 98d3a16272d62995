import type { XmlElement } from "../xml-document.ts";
import type { ElementChecks } from "./element-checks.ts";
import type { Endpoint, EventSelector, FieldCondition, FieldRelationship } from "./region-definition.ts";

const SELECTOR = ["Id", "Version", "Opcode", "Name"];
/** What IgnoreRepetition does is published nowhere. */
const NOT_APPLIED = ["IgnoreRepetition"];

/** `<Start>` or `<Stop>`: what a region begins or ends with. Nothing where it cannot be read. */
export function parseEndpoints(element: XmlElement, side: "start" | "stop", checks: ElementChecks): Endpoint[] {
  checks.check(element, { required: [], children: ["Event", "Duration", "Region", "PayloadIdentifier"] });
  const conditions = element.children
    .filter(({ name }) => name === "PayloadIdentifier")
    .map((child) => parseCondition(child, checks));
  // With one condition less it would be met by other events.
  if (conditions.includes(undefined)) return [];
  const known = conditions.filter((condition) => condition !== undefined);
  const endpoints = element.children
    .filter(({ name }) => name === "Event" || name === "Duration" || name === "Region")
    .map((child) => parseEndpoint(child, side, known, checks));
  if (endpoints.length === 0) {
    checks.error("REGIONS_EMPTY_ENDPOINT", `<${element.name}> has no event, duration or region.`, element);
  }
  return endpoints.filter((endpoint) => endpoint !== undefined);
}

function parseEndpoint(
  element: XmlElement,
  side: "start" | "stop",
  conditions: readonly FieldCondition[],
  checks: ElementChecks,
): Endpoint | undefined {
  if (element.name === "Region") return parseReference(element, side, checks);
  const isDuration = element.name === "Duration";
  const whole = checks.check(element, {
    required: isDuration ? ["Provider", "Duration"] : ["Provider"],
    optional: [...SELECTOR, ...(isDuration ? ["Multiplier"] : NOT_APPLIED)],
  });
  for (const name of NOT_APPLIED) {
    if (element.attributes[name] !== undefined && !isDuration)
      checks.warning("REGIONS_NOT_APPLIED", `${name} is not applied: what it does is not known.`, element);
  }
  const selector = parseSelector(element, "Provider", checks);
  if (!whole || !selector) return undefined;
  if (!isDuration) return { kind: "event", selector, conditions };
  const multiplier = Number(element.attributes["Multiplier"] ?? 1);
  if (!(multiplier > 0 && Number.isFinite(multiplier))) {
    const message = `Multiplier of <Duration> is no number above 0: ${element.attributes["Multiplier"]}`;
    checks.error("REGIONS_BAD_VALUE", message, element);
    return undefined;
  }
  const field = element.attributes["Duration"] as string;
  return { kind: "duration", selector, conditions, field, multiplier };
}

/** Without an endpoint that is named, a region starts where the other stops, and stops where the other starts. */
function parseReference(element: XmlElement, side: "start" | "stop", checks: ElementChecks): Endpoint | undefined {
  checks.check(element, { required: ["RegionGuid"], optional: ["Endpoint"] });
  const guid = checks.guid(element, "RegionGuid");
  const named = element.attributes["Endpoint"] !== undefined;
  const word = named ? checks.choice(element, "Endpoint", ["Start", "Stop"]) : side === "start" ? "Stop" : "Start";
  if (guid === undefined || word === undefined) return undefined;
  return { kind: "region", guid, endpoint: word === "Start" ? "start" : "stop" };
}

/** @param provider the attribute with its GUID */
export function parseSelector(element: XmlElement, provider: string, checks: ElementChecks): EventSelector | undefined {
  const guid = checks.guid(element, provider);
  const id = checks.number(element, "Id", 0xffff);
  const version = checks.number(element, "Version", 0xff);
  const opcode = checks.number(element, "Opcode", 0xff);
  if (guid === undefined || [id, version, opcode].some((value) => Number.isNaN(value))) return undefined;
  return { provider: guid, id, version, opcode, name: element.attributes["Name"] };
}

const RELATIONSHIPS = ["IsEqual", "Equal", "Contains", "DoesNotContain", "RegEx"] as const;

function parseCondition(element: XmlElement, checks: ElementChecks): FieldCondition | undefined {
  const whole = checks.check(element, {
    required: ["FieldName", "FieldValue"],
    optional: ["FieldValueRelationship"],
  });
  const { FieldName: field = "", FieldValue: value = "", FieldValueRelationship } = element.attributes;
  const word =
    FieldValueRelationship === undefined ? "IsEqual" : checks.choice(element, "FieldValueRelationship", RELATIONSHIPS);
  const relationship: FieldRelationship | undefined = word === "Equal" ? "IsEqual" : word;
  const pattern = relationship === "RegEx" ? checks.pattern(element, "FieldValue") : undefined;
  if (!whole || relationship === undefined || pattern === null) return undefined;
  return { field, value, relationship, pattern };
}
