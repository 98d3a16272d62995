import { finding } from "@adk/cli-kit/schemas";
import { type Finding, isGuid, suggest } from "@adk/core";
import * as z from "zod";
import type { XmlElement } from "../xml-document.ts";
import { lintProfiles } from "./lint-profiles.ts";
import { ELEMENTS, OPAQUE } from "./profile-elements.ts";
import type { RecordingProfiles } from "./recording-profile.ts";
import { keywordsOfStack, SYSTEM_KEYWORDS } from "./system-keywords.ts";

/** What is wrong with a recording profile, and where. */
export const wprpFinding = finding.extend({ line: z.number(), column: z.number() });
export type WprpFinding = z.output<typeof wprpFinding>;

/** `adk trace wprp lint` */
export const wprpLintResult = z.object({
  files: z.array(z.object({ file: z.string(), findings: z.array(wprpFinding) })),
  errors: z.number(),
  warnings: z.number(),
});
export type WprpLint = z.output<typeof wprpLintResult>;

/** Takes a finding at an element. */
export type Report = (severity: Finding["severity"], code: string, message: string, at: XmlElement) => void;

/** Checks the file: elements and their order, references, values, and what a profile would record. In the order of the lines. */
export function lintProfile(file: RecordingProfiles): WprpFinding[] {
  // What two profiles share is told once.
  const findings = new Map<string, WprpFinding>();
  const report: Report = (severity, code, message, { line, column }) =>
    void findings.set(`${line} ${column} ${message}`, { severity, code, message, line, column });
  checkElement(file.root, report);
  checkIdentifiers(file, report);
  lintProfiles(file, report);
  return [...findings.values()].sort((a, b) => a.line - b.line || a.column - b.column);
}

/** The element may stand here, has what it must have, and its children stand in order. */
function checkElement(element: XmlElement, report: Report): void {
  const rule = ELEMENTS[element.name];
  if (!rule || OPAQUE.has(element.name)) return;
  for (const name of rule.required) {
    if (element.attributes[name] === undefined)
      report("error", "WPRP_MISSING_ATTRIBUTE", `<${element.name}> has no ${name}.`, element);
  }
  for (const name of Object.keys(element.attributes)) {
    if (rule.attributes.includes(name) || name.startsWith("xmlns") || name === "xsi" || name === "xsd") continue;
    const near = suggest(name, rule.attributes);
    const message = `<${element.name}> has no attribute ${name}${near ? `: ${near} is meant?` : " that is known."}`;
    report(near ? "error" : "warning", "WPRP_UNKNOWN_ATTRIBUTE", message, element);
  }
  let last = 0;
  for (const child of element.children) {
    const place = rule.children.indexOf(child.name);
    if (place < 0) {
      const near = suggest(child.name, rule.children);
      const message = `<${child.name}> does not belong into <${element.name}>${near ? `: <${near}> is meant?` : "."}`;
      report("error", "WPRP_UNKNOWN_ELEMENT", message, child);
      continue;
    }
    if (rule.ordered && place < last) {
      const message = `<${child.name}> must stand before <${rule.children[last]}>: WPR refuses the file otherwise.`;
      report("error", "WPRP_ORDER", message, child);
    }
    last = Math.max(last, place);
    checkElement(child, report);
  }
  checkValues(element, report);
}

const BOOLEANS: ReadonlySet<string> = new Set([
  "Realtime",
  "Secure",
  "HostGuestCorrelation",
  "Private",
  "Stack",
  "NonPagedMemory",
  "CaptureStateOnly",
  "Strict",
  "Default",
  "Internal",
  "PercentageOfTotalMemory",
]);
const OPERATIONS = ["Add", "Set", "Remove"];
const HEX_OR_DECIMAL = /^(0x[0-9a-f]{1,16}|\d{1,20})$/i;

function checkValues(element: XmlElement, report: Report): void {
  const { attributes, name } = element;
  const bad = (attribute: string, wanted: string) =>
    report(
      "error",
      "WPRP_BAD_VALUE",
      `${attribute} of <${name}> is ${wanted}, not "${attributes[attribute]}".`,
      element,
    );
  for (const [attribute, value] of Object.entries(attributes)) {
    if (BOOLEANS.has(attribute) && !/^(true|false)$/.test(value)) bad(attribute, "true or false");
  }
  if (attributes["Operation"] !== undefined && !OPERATIONS.includes(attributes["Operation"]))
    bad("Operation", OPERATIONS.join(", "));
  if (name === "Profile") {
    if (attributes["LoggingMode"] !== undefined && !/^(File|Memory)$/.test(attributes["LoggingMode"]))
      bad("LoggingMode", "File or Memory");
    if (attributes["DetailLevel"] !== undefined && !/^(Light|Verbose)$/.test(attributes["DetailLevel"]))
      bad("DetailLevel", "Light or Verbose");
  }
  if (name === "EventProvider") checkProvider(element, report, bad);
  if (name === "CustomKeyword" && !HEX_OR_DECIMAL.test(attributes["Value"] ?? "")) bad("Value", "a number");
  if (name === "SystemProvider") checkSystemProvider(element, report);
}

