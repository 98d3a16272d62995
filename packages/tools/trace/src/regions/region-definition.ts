import type { Guid } from "@adk/core";

/** Where something stands in a file of regions. */
export interface DefinitionPlace {
  readonly file: string | undefined;
  readonly line: number;
  readonly column: number;
}

/** Events that an `<Event>` or a `<Duration>` means: what is undefined does not matter. */
export interface EventSelector {
  readonly provider: Guid;
  readonly id: number | undefined;
  readonly version: number | undefined;
  readonly opcode: number | undefined;
  /** Task of a manifest, name of a self-describing event. */
  readonly name: string | undefined;
}

export type FieldRelationship = "IsEqual" | "Contains" | "DoesNotContain" | "RegEx";

/** `<PayloadIdentifier>`: what a field of the event must hold. */
export interface FieldCondition {
  readonly field: string;
  readonly value: string;
  readonly relationship: FieldRelationship;
  /** Of a regular expression. */
  readonly pattern: RegExp | undefined;
}

/** What a region starts or stops with: any one of several. */
export type Endpoint =
  | { readonly kind: "event"; readonly selector: EventSelector; readonly conditions: readonly FieldCondition[] }
  /** The other end, and a duration that an event tells. */
  | {
      readonly kind: "duration";
      readonly selector: EventSelector;
      readonly conditions: readonly FieldCondition[];
      readonly field: string;
      /** Makes nanoseconds of it. */
      readonly multiplier: number;
    }
  /** The start or the stop of another region. */
  | { readonly kind: "region"; readonly guid: Guid; readonly endpoint: "start" | "stop" };

/** Two fields that must tell the same; of a pattern its first group, or all that it matches. */
export interface FieldMatch {
  readonly field: string;
  readonly pattern: RegExp | undefined;
  /** In the other event: that of the stop, or of the region around. */
  readonly target: string;
  readonly targetPattern: RegExp | undefined;
}

/** What two events must have in common. */
export interface MatchRule {
  readonly thread: boolean;
  readonly process: boolean;
  readonly activity: boolean;
  readonly fields: readonly FieldMatch[];
}

export type FilterType = "Out" | "OutPost" | "OutPrev" | "In" | "InPost" | "InPrev";

/** Keeps instances of a region, or leaves them out, by whether something else is in the trace. */
export interface RegionFilter {
  readonly type: FilterType;
  readonly trigger: { readonly selector: EventSelector } | { readonly guid: Guid };
}

/** How an instance gets a name of its own. */
export type RegionNaming =
  | {
      readonly kind: "field";
      readonly field: string;
      readonly process: boolean;
      readonly from: "start" | "stop" | "any";
    }
  | { readonly kind: "region"; readonly guid: Guid; readonly present: string; readonly absent: string };

/** A region as a file defines it; without endpoints it lasts as long as the regions in it, as the root of a file does. */
export interface RegionDefinition {
  /** Its place among all: those around it come before. */
  readonly index: number;
  readonly guid: Guid;
  readonly name: string;
  readonly friendlyName: string;
  /** The one that it stands in; the root has none. */
  readonly parent: RegionDefinition | undefined;
  readonly starts: readonly Endpoint[];
  readonly stops: readonly Endpoint[];
  readonly match: MatchRule | undefined;
  readonly parentMatch: MatchRule | undefined;
  readonly selfNest: MatchRule | undefined;
  readonly filters: readonly RegionFilter[];
  readonly naming: RegionNaming | undefined;
  /** By the names of its elements. */
  readonly metadata: readonly (readonly [name: string, text: string])[];
  readonly place: DefinitionPlace;
}

/** It has neither start nor stop: its instances are made of those in it. */
export function isContainer({ starts, stops }: RegionDefinition): boolean {
  return starts.length === 0 && stops.length === 0;
}
