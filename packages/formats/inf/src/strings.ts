import { upcase } from "@adk/core";
import type { InfSection } from "./tokenizer.ts";

/** The low bits of a language identifier: the language without its region. */
const PRIMARY_LANGUAGE = 0x3ff;

/**
 * The string tokens of an INF, by their upper-case names: those of `[Strings]`, and before them those of `[Strings.LANG]` for
 * the language, or else for another region of it ("INF Strings Section", learn.microsoft.com).
 */
export function readStrings(sections: ReadonlyMap<string, InfSection>, language: number): Map<string, string> {
  const strings = new Map<string, string>();
  const decorated = [...sections].flatMap(([name, section]) => {
    const identifier = /^STRINGS\.([\dA-F]{4})$/.exec(name)?.[1];
    return identifier ? [{ language: Number.parseInt(identifier, 16), section }] : [];
  });
  const exact = decorated.find((each) => each.language === language);
  const related = decorated.find((each) => (each.language & PRIMARY_LANGUAGE) === (language & PRIMARY_LANGUAGE));
  for (const section of [sections.get("STRINGS"), (exact ?? related)?.section]) {
    for (const { key, values } of section?.lines ?? []) {
      // A comma that is not quoted does not end a string.
      if (key) strings.set(upcase(key.text), values.map(({ text }) => text).join(","));
    }
  }
  return strings;
}
