import { upcase } from "@adk/core";
import type { InfFile } from "./inf-file.ts";
import type { InfLine, InfPlace } from "./tokenizer.ts";

/** Another INF that an Include directive names, where the caller has it. */
export type FindInf = (name: string) => InfFile | undefined;

/** A directive of an install section: `CopyFiles = a, b`. */
export interface InfDirective extends InfPlace {
  readonly inf: InfFile;
  /** INF files that the section includes: what values name is looked for in them too. */
  readonly included: readonly InfFile[];
  /** Some that it includes are not there. */
  readonly incomplete: boolean;
  /** Upper case: `COPYFILES`. */
  readonly name: string;
  readonly values: readonly string[];
  readonly source: InfLine;
}

export interface SectionDirectives {
  readonly directives: readonly InfDirective[];
  /** INF files that Include names and the caller does not have: `mshdc.inf`. What Needs takes of them is missing. */
  readonly missingIncludes: readonly string[];
  /** Sections that Needs names and none of the files has. */
  readonly missingNeeds: readonly string[];
}

/** Needs directives of one section, all in all: a chain that goes on is damaged or hostile. */
const MOST_SECTIONS = 1000;

/**
 * The directives of a section, with those of the sections that it needs ("INF Needs directive": they are processed as part of
 * it). Undefined where the section is not there.
 */
export function readDirectives(inf: InfFile, section: string, findInf: FindInf): SectionDirectives | undefined {
  if (!inf.section(section)) return undefined;
  const directives: InfDirective[] = [];
  const missingIncludes = new Set<string>();
  const missingNeeds = new Set<string>();
  const seen = new Set<string>();
  const pending: { inf: InfFile; section: string; others: readonly InfFile[] }[] = [{ inf, section, others: [] }];
  for (let next = pending.shift(); next && seen.size < MOST_SECTIONS; next = pending.shift()) {
    const key = `${next.inf.name}\0${upcase(next.section)}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const own = readOwn(next.inf, next.section);
    const includes = own.filter(({ name }) => name === "INCLUDE").flatMap(({ values }) => values);
    const included: InfFile[] = [...next.others];
    for (const name of includes) {
      const found = findInf(name);
      if (found) included.push(found);
      else if (name !== "") missingIncludes.add(name);
    }
    const incomplete = missingIncludes.size > 0;
    for (const directive of own) {
      if (directive.name !== "NEEDS") {
        if (directive.name !== "INCLUDE") directives.push({ ...directive, included, incomplete });
        continue;
      }
      for (const needed of directive.values.filter((name) => name !== "")) {
        const owner = [next.inf, ...included].find((each) => each.section(needed));
        if (owner) pending.push({ inf: owner, section: needed, others: included });
        else missingNeeds.add(needed);
      }
    }
  }
  return { directives, missingIncludes: [...missingIncludes], missingNeeds: [...missingNeeds] };
}

/** The INF that has a section which a directive names; undefined where none has, with a finding. */
export function ownerOf({ inf, included, incomplete, source }: InfDirective, section: string): InfFile | undefined {
  const owner = [inf, ...included].find((each) => each.section(section));
  if (owner) return owner;
  const message = `The section ${JSON.stringify(section)} is not there.`;
  if (incomplete) inf.warn("INF_NO_SUCH_SECTION", `${message} It may be in an INF that is included.`, source);
  else inf.error("INF_NO_SUCH_SECTION", message, source);
  return undefined;
}

type OwnDirective = Omit<InfDirective, "included" | "incomplete">;

function readOwn(inf: InfFile, section: string): OwnDirective[] {
  return (inf.section(section)?.lines ?? []).flatMap((source) => {
    if (!source.key) return [];
    const { line, column } = source;
    const name = upcase(inf.text(source.key));
    return [{ inf, name, values: inf.texts(source).map((text) => text.trim()), source, line, column }];
  });
}

/** The INF files that Include directives of an INF name, each once. */
export function includedNames(inf: InfFile): string[] {
  const fields = inf.sectionNames.flatMap((section) =>
    inf.lines(section, "Include").flatMap((line) => inf.texts(line)),
  );
  return [...new Set(fields.map((name) => name.trim()).filter((name) => name !== ""))];
}
