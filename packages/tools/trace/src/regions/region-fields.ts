import { isContainer, type MatchRule, type RegionDefinition } from "./region-definition.ts";
import type { RegionSet } from "./region-set.ts";

/** Fields that are kept of the events of each region, by its index: for matching, for names, for regions in it and made of it. */
export function wantedFields(set: RegionSet): string[][] {
  const wanted = set.definitions.map(() => new Set<string>());
  const want = (definition: RegionDefinition, fields: readonly string[]) => {
    for (const field of fields) wanted[definition.index]?.add(field);
  };
  for (const definition of set.definitions) {
    const { match, parentMatch, selfNest, naming } = definition;
    const own = [match, parentMatch, selfNest].flatMap((rule) => [...ownFields(rule), ...targetFields(rule)]);
    if (naming?.kind === "field") own.push(naming.field);
    want(definition, own);
    for (const ancestor of ancestorsOf(definition)) want(ancestor, targetFields(parentMatch));
    // Events of other regions that it starts or stops with tell its own fields too.
    for (const endpoint of [...definition.starts, ...definition.stops]) {
      const other = endpoint.kind === "region" ? set.byGuid(endpoint.guid) : undefined;
      if (other) want(other, own);
    }
  }
  return wanted.map((fields) => [...fields]);
}

function ownFields(rule: MatchRule | undefined): string[] {
  return rule?.fields.map(({ field }) => field) ?? [];
}

function targetFields(rule: MatchRule | undefined): string[] {
  return rule?.fields.map(({ target }) => target) ?? [];
}

/** The regions around it that may have several instances, from the innermost outwards. */
function ancestorsOf({ parent }: RegionDefinition): RegionDefinition[] {
  const ancestors: RegionDefinition[] = [];
  for (let around = parent; around !== undefined; around = around.parent) {
    if (!isContainer(around)) ancestors.push(around);
  }
  return ancestors;
}
