import type { CatalogSetting } from "../catalog/catalog.ts";
import { textOf, type XmlElement } from "../document/tree.ts";
import { replaceContent } from "../edit/set-value.ts";
import { type Checker, contentOf } from "./checker.ts";
import { isPlaceholder } from "./placeholders.ts";
import { error, info, type Rules, warning } from "./rule.ts";
import { STRUCTURE } from "./structure.ts";

/** Rules of single values, by type. */
export const VALUES: Rules<"type" | "spelling" | "range" | "length" | "pattern" | "empty" | "emptyText" | "unlisted"> =
  {
    type: error(
      "bad-value",
      "The value is not of the setting's type.",
      "Setup stops with 'The settings specified in the answer file cannot be applied', or with an error that names the line.",
    ),
    spelling: warning(
      "value-case",
      "A value is written in another letter case than in the catalogue.",
      "Some components compare it exactly.",
    ),
    range: error("out-of-range", "A number is too small or too large.", "The catalogue gives the bounds."),
    length: error("too-long", "A text is longer than the setting can take.", "Setup refuses or cuts it."),
    pattern: error(
      "bad-pattern",
      "A text does not have the required form.",
      "The catalogue gives the form, as a GUID in braces.",
    ),
    empty: error(
      "empty-value",
      "A number, boolean or fixed word is empty.",
      "There is no such value. Leave the setting out. MDT fills such places later: check its templates with --template.",
    ),
    emptyText: warning(
      "empty-text",
      "The reference page says that the setting must not be empty.",
      "Depending on the setting Setup stops, or takes the empty text.",
    ),
    unlisted: info(
      "unlisted-value",
      "The reference page does not list this value.",
      "Pages are older than Windows; check it on the version that you deploy.",
    ),
  };

/** Bounds of the types that have some by themselves. */
const BOUNDS: Readonly<Record<string, readonly [number, number]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
  uint8: [0, 255],
  integer: [-(2 ** 53), 2 ** 53],
};

export function checkValue(checker: Checker, element: XmlElement, setting: CatalogSetting): void {
  const text = textOf(element);
  const value = text.trim();
  if (value === "") {
    checkEmpty(checker, element, setting, text);
    return;
  }
  if (isPlaceholder(value)) {
    if (checker.template) return;
    if (setting.type !== "string" && setting.type !== undefined) {
      checker.report(STRUCTURE.placeholder, contentOf(element), `${setting.path} is the placeholder ${value}.`, {
        severity: "error",
      });
      return;
    }
    if (value.length < 200 && /\{\{.*\}\}|\$\{\w+\}/.test(value) && !/[\s;]/.test(value.replace(/\{\{.*?\}\}/g, ""))) {
      checker.report(STRUCTURE.placeholder, contentOf(element), `${setting.path} is the placeholder ${value}.`);
    }
  }
  if (setting.type === "boolean") checkBoolean(checker, element, setting, value);
  else if (setting.type === "enum") checkEnum(checker, element, setting, value);
  else if (setting.type !== undefined && setting.type !== "string") checkNumber(checker, element, setting, value);
  else checkText(checker, element, setting, text);
}

function checkEmpty(checker: Checker, element: XmlElement, setting: CatalogSetting, text: string): void {
  if (setting.type !== undefined && setting.type !== "string") {
    const severity = checker.template ? "info" : "error";
    const kind = setting.type === "enum" ? `one of ${setting.values?.join(", ")}` : `a ${setting.type}`;
    checker.report(VALUES.empty, element, `${setting.path} is empty; it must be ${kind}, or be left out.`, {
      severity,
    });
  } else if (setting.allowEmpty === false && text === "") {
    const severity = checker.template ? "info" : "warning";
    checker.report(VALUES.emptyText, element, `${setting.path} must not be empty.`, { severity });
  }
}

