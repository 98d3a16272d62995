import { toHex, type VolumeEntry } from "@adk/core";
import type { ComparedVolume } from "./compare-entries.ts";
import type { LinkGroups } from "./hard-links.ts";
import type { Aspect, EntryState } from "./schema.ts";

/** What of a state tells of an aspect. */
const FIELDS: Readonly<Record<Aspect, readonly (keyof EntryState)[]>> = {
  type: ["reparseTag"],
  path: ["path"],
  case: ["path"],
  content: ["sha1"],
  attributes: ["attributes", "attributeNames"],
  times: ["created", "modified"],
  streams: ["streams"],
  "hard-links": ["hardLinks"],
  "reparse-point": ["reparseTag", "target"],
  "short-name": ["shortName"],
  security: ["security"],
  "object-id": ["items"],
  "extended-attributes": ["items"],
  "other-items": ["items"],
};

/** Describes the entries of one side. */
export class StateTeller {
  readonly #side: ComparedVolume;
  readonly #links: LinkGroups;

  constructor(side: ComparedVolume, links: LinkGroups) {
    this.#side = side;
    this.#links = links;
  }

  /** All that is known. */
  async all(entry: VolumeEntry): Promise<EntryState> {
    const { linkId: _, ...described } = await this.#side.describer.describe(entry);
    const state: EntryState = described;
    const sha1 = entry.size > 0 ? this.#side.hashes.of(entry) : undefined;
    if (sha1 !== undefined) state.sha1 = sha1;
    const hardLinks = this.#links.othersOf(entry);
    if (hardLinks.length > 0) state.hardLinks = hardLinks;
    if (entry.items.length > 0) state.items = entry.items.map(({ tag, data }) => ({ tag, data: toHex(data) }));
    return state;
  }

  /** Of both states the type, the size, and what differs. */
  static differing(what: readonly Aspect[], before: EntryState, after: EntryState) {
    const fields = new Set(what.flatMap((aspect) => FIELDS[aspect]));
    const pick = (from: EntryState, other: EntryState): EntryState => {
      const state: EntryState = { type: from.type, size: from.size };
      for (const field of fields) if (from[field] !== other[field]) Object.assign(state, { [field]: from[field] });
      return state;
    };
    return { before: pick(before, after), after: pick(after, before) };
  }
}
