import { type Findings, type Guid, isGuid, parseGuid, suggest } from "@adk/core";
import type { XmlElement } from "../xml-document.ts";

/** What an element of a file of regions may have. */
export interface ElementRule {
  readonly required: readonly string[];
  readonly optional?: readonly string[];
  readonly children?: readonly string[];
}

/** The longest regular expression that is taken. */
const MOST_PATTERN = 4096;

/** Reads the elements of one file, and tells what is wrong with them and where. */
export class ElementChecks {
  readonly file: string | undefined;
  readonly #findings: Findings;

  constructor(file: string | undefined, findings: Findings) {
    this.file = file;
    this.#findings = findings;
  }

  error(code: string, message: string, at: XmlElement): void {
    this.#findings.error(code, `${placeText(at)}: ${message}`, { file: this.file });
  }

  warning(code: string, message: string, at: XmlElement): void {
    this.#findings.warning(code, `${placeText(at)}: ${message}`, { file: this.file });
  }

  /** Attributes and children are those that it may have. @returns false if one lacks that it must have */
  check(element: XmlElement, { required, optional = [], children = [] }: ElementRule): boolean {
    const { name, attributes } = element;
    const known = [...required, ...optional];
    const missing = required.filter((each) => attributes[each] === undefined);
    for (const each of missing) this.error("REGIONS_MISSING_ATTRIBUTE", `<${name}> has no ${each}.`, element);
    for (const each of Object.keys(attributes)) {
      if (known.includes(each) || each === "xsi" || each === "xsd" || each.startsWith("xmlns")) continue;
      const near = suggest(each, known);
      const message = `<${name}> has no attribute ${each}${near ? `: ${near} is meant?` : " that is known."}`;
      this.warning("REGIONS_UNKNOWN_ATTRIBUTE", message, element);
    }
    for (const child of element.children) {
      if (children.includes(child.name)) continue;
      const near = suggest(child.name, children);
      const message = `<${child.name}> does not belong into <${name}>${near ? `: <${near}> is meant?` : "."}`;
      this.error("REGIONS_UNKNOWN_ELEMENT", message, child);
    }
    return missing.length === 0;
  }

  guid(element: XmlElement, name: string): Guid | undefined {
    const text = element.attributes[name]?.trim();
    if (text === undefined) return undefined;
    if (isGuid(text)) return parseGuid(text);
    this.error("REGIONS_BAD_VALUE", `${name} of <${element.name}> is no GUID: ${text.slice(0, 80)}`, element);
    return undefined;
  }

  /** A whole number up to a bound; undefined where there is none, `NaN` where it is wrong. */
  number(element: XmlElement, name: string, most: number): number | undefined {
    const text = element.attributes[name]?.trim();
    if (text === undefined) return undefined;
    const value = /^(\d{1,10}|0x[0-9a-f]{1,8})$/i.test(text) ? Number(text) : Number.NaN;
    if (value <= most) return value;
    this.error("REGIONS_BAD_VALUE", `${name} of <${element.name}> is no number from 0 to ${most}: ${text}`, element);
    return Number.NaN;
  }

  boolean(element: XmlElement, name: string): boolean {
    const text = element.attributes[name]?.trim() ?? "false";
    if (!/^(true|false|1|0)$/i.test(text)) {
      this.error("REGIONS_BAD_VALUE", `${name} of <${element.name}> is neither true nor false: ${text}`, element);
    }
    return /^(true|1)$/i.test(text);
  }

  /** One of some words, whatever their capitals; undefined where it is another. */
  choice<Word extends string>(element: XmlElement, name: string, words: readonly Word[]): Word | undefined {
    const text = element.attributes[name]?.trim() ?? "";
    const word = words.find((each) => each.toLowerCase() === text.toLowerCase());
    if (word !== undefined) return word;
    const message = `${name} of <${element.name}> is none of ${words.join(", ")}: ${text}`;
    this.error("REGIONS_BAD_VALUE", message, element);
    return undefined;
  }

  /** Undefined where there is none; null where it is wrong. */
  pattern(element: XmlElement, name: string): RegExp | undefined | null {
    const text = element.attributes[name];
    if (text === undefined) return undefined;
    try {
      if (text.length <= MOST_PATTERN) return new RegExp(text, "u");
    } catch {
      // Some that are written for .NET are none with the flag for whole characters.
      try {
        return new RegExp(text);
      } catch {
        // It is told below.
      }
    }
    this.error("REGIONS_BAD_VALUE", `${name} of <${element.name}> is no regular expression: ${text}`, element);
    return null;
  }
}

export function placeText({ line, column }: Pick<XmlElement, "line" | "column">): string {
  return `line ${line}, column ${column}`;
}
