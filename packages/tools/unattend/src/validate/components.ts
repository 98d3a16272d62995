import type { CatalogComponent } from "../catalog/catalog.ts";
import type { Pass } from "../catalog/passes.ts";
import type { ComponentSection } from "../document/answer-file.ts";
import { attribute, childElements } from "../document/tree.ts";
import type { Checker } from "./checker.ts";
import { isPlaceholder } from "./placeholders.ts";
import { error, type Rules, warning } from "./rule.ts";
import { checkSettings, SETTINGS } from "./settings.ts";

/** Rules of components: do they exist, where, how often, for which architecture. */
export const COMPONENTS: Rules<
  "unknown" | "pass" | "empty" | "duplicate" | "architectures" | "duplicatePass" | "wow64" | "unavailable" | "token"
> = {
  unknown: error(
    "unknown-component",
    "The component does not exist.",
    "Setup stops with 'A component or setting specified in the answer file does not exist'. Newer or optional components are in the catalogue of the image itself: use --catalog.",
  ),
  pass: error(
    "component-pass",
    "The component has no settings in this pass.",
    "Setup stops, or passes over it. Move it to a pass that the component has.",
  ),
  empty: warning(
    "empty-component",
    "The component holds no settings.",
    "It does nothing. Remove it, or give it settings.",
  ),
  duplicate: error(
    "dup-component",
    "The same component stands twice in one pass.",
    "Which of the two counts is not documented, and settings may be applied twice. Put all settings into one.",
  ),
  architectures: warning(
    "several-architectures",
    "One pass has the same component for several architectures.",
    "Microsoft advises against it: where both fit, settings are applied twice. amd64 beside wow64 is meant so.",
  ),
  duplicatePass: error(
    "dup-pass",
    "There are two sections for one pass.",
    "An answer file has one section for each pass. Put the components together.",
  ),
  wow64: warning(
    "wow64",
    "A 32-bit half (wow64) stands alone or does not exist.",
    "wow64 is the 32-bit half of a component of 64-bit Windows. It goes with amd64 or arm64, and few components have one.",
  ),
  unavailable: error(
    "architecture",
    "The Windows version does not exist for this architecture.",
    "Components of another architecture than the image's are passed over without a word.",
  ),
  token: warning(
    "public-key-token",
    "The component's identity is not Microsoft's.",
    "All components of Windows have the public key token 31bf3856ad364e35 and the language neutral.",
  ),
};

const TOKEN = "31bf3856ad364e35";
const MAIN_ARCHITECTURES = ["x86", "amd64", "arm64"];

export function checkComponents(checker: Checker): void {
  checkPassSections(checker);
  for (const component of checker.file.components) {
    checkIdentity(checker, component);
    checkArchitecture(checker, component);
    const known = checker.catalog.component(component.name);
    if (known) checkKnown(checker, component, known);
    else reportUnknown(checker, component);
  }
  checkDuplicates(checker);
}

function checkPassSections(checker: Checker): void {
  const seen = new Map<string, number>();
  for (const { pass, element } of checker.file.settings) {
    if (pass === "") continue;
    const first = seen.get(pass);
    if (first === undefined) seen.set(pass, element.start);
    else {
      const { line } = checker.file.rangeOf(first);
      checker.report(COMPONENTS.duplicatePass, element, `There is a section for ${pass} already, in line ${line}.`);
    }
  }
}

/** @returns what stands for the pass where the attribute is missing or misspelt: nothing is known then */
function passOf({ pass }: ComponentSection): Pass | undefined {
  return pass === "" ? undefined : (pass as Pass);
}

function checkKnown(checker: Checker, component: ComponentSection, known: CatalogComponent): void {
  const { element } = component;
  const pass = passOf(component);
  if (known.source === "observed" && !checker.before(7600)) {
    const message = `${known.name} is known from Windows Vista alone.`;
    checker.report(COMPONENTS.unknown, element, message);
  }
  if (known.name !== component.name) {
    const name = attribute(element, "name");
    const edits = name ? [{ start: name.valueStart, end: name.valueEnd, text: known.name }] : [];
    checker.report(SETTINGS.spelling, name ?? element, `The component is written ${known.name}.`, {
      fix: { title: `Write ${known.name}`, edits },
    });
  }
  if (childElements(element).length === 0) {
    checker.report(COMPONENTS.empty, element, `${known.name} holds no settings.`);
  }
  if (pass !== undefined && !known.passes.includes(pass) && !checker.before(7600)) {
    const severity = known.source === "image" ? "error" : "warning";
    const message = `${known.name} has no settings in ${pass}, only in ${known.passes.join(", ")}.`;
    checker.report(COMPONENTS.pass, element, message, { severity });
  }
  if (known.settings.length > 0) checkSettings(checker, component, known, pass);
}

