import type { VolumeEntry } from "@adk/core";
import type { Pair } from "./match.ts";

/** Names of one file that are told with each other. */
const MOST_TOLD = 16;

/** Which entries of one side are names of the same file. */
export class LinkGroups {
  readonly #groups = new Map<string, string[]>();

  constructor(entries: Iterable<VolumeEntry>) {
    for (const { linkId, path } of entries) {
      if (linkId === undefined) continue;
      const group = this.#groups.get(linkId);
      if (group) group.push(path);
      else this.#groups.set(linkId, [path]);
    }
  }

  /** The first other names of a file. */
  othersOf({ linkId, path }: VolumeEntry): string[] {
    const group = linkId === undefined ? [] : (this.#groups.get(linkId) ?? []);
    return group
      .slice(0, MOST_TOLD + 1)
      .filter((other) => other !== path)
      .slice(0, MOST_TOLD);
  }
}

/**
 * The pairs whose file has other names on the one side than on the other. Names that are on one side alone do not count:
 * those are added or removed, which is told already.
 */
export function differentlyLinked(pairs: readonly Pair[]): Set<Pair> {
  const different = new Set<Pair>();
  for (const [here, there] of [
    ["before", "after"],
    ["after", "before"],
  ] as const) {
    const sizesThere = new Map<string, number>();
    const groups = new Map<string, Pair[]>();
    for (const pair of pairs) {
      const [idHere, idThere] = [pair[here].linkId, pair[there].linkId];
      if (idThere !== undefined) sizesThere.set(idThere, (sizesThere.get(idThere) ?? 0) + 1);
      if (idHere === undefined) continue;
      const group = groups.get(idHere);
      if (group) group.push(pair);
      else groups.set(idHere, [pair]);
    }
    for (const group of groups.values()) {
      if (group.length === 1) continue;
      const id = group[0]?.[there].linkId;
      const same = id !== undefined && sizesThere.get(id) === group.length;
      if (same && group.every((pair) => pair[there].linkId === id)) continue;
      for (const pair of group) different.add(pair);
    }
  }
  return different;
}
