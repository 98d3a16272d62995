import type { Findings, Guid } from "@adk/core";
import { placeText } from "./element-checks.ts";
import { type Endpoint, isContainer, type RegionDefinition } from "./region-definition.ts";

/** The regions of some files, and how they depend on each other. */
export class RegionSet {
  /** Those around others before them. */
  readonly definitions: readonly RegionDefinition[];
  /** So that those that one is made of come before it. */
  readonly order: readonly RegionDefinition[];
  readonly #byGuid: ReadonlyMap<Guid, RegionDefinition>;
  readonly #children = new Map<RegionDefinition, RegionDefinition[]>();

  /** Those that lead nowhere, or in a circle, are told and have no instances. */
  constructor(definitions: readonly RegionDefinition[], findings: Findings) {
    this.definitions = definitions;
    this.#byGuid = new Map(definitions.map((definition) => [definition.guid, definition]));
    for (const definition of definitions) {
      if (!definition.parent) continue;
      const siblings = this.#children.get(definition.parent);
      if (siblings) siblings.push(definition);
      else this.#children.set(definition.parent, [definition]);
    }
    this.order = this.#inOrder(findings);
  }

  byGuid(guid: Guid): RegionDefinition | undefined {
    return this.#byGuid.get(guid);
  }

  /** All regions in another; what is in a container of these is told by it. */
  within(definition: RegionDefinition): RegionDefinition[] {
    const children = this.#children.get(definition) ?? [];
    return children.flatMap((child) => (isContainer(child) ? [child] : [child, ...this.within(child)]));
  }

  /** Regions whose instances are known before those of another. */
  #neededBy(definition: RegionDefinition, findings: Findings): RegionDefinition[] {
    const guids = [
      ...[...definition.starts, ...definition.stops].filter(isReference).map(({ guid }) => guid),
      ...definition.filters.flatMap(({ trigger }) => ("guid" in trigger ? [trigger.guid] : [])),
    ];
    const { naming } = definition;
    for (const guid of naming?.kind === "region" ? [...guids, naming.guid] : guids) {
      if (!this.#byGuid.has(guid))
        tell(
          findings,
          "REGIONS_NO_REGION",
          `No region has the GUID {${guid}} that ${definition.name} names.`,
          definition,
        );
    }
    const named = guids.map((guid) => this.#byGuid.get(guid)).filter((each) => each !== undefined);
    return isContainer(definition) ? [...named, ...this.within(definition)] : named;
  }

  #inOrder(findings: Findings): RegionDefinition[] {
    const needs = this.definitions.map((definition) => this.#neededBy(definition, findings));
    const waiting = needs.map((list) => list.length);
    const neededFor = this.definitions.map((): RegionDefinition[] => []);
    for (const definition of this.definitions)
      for (const each of needs[definition.index] ?? []) neededFor[each.index]?.push(definition);
    const order = this.definitions.filter(({ index }) => waiting[index] === 0);
    for (const done of order) {
      for (const next of neededFor[done.index] ?? []) if (--waiting[next.index]! === 0) order.push(next);
    }
    for (const definition of this.definitions) {
      if ((waiting[definition.index] as number) > 0)
        tell(findings, "REGIONS_CIRCLE", `${definition.name} is made of itself, over other regions.`, definition);
    }
    return order;
  }
}

function isReference(endpoint: Endpoint): endpoint is Extract<Endpoint, { kind: "region" }> {
  return endpoint.kind === "region";
}

function tell(findings: Findings, code: string, message: string, { place }: RegionDefinition): void {
  findings.error(code, `${placeText(place)}: ${message}`, { file: place.file });
}
