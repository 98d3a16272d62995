import { suggest } from "@adk/core";
import type { Catalog } from "../catalog/catalog.ts";
import { type AnswerFile, type ComponentSection, isOwn } from "../document/answer-file.ts";
import { pathOf, same } from "../document/setting-path.ts";
import { childElements, textOf, type XmlAttribute, type XmlElement } from "../document/tree.ts";
import type { TextEdit } from "../edit/text-edits.ts";
import type { Release } from "../facts/releases.ts";
import { isPlaceholder } from "./placeholders.ts";
import type { Rule } from "./rule.ts";
import type { AnswerFinding } from "./verdict.ts";

/** Where a finding is: an element by its start tag, an attribute, or a piece of the text. */
export type Place = XmlElement | XmlAttribute | TextPlace;

export interface TextPlace {
  readonly start: number;
  readonly end: number;
  /** The setting that the text is the value of. */
  readonly setting?: XmlElement;
}

export interface ReportOptions {
  /** Instead of the rule's own, where the circumstances make it less. */
  readonly severity?: Rule["severity"] | undefined;
  readonly fix?: { readonly title: string; readonly edits: readonly TextEdit[] } | undefined;
}

/** A hostile file must not fill the memory with complaints. */
const MOST_FINDINGS = 5000;

/** What the families of rules work with: the file, what it is checked against, and where they report. */
export class Checker {
  readonly file: AnswerFile;
  readonly catalog: Catalog;
  readonly target: Release | undefined;
  /** Whether the file is a template, with placeholders in place of values. */
  readonly template: boolean;
  readonly findings: (AnswerFinding & { readonly start: number })[] = [];
  #lookups = 0;
  readonly #byName = new Map<string, ComponentSection[]>();

  constructor(file: AnswerFile, catalog: Catalog, target: Release | undefined, template: boolean) {
    this.file = file;
    this.catalog = catalog;
    this.target = target;
    this.template = template;
    for (const component of file.components) {
      const name = component.name.toLowerCase();
      const known = this.#byName.get(name);
      if (known) known.push(component);
      else this.#byName.set(name, [component]);
    }
  }

  report(rule: Rule, place: Place, message: string, { severity = rule.severity, fix }: ReportOptions = {}): void {
    if (this.findings.length >= MOST_FINDINGS) return;
    const end = "startTagEnd" in place ? place.startTagEnd : place.end;
    const setting = "startTagEnd" in place ? place : "setting" in place ? place.setting : undefined;
    const path = setting && pathOf(this.file, setting);
    this.findings.push({
      rule: rule.id,
      severity,
      ...this.file.rangeOf(place.start, end),
      message,
      ...(path !== undefined && { path }),
      ...(fix && { fix: { title: fix.title, edits: [...fix.edits] } }),
      start: place.start,
    });
  }

  /** The name that a misspelt one was meant for; names beyond reason, and more than a few hundred, are not looked up. */
  meant(name: string, names: Iterable<string>): string | undefined {
    return name.length > 80 || this.#lookups++ > 300 ? undefined : suggest(name, names);
  }

  /** The components of a name, in any letter case; those of one pass alone if one is given. */
  components(name: string, pass?: string): readonly ComponentSection[] {
    const found = this.#byName.get(name.toLowerCase()) ?? [];
    return pass === undefined ? found : found.filter((component) => component.pass === pass);
  }

  /** All elements of a path within the components of a name. */
  settings(component: string, path: string, pass?: string): XmlElement[] {
    const components = this.components(component, pass);
    if (components.length === 0) return [];
    return components.flatMap(({ element }) => settingsIn(element, path));
  }

  /** The value of an element; undefined if it is empty, or a placeholder for one in a template. */
  valueOf(element: XmlElement | undefined): string | undefined {
    if (element === undefined) return undefined;
    const value = textOf(element).trim();
    return value === "" || (this.template && isPlaceholder(value)) ? undefined : value;
  }

  /** Whether the target is known and at least, or below, a build. */
  since(build: number): boolean {
    return this.target !== undefined && this.target.build >= build;
  }

  before(build: number): boolean {
    return this.target !== undefined && this.target.build < build;
  }
}

/** The elements of a slash path below an element, names in any letter case. */
function settingsIn(element: XmlElement, path: string): XmlElement[] {
  let found = [element];
  for (const name of path.split("/")) {
    const next: XmlElement[] = [];
    for (const { children } of found) {
      for (const child of children) {
        if (child.kind === "element" && isOwn(child) && same(child.local, name)) next.push(child);
      }
    }
    if (next.length === 0) return next;
    found = next;
  }
  return found;
}

/** The piece of text that an element holds, for a finding about its value. */
export function contentOf(element: XmlElement): Place {
  if (element.selfClosing || element.endTagStart <= element.startTagEnd || childElements(element).length > 0) {
    return element;
  }
  return { start: element.startTagEnd, end: element.endTagStart, setting: element };
}
