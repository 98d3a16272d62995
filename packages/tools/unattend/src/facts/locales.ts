import { factTable } from "./tables.ts";

/** A language or region as the International components name it. */
export interface Locale {
  /** `de-CH` */
  readonly tag: string;
  readonly name: string;
  /** Four hexadecimal digits; `1000` for those that have no number of their own. */
  readonly lcid: string;
  /** Keyboard layout that goes with it, 8 hexadecimal digits; empty if none is known. */
  readonly keyboard: string;
  /** GeoID of its country; empty if it has none. */
  readonly geoId: string;
}

/** A keyboard layout (8 hexadecimal digits) or an input method (`LLLL:{class}{profile}`). */
export interface Keyboard {
  readonly id: string;
  readonly name: string;
}

export interface TimeZone {
  /** The registry name, which answer files use: `W. Europe Standard Time`. */
  readonly id: string;
  readonly name: string;
}

let locales: Map<string, Locale> | undefined;

function localesByTag(): Map<string, Locale> {
  locales ??= new Map(
    factTable("values", "locales").map(([tag = "", name = "", lcid = "", keyboard = "", geoId = ""]) => [
      tag.toLowerCase(),
      { tag, name, lcid, keyboard, geoId },
    ]),
  );
  return locales;
}

/** @param tag in any letter case */
export function findLocale(tag: string): Locale | undefined {
  return localesByTag().get(tag.toLowerCase());
}

export function allLocales(): readonly Locale[] {
  return [...localesByTag().values()];
}

/** Languages in which Microsoft offers images, by tag; an image has others only with a language pack. */
export function imageLanguages(): readonly string[] {
  return factTable("values", "imageLanguages").map(([tag = ""]) => tag);
}

let keyboardList: readonly Keyboard[] | undefined;

export function keyboards(): readonly Keyboard[] {
  keyboardList ??= factTable("values", "keyboards").map(([id = "", name = ""]) => ({ id, name }));
  return keyboardList;
}

/** @param id a layout or an input method, in any letter case */
export function findKeyboard(id: string): Keyboard | undefined {
  const wanted = id.toLowerCase();
  return keyboards().find((keyboard) => keyboard.id.toLowerCase() === wanted);
}

/**
 * The input locale of a language with its usual keyboard: `0407:00000407`. Undefined for languages that have no number of
 * their own or whose keyboard is not known; their tag is understood by Setup as it is.
 */
export function inputLocaleOf(tag: string): string | undefined {
  const locale = findLocale(tag);
  if (!locale || locale.keyboard === "" || locale.lcid === "1000") return undefined;
  return locale.keyboard.includes(":") ? locale.keyboard : `${locale.lcid}:${locale.keyboard}`;
}

/** What one entry of `InputLocale` is; undefined if Setup would not understand it. */
export function readInputLocale(entry: string): { language: string | undefined; keyboard: string } | undefined {
  const layout = /^([\da-f]{4}):([\da-f]{8})$/i.exec(entry);
  if (layout) return { language: languageOf(layout[1]!), keyboard: layout[2]!.toLowerCase() };
  const guid = "\\{[\\da-f]{8}(?:-[\\da-f]{4}){3}-[\\da-f]{12}\\}";
  const method = new RegExp(`^([\\da-f]{4}):${guid}${guid}$`, "i").exec(entry);
  if (method) return { language: languageOf(method[1]!), keyboard: entry.toLowerCase() };
  const locale = findLocale(entry);
  return locale && { language: locale.tag, keyboard: locale.keyboard };
}

function languageOf(lcid: string): string | undefined {
  const wanted = lcid.toLowerCase();
  for (const locale of localesByTag().values())
    if (locale.lcid === wanted && locale.tag.includes("-")) return locale.tag;
  return undefined;
}

export function timeZones(): readonly TimeZone[] {
  return factTable("values", "timeZones").map(([id = "", name = ""]) => ({ id, name }));
}

/** Exact in letter case, as the registry has it; `_dstoff` behind the name keeps standard time all year. */
export function findTimeZone(id: string): TimeZone | undefined {
  const plain = id.replace(/_dstoff$/, "");
  return timeZones().find((zone) => zone.id === plain);
}

/** The time zone that Setup takes for a country. @param country ISO 3166 code of two letters */
export function timeZoneOfCountry(country: string): string | undefined {
  return factTable("values", "countryTimeZones").find(([code]) => code === country.toUpperCase())?.[1];
}

export function geoIds(): readonly { readonly id: string; readonly name: string }[] {
  return factTable("values", "geoIds").map(([id = "", name = ""]) => ({ id, name }));
}