function checkBoolean(checker: Checker, element: XmlElement, setting: CatalogSetting, value: string): void {
  if (/^(?:true|false|1|0)$/.test(value)) return;
  const lower = value.toLowerCase();
  if (lower === "true" || lower === "false") reportSpelling(checker, element, setting, lower);
  else reportType(checker, element, setting, value, "true or false");
}

function checkEnum(checker: Checker, element: XmlElement, setting: CatalogSetting, value: string): void {
  const values = setting.values ?? [];
  if (values.length === 0 || values.includes(value)) return;
  const exact = values.find((each) => each.toLowerCase() === value.toLowerCase());
  if (exact !== undefined) {
    reportSpelling(checker, element, setting, exact);
    return;
  }
  if (newerValue(checker, setting, value)) {
    const message = `${setting.path} ${value} is newer than the catalogue; older Windows does not know it.`;
    checker.report(VALUES.unlisted, contentOf(element), message);
    return;
  }
  const shown = values.length > 12 ? `${values[0]} to ${values.at(-1)}` : `one of ${values.join(", ")}`;
  const meant = checker.meant(value, values);
  reportType(checker, element, setting, value, meant === undefined ? shown : `${shown}; did you mean ${meant}`);
}

/** Values that came after the release that the built-in catalogue is of. Setup formats with ReFS since Windows Server 2025. */
function newerValue(checker: Checker, setting: CatalogSetting, value: string): boolean {
  return setting.schemaType === "FormatType" && value.toUpperCase() === "REFS" && !checker.before(26_100);
}

function checkNumber(checker: Checker, element: XmlElement, setting: CatalogSetting, value: string): void {
  if (setting.type === "uint8" && setting.schemaType === "xsd:hexBinary") {
    if (!/^(?:[\da-f]{2})+$/i.test(value)) reportType(checker, element, setting, value, "hexadecimal digits");
    return;
  }
  if (!/^[+-]?\d+$/.test(value)) {
    reportType(checker, element, setting, value, "a whole number");
    return;
  }
  const [least, most] = BOUNDS[setting.type as string] ?? [-Infinity, Infinity];
  const min = setting.min ?? least;
  const max = setting.max ?? most;
  const number = Number(value);
  if (number >= min && number <= max) return;
  const bound = number < min ? `at least ${min}` : `at most ${max}`;
  checker.report(VALUES.range, contentOf(element), `${setting.path} is ${value}; it must be ${bound}.`);
}

function checkText(checker: Checker, element: XmlElement, setting: CatalogSetting, text: string): void {
  const value = text.trim();
  if (
    setting.maxLength !== undefined &&
    value.length > setting.maxLength &&
    !(checker.template && isPlaceholder(value))
  ) {
    const message = `${setting.path} has ${value.length} characters; ${setting.maxLength} is the most.`;
    checker.report(VALUES.length, contentOf(element), message);
  }
  if (setting.pattern !== undefined && !matches(setting.pattern, value)) {
    checker.report(VALUES.pattern, contentOf(element), `${setting.path} must match ${setting.pattern}.`);
  }
}

/** Patterns come from catalogues: one that cannot be read, or is meant to never end, says nothing. */
function matches(pattern: string, value: string): boolean {
  if (pattern.length > 200 || value.length > 300 || /[*+}]\)?[*+{]/.test(pattern)) return true;
  try {
    return new RegExp(`^(?:${pattern})$`).test(value);
  } catch {
    return true;
  }
}

function reportSpelling(checker: Checker, element: XmlElement, setting: CatalogSetting, exact: string): void {
  checker.report(VALUES.spelling, contentOf(element), `${setting.path} is written ${exact}.`, {
    fix: { title: `Write ${exact}`, edits: [replaceContent(checker.file, element, exact)] },
  });
}

function reportType(
  checker: Checker,
  element: XmlElement,
  setting: CatalogSetting,
  value: string,
  expected: string,
): void {
  const shown = value.length > 40 ? `${value.slice(0, 40)}...` : value;
  checker.report(
    VALUES.type,
    contentOf(element),
    `${setting.path} is ${JSON.stringify(shown)}; it must be ${expected}.`,
  );
}
