import type { CatalogComponent, CatalogSetting } from "../catalog/catalog.ts";
import type { Pass } from "../catalog/passes.ts";
import { type ComponentSection, isOwn } from "../document/answer-file.ts";
import { attribute, childElements, WCM_NAMESPACE, type XmlElement } from "../document/tree.ts";
import { type Checker, contentOf } from "./checker.ts";
import { checkItems } from "./list-items.ts";
import { isPlaceholder } from "./placeholders.ts";
import { checkRelease } from "./releases.ts";
import { error, info, type Rules, warning } from "./rule.ts";
import { checkValue } from "./values.ts";

/** Rules of settings: do they exist, where, how often. */
export const SETTINGS: Rules<
  "unknown" | "pass" | "documentedPass" | "spelling" | "duplicate" | "nested" | "foreign" | "stray"
> = {
  unknown: error(
    "unknown-setting",
    "The setting does not exist.",
    "Setup stops with 'A component or setting specified in the answer file does not exist'. Settings of newer Windows versions are in the catalogue of the image itself: use --catalog.",
  ),
  pass: error(
    "setting-pass",
    "The setting does not exist in this pass.",
    "The component has it in other passes. Here Setup stops, or passes over it without a word.",
  ),
  documentedPass: warning(
    "documented-pass",
    "Only the reference page names this pass, the catalogue does not.",
    "Page and image disagree. Check it on the Windows version that you deploy.",
  ),
  spelling: warning(
    "name-case",
    "A name is written in another letter case than in the catalogue.",
    "Windows compares most names without letter case, some tools do not.",
  ),
  duplicate: error(
    "dup-setting",
    "A setting that is no list stands twice.",
    "Only one of the two can count, and which is not documented.",
  ),
  nested: error(
    "not-a-group",
    "A setting that has a value of its own holds elements, or the other way round.",
    "Setup cannot read it as the catalogue describes it.",
  ),
  foreign: info(
    "foreign-element",
    "An element of another namespace stands among the settings.",
    "Setup knows settings of its own namespace only.",
  ),
  stray: warning("stray-value", "Text stands in a group of settings.", "Only the settings within it have values."),
};

/** Checks all settings of a component against the catalogue. */
export function checkSettings(
  checker: Checker,
  { element }: ComponentSection,
  known: CatalogComponent,
  pass: Pass | undefined,
): void {
  checkChildren(checker, element, known, known, pass);
}

function checkChildren(
  checker: Checker,
  element: XmlElement,
  place: CatalogComponent | CatalogSetting,
  component: CatalogComponent,
  pass: Pass | undefined,
): void {
  const seen = new Map<string, XmlElement[]>();
  for (const child of element.children) {
    if (child.kind !== "element") continue;
    if (!isOwn(child)) {
      checker.report(SETTINGS.foreign, child, `<${child.name}> is of another namespace: Setup passes over it.`);
      continue;
    }
    const setting = place.child(child.local);
    if (setting === undefined) {
      reportUnknown(checker, child, place, component);
      continue;
    }
    const twins = seen.get(setting.name);
    if (twins) twins.push(child);
    else seen.set(setting.name, [child]);
    checkSetting(checker, child, setting, component, pass);
  }
  for (const [name, elements] of seen) {
    const setting = place.child(name) as CatalogSetting;
    if (setting.kind === "list") checkItems(checker, elements, setting);
    else if (elements.length > 1) reportTwins(checker, name, elements);
  }
}

function checkSetting(
  checker: Checker,
  element: XmlElement,
  setting: CatalogSetting,
  component: CatalogComponent,
  pass: Pass | undefined,
): void {
  if (setting.name !== element.local) reportSpelling(checker, element, setting);
  checkRelease(checker, element, setting);
  if (pass !== undefined && !setting.passes.includes(pass)) {
    // Of a component that does not have the pass at all, each setting is wrong too: WSIM says both.
    reportPass(checker, element, setting, component, pass);
  }
  if (setting.kind !== "list" && attribute(element, "action", WCM_NAMESPACE)) {
    const message = `${setting.name} is no item of a list: wcm:action says nothing here.`;
    checker.report(SETTINGS.stray, element, message, { severity: "info" });
  }
  const holdsElements = element.children.some((node) => node.kind === "element" && isOwn(node));
  const isLeaf = setting.kind === "leaf" || (setting.kind === "list" && setting.settings.length === 0);
  if (isLeaf && holdsElements) {
    checker.report(SETTINGS.nested, element, `${setting.path} has a value, it cannot hold other settings.`);
  } else if (isLeaf) {
    checkValue(checker, element, setting);
  } else {
    checkStrayText(checker, element, setting);
    checkChildren(checker, element, setting, component, pass);
  }
}

function reportUnknown(
  checker: Checker,
  element: XmlElement,
  place: CatalogComponent | CatalogSetting,
  component: CatalogComponent,
): void {
  const meant = checker.meant(
    element.local,
    place.settings.map(({ name }) => name),
  );
  const hint = meant === undefined ? "" : ` Did you mean ${meant}?`;
  const where = "path" in place ? `${component.name}/${place.path}` : component.name;
  const severity = component.source === "image" ? "error" : "warning";
  checker.report(SETTINGS.unknown, element, `${where} has no setting ${element.local}.${hint}`, { severity });
}

function reportPass(
  checker: Checker,
  element: XmlElement,
  setting: CatalogSetting,
  component: CatalogComponent,
  pass: Pass,
): void {
  const passes = setting.passes.join(", ");
  if (setting.documentedPasses?.includes(pass)) {
    const message = `${setting.path} in ${pass}: the reference page has it, the catalogue only in ${passes}.`;
    checker.report(SETTINGS.documentedPass, element, message);
    return;
  }
  if (checker.before(7600)) return;
  const severity = setting.source === "image" && component.source === "image" ? "error" : "warning";
  const message = `${setting.path} does not exist in ${pass}, only in ${passes}.`;
  checker.report(SETTINGS.pass, element, message, { severity });
}

function reportSpelling(checker: Checker, element: XmlElement, setting: CatalogSetting): void {
  const prefix = element.name.length - element.local.length;
  const start = element.start + 1 + prefix;
  const edits = [{ start, end: start + element.local.length, text: setting.name }];
  if (!element.selfClosing && element.endTagStart > element.startTagEnd) {
    const close = element.endTagStart + 2 + prefix;
    edits.push({ start: close, end: close + element.local.length, text: setting.name });
  }
  checker.report(SETTINGS.spelling, element, `The setting is written ${setting.name}.`, {
    fix: { title: `Write ${setting.name}`, edits },
  });
}

function reportTwins(checker: Checker, name: string, [first, ...others]: readonly XmlElement[]): void {
  if (first === undefined) return;
  const { line } = checker.file.rangeOf(first.start);
  for (const other of others) {
    checker.report(SETTINGS.duplicate, other, `${name} stands here already, in line ${line}, and is no list.`);
  }
}

function checkStrayText(checker: Checker, element: XmlElement, setting: CatalogSetting): void {
  for (const node of element.children) {
    if (node.kind !== "text" && node.kind !== "cdata") continue;
    const text = node.value.trim();
    if (text === "" || (checker.template && isPlaceholder(text))) continue;
    const place = childElements(element).length === 0 ? contentOf(element) : node;
    checker.report(SETTINGS.stray, place, `${setting.path} has no value of its own; its settings stand within it.`);
    return;
  }
}
