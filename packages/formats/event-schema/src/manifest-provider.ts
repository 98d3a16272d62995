import type { Guid } from "@adk/core";
import type { EventLayout } from "./event-layout.ts";

/** A provider that a manifest describes. */
export interface ManifestProvider {
  readonly guid: Guid;
  readonly name: string;
  readonly symbol: string | undefined;
  readonly events: readonly EventLayout[];
  /** The layout of an event; undefined if the manifest does not have it. */
  readonly byId: (id: number, version: number) => EventLayout | undefined;
}

export function manifestProvider(
  provider: Pick<ManifestProvider, "guid" | "name" | "symbol">,
  events: readonly EventLayout[],
): ManifestProvider {
  const byKey = new Map(events.map((event) => [`${event.id}/${event.version}`, event]));
  return { ...provider, events, byId: (id, version) => byKey.get(`${id}/${version}`) };
}
