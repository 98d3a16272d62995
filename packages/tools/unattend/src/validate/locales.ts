import type { XmlElement } from "../document/tree.ts";
import {
  findKeyboard,
  findLocale,
  findTimeZone,
  imageLanguages,
  readInputLocale,
  timeZones,
} from "../facts/locales.ts";
import { type Checker, contentOf } from "./checker.ts";
import { isPlaceholder } from "./placeholders.ts";
import { error, info, type Rules, warning } from "./rule.ts";

/** Rules of languages, keyboards and time zones. */
export const LOCALES: Rules<"locale" | "input" | "keyboard" | "language" | "timeZone" | "timeZoneCase"> = {
  locale: error(
    "locale",
    "There is no such language or region.",
    "Windows names them by tags as de-DE. Setup stops or falls back to the image's language.",
  ),
  input: error(
    "input-locale",
    "The input locale cannot be read.",
    "It is a language tag, LLLL:KKKKKKKK in hexadecimal digits (language and keyboard layout), or LLLL:{class}{profile} of an input method; several with ; between.",
  ),
  keyboard: warning(
    "keyboard",
    "The keyboard layout is not known.",
    "Layouts are listed in the registry under Keyboard Layouts; adk unattend locales lists those that are known.",
  ),
  language: info(
    "image-language",
    "Windows media do not come in this language.",
    "The image must have a language pack for it, else Setup takes another.",
  ),
  timeZone: error(
    "time-zone",
    "There is no such time zone.",
    "Windows has names of its own, as in the registry and tzutil /l: W. Europe Standard Time.",
  ),
  timeZoneCase: warning(
    "time-zone-case",
    "The time zone is written in another letter case.",
    "The names are compared exactly.",
  ),
};

const MOST_ENTRIES = 64;
const COMPONENTS = ["Microsoft-Windows-International-Core-WinPE", "Microsoft-Windows-International-Core"];
const TAGS = ["SystemLocale", "UserLocale", "UILanguage", "UILanguageFallback", "SetupUILanguage/UILanguage"];
const UI = ["UILanguage", "UILanguageFallback", "SetupUILanguage/UILanguage"];

export function checkLocales(checker: Checker): void {
  for (const component of COMPONENTS) {
    for (const name of TAGS) {
      for (const element of checker.settings(component, name)) checkTag(checker, element, UI.includes(name));
    }
    for (const element of checker.settings(component, "InputLocale")) checkInput(checker, element);
  }
  for (const element of checker.settings("Microsoft-Windows-Shell-Setup", "TimeZone")) checkTimeZone(checker, element);
}

function checkTag(checker: Checker, element: XmlElement, isUi: boolean): void {
  const tag = checker.valueOf(element);
  if (tag === undefined || isPlaceholder(tag)) return;
  const place = contentOf(element);
  // Windows takes a language's hexadecimal number as well.
  if (/^[\da-f]{4}$/i.test(tag)) return;
  const locale = findLocale(tag);
  if (locale === undefined && tag.split(";").every((each) => findLocale(each.trim()) !== undefined)) {
    checker.report(LOCALES.locale, place, `${element.local} takes one locale, not a list.`, { severity: "warning" });
    return;
  }
  if (locale === undefined) {
    checker.report(LOCALES.locale, place, `${element.local}: there is no locale ${JSON.stringify(tag)}.`);
    return;
  }
  if (isUi && !imageLanguages().some((each) => each.toLowerCase() === tag.toLowerCase())) {
    checker.report(
      LOCALES.language,
      place,
      `${element.local}: Windows media do not come in ${locale.name} (${locale.tag}).`,
    );
  }
}

function checkInput(checker: Checker, element: XmlElement): void {
  const text = checker.valueOf(element);
  if (text === undefined || isPlaceholder(text)) return;
  const place = contentOf(element);
  for (const entry of text.split(";", MOST_ENTRIES).map((each) => each.trim())) {
    if (entry === "") continue;
    const input = readInputLocale(entry);
    if (input === undefined) {
      checker.report(LOCALES.input, place, `InputLocale: ${JSON.stringify(entry)} is no language and keyboard.`);
    } else if (/^[\da-f]{8}$/.test(input.keyboard) && findKeyboard(input.keyboard) === undefined) {
      checker.report(LOCALES.keyboard, place, `InputLocale: the keyboard layout ${input.keyboard} is not known.`);
    }
  }
}

function checkTimeZone(checker: Checker, element: XmlElement): void {
  const name = checker.valueOf(element);
  if (name === undefined || isPlaceholder(name) || findTimeZone(name) !== undefined) return;
  const place = contentOf(element);
  const names = timeZones().map(({ id }) => id);
  const exact = names.find((each) => each.toLowerCase() === name.toLowerCase());
  if (exact !== undefined) {
    const edits = [{ start: place.start, end: place.end, text: exact }];
    checker.report(LOCALES.timeZoneCase, place, `The time zone is written ${exact}.`, {
      fix: { title: `Write ${exact}`, edits },
    });
    return;
  }
  const meant = checker.meant(name, names);
  const hint = meant === undefined ? "" : ` Did you mean ${meant}?`;
  checker.report(LOCALES.timeZone, place, `There is no time zone ${JSON.stringify(name)}.${hint}`);
}
