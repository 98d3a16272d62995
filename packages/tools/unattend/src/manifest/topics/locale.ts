import * as z from "zod";
import { LOCALE, LOCALE_PE, SHELL } from "../../catalog/component-names.ts";
import { findLocale, findTimeZone, inputLocaleOf, readInputLocale } from "../../facts/locales.ts";
import type { AnswerReader } from "../answer-reader.ts";
import { definedFields, defineTopic } from "../topic.ts";

const language = z.string().refine((tag) => findLocale(tag) !== undefined, {
  error: "This is no language that Windows knows, like en-US.",
});
const keyboard = z.string().refine((text) => readInputLocale(text) !== undefined, {
  error: "Expected a language (de-DE), a layout (0407:00000407) or an input method.",
});

/** Languages, keyboards and the time zone: of Setup and of the installed Windows. */
export const locale = defineTopic({
  name: "locale",
  schema: z.strictObject({
    language: language.describe("The language of Windows; the image must have it."),
    setup: language.optional().describe("The language of Setup itself (default: `language`)."),
    system: language.optional().describe("For programs that know no Unicode (default: `language`)."),
    user: language.optional().describe("Formats of dates and numbers (default: `language`)."),
    keyboards: z
      .array(keyboard)
      .min(1)
      .optional()
      .describe("Keyboards, the first is the default: languages or layouts (default: that of `language`)."),
    fallback: language.optional().describe("The language where `language` lacks a text."),
    pass: z
      .enum(["oobeSystem", "specialize", "none"])
      .optional()
      .describe("Where the installed Windows takes them (default: oobeSystem); `none`: only Setup does."),
    timeZone: z
      .string()
      .refine((id) => findTimeZone(id) !== undefined, {
        error: "This is no time zone of Windows; `adk unattend list time-zones` shows them.",
      })
      .optional(),
  }),

  write({ language: ui, setup, system, user, keyboards, fallback, pass, timeZone }, builder) {
    const input = (keyboards ?? [inputLocaleOf(ui) ?? ui]).join(";");
    const values: [string, string | undefined][] = [
      ["InputLocale", input],
      ["SystemLocale", system ?? ui],
      ["UILanguage", ui],
      ["UILanguageFallback", fallback],
      ["UserLocale", user ?? ui],
    ];
    builder.set("windowsPE", LOCALE_PE, "SetupUILanguage/UILanguage", setup ?? ui);
    for (const [name, value] of values) builder.set("windowsPE", LOCALE_PE, name, value);
    for (const [name, value] of pass === "none" ? [] : values) builder.set(pass ?? "oobeSystem", LOCALE, name, value);
    builder.set("specialize", SHELL, "TimeZone", timeZone);
  },

  read(reader) {
    const get = (name: string) => reader.get("windowsPE", LOCALE_PE, name);
    const ui = get("UILanguage");
    if (ui === undefined) return undefined;
    const other = (name: string) => (get(name) === ui ? undefined : get(name));
    const input = get("InputLocale");
    return definedFields({
      language: ui,
      setup: other("SetupUILanguage/UILanguage"),
      system: other("SystemLocale"),
      user: other("UserLocale"),
      keyboards: input === undefined || input === (inputLocaleOf(ui) ?? ui) ? undefined : input.split(";"),
      fallback: get("UILanguageFallback"),
      pass: passOf(reader),
      timeZone: reader.get("specialize", SHELL, "TimeZone"),
    });
  },
});

function passOf(reader: AnswerReader): "specialize" | "none" | undefined {
  if (reader.get("oobeSystem", LOCALE, "UILanguage") !== undefined) return undefined;
  return reader.get("specialize", LOCALE, "UILanguage") === undefined ? "none" : "specialize";
}