function reportUnknown(checker: Checker, { name, element }: ComponentSection): void {
  if (name === "" || (checker.template && isPlaceholder(name))) return;
  // What all names begin with would make any two alike.
  const names = new Map(checker.catalog.components.map((component) => [withoutPrefix(component.name), component.name]));
  const meant = names.get(checker.meant(withoutPrefix(name), names.keys()) ?? "");
  const hint = meant === undefined ? "" : ` Did you mean ${meant}?`;
  checker.report(COMPONENTS.unknown, attribute(element, "name") ?? element, `There is no component ${name}.${hint}`);
}

function withoutPrefix(name: string): string {
  return name.replace(/^Microsoft-Windows-/i, "");
}

function checkIdentity(checker: Checker, { element, language }: ComponentSection): void {
  const token = attribute(element, "publicKeyToken");
  if (token && /^[\da-f]{16}$/i.test(token.value) && token.value.toLowerCase() !== TOKEN) {
    const edits = [{ start: token.valueStart, end: token.valueEnd, text: TOKEN }];
    checker.report(COMPONENTS.token, token, `Components of Windows have the public key token ${TOKEN}.`, {
      fix: { title: `Write ${TOKEN}`, edits },
    });
  }
  const named = attribute(element, "language");
  if (named && language.toLowerCase() !== "neutral" && !isPlaceholder(language)) {
    checker.report(COMPONENTS.token, named, `The language of a component is neutral, not ${JSON.stringify(language)}.`);
  }
}

function checkArchitecture(checker: Checker, component: ComponentSection): void {
  const architecture = component.architecture.toLowerCase();
  const place = attribute(component.element, "processorArchitecture");
  if (place === undefined || architecture === "") return;
  if (architecture === "wow64") {
    const twins = checker.components(component.name, component.pass).map((each) => each.architecture.toLowerCase());
    const known = checker.catalog.component(component.name);
    const exists = !known || known.architectures.length === 0 || known.architectures.includes("wow64");
    if (!exists) checker.report(COMPONENTS.wow64, place, `${component.name} has no 32-bit half.`);
    else if (!twins.includes("amd64") && !twins.includes("arm64")) {
      checker.report(COMPONENTS.wow64, place, `The 64-bit half of ${component.name} is not in this pass.`, {
        severity: "info",
      });
    }
  }
  const missing = unavailable(checker, architecture, component.pass);
  if (missing !== undefined) checker.report(COMPONENTS.unavailable, place, missing);
}

/** Windows 11 and Server since 2008 R2 are 64-bit alone; Windows for arm64 begins with Windows 10 1709. */
function unavailable({ target }: Checker, architecture: string, pass: string): string | undefined {
  if (target === undefined) return undefined;
  const only64 = target.server || target.build >= 22_000;
  if (architecture === "x86" && only64 && pass !== "windowsPE") return `${target.title} does not exist for x86.`;
  if (architecture === "ia64" && target.build >= 9200) return `${target.title} does not exist for ia64.`;
  if (architecture === "arm64" && target.build < 16_299) return `${target.title} does not exist for arm64.`;
  return undefined;
}

function checkDuplicates(checker: Checker): void {
  const seen = new Map<string, ComponentSection>();
  const families = new Map<string, ComponentSection>();
  for (const component of checker.file.components) {
    const name = component.name.toLowerCase();
    if (name === "") continue;
    const architecture = component.architecture.toLowerCase();
    // Two sections for one pass are reported as such; each may have the component once.
    const family = `${component.section.element.start}\0${name}`;
    const first = seen.get(`${family}\0${architecture}`);
    const other = families.get(family);
    if (first) {
      const { line } = checker.file.rangeOf(first.element.start);
      const message = `${component.name} stands in this pass already, in line ${line}.`;
      checker.report(COMPONENTS.duplicate, component.element, message);
    } else if (other && MAIN_ARCHITECTURES.includes(architecture) && MAIN_ARCHITECTURES.includes(other.architecture)) {
      const message = `${component.name} stands in this pass for ${other.architecture} as well.`;
      checker.report(COMPONENTS.architectures, component.element, message, { severity: "info" });
    }
    if (!first) seen.set(`${family}\0${architecture}`, component);
    if (!other && MAIN_ARCHITECTURES.includes(architecture)) families.set(family, component);
  }
}