function checkProvider(element: XmlElement, report: Report, bad: (attribute: string, wanted: string) => void): void {
  const { Name = "", Level } = element.attributes;
  const looksLikeGuid = /^\{?[0-9a-f]{6,10}-/i.test(Name);
  if (looksLikeGuid && !isGuid(Name)) bad("Name", "a GUID: 8, 4, 4, 4 and 12 hexadecimal digits");
  if (Name === "*") bad("Name", "the name of an event source behind its star");
  if (Level !== undefined && !(HEX_OR_DECIMAL.test(Level) && Number(Level) <= 255)) bad("Level", "0 to 255");
  for (const list of element.children) {
    if (list.name !== "Keywords" && !list.name.startsWith("CaptureState")) continue;
    for (const keyword of list.children) {
      const { Value = "" } = keyword.attributes;
      if (keyword.name === "Keyword" && !HEX_OR_DECIMAL.test(Value)) {
        const message = `A keyword of an event provider is a number such as 0x10, not "${Value}".`;
        report("error", "WPRP_BAD_KEYWORD", message, keyword);
      }
    }
  }
}

function checkSystemProvider(element: XmlElement, report: Report): void {
  for (const list of element.children) {
    const seen = new Set<string>();
    for (const child of list.children) {
      const { Value = "" } = child.attributes;
      if (seen.has(Value)) report("warning", "WPRP_TWICE", `${child.name} ${Value} stands here twice.`, child);
      seen.add(Value);
      if (child.name === "Keyword" && !SYSTEM_KEYWORDS.has(Value)) {
        const near = suggest(Value, SYSTEM_KEYWORDS.keys());
        const message = `${Value} is no keyword of the system that is known${near ? `: ${near} is meant?` : "."}`;
        report(near ? "error" : "warning", "WPRP_UNKNOWN_KEYWORD", message, child);
      }
      if (child.name === "Stack" && keywordsOfStack(Value) === undefined)
        report("warning", "WPRP_UNKNOWN_STACK", `${Value} is no stack that is known.`, child);
    }
  }
}

/** References lead somewhere, to what they must lead to; nothing has the identifier of another. */
function checkIdentifiers(file: RecordingProfiles, report: Report): void {
  const used = new Set<string>();
  const visit = (element: XmlElement): void => {
    const { Id, Value, Base } = element.attributes;
    const first = Id === undefined ? undefined : file.definitions.get(Id);
    if (first && first !== element && (ELEMENTS[element.name]?.attributes.includes("Id") ?? false)) {
      report("error", "WPRP_DUPLICATE_ID", `${Id} is also the Id of <${first.name}> in line ${first.line}.`, element);
    }
    if (Id !== undefined && first === element && /[:\s]/.test(Id))
      report("error", "WPRP_BAD_ID", `The Id "${Id}" has a space or a colon.`, element);
    if (element.name.endsWith("Id") && Value !== undefined) {
      used.add(Value);
      checkReference(file, element, Value, report);
    }
    if (Base) {
      used.add(Base);
      checkBase(file, element, Base, report);
    }
    if (!OPAQUE.has(element.name)) for (const child of element.children) visit(child);
  };
  visit(file.root);
  const inPlace = new Set(file.root.children.flatMap(({ children }) => children));
  for (const [id, element] of file.definitions) {
    if (element.name !== "Profile" && inPlace.has(element) && !used.has(id))
      report("warning", "WPRP_UNUSED", `Nothing uses ${id}.`, element);
  }
}

function checkReference(file: RecordingProfiles, element: XmlElement, id: string, report: Report): void {
  const wanted = element.name.slice(0, -2);
  const found = file.definitions.get(id);
  if (!found) {
    const ofKind = [...file.definitions].filter(([, { name }]) => name === wanted).map(([key]) => key);
    const near = suggest(id, ofKind);
    report("error", "WPRP_UNKNOWN_ID", `No <${wanted}> has the Id ${id}${near ? `: ${near} is meant?` : "."}`, element);
  } else if (found.name !== wanted) {
    const message = `${id} is a <${found.name}>; <${element.name}> takes a <${wanted}>.`;
    report("error", "WPRP_WRONG_KIND", message, element);
  }
}

function checkBase(file: RecordingProfiles, element: XmlElement, id: string, report: Report): void {
  const found = file.definitions.get(id);
  if (!found) {
    const message = `The base ${id} is not in this file: it must be one that WPR brings.`;
    report("warning", "WPRP_UNKNOWN_BASE", message, element);
  } else if (found.name !== element.name) {
    report("error", "WPRP_WRONG_KIND", `The base ${id} is a <${found.name}>, not a <${element.name}>.`, element);
  } else if (file.chainOf(id).includes(element)) {
    report("error", "WPRP_CIRCLE", `${element.attributes["Id"]} derives from itself by ${id}.`, element);
  }
}
