import { type EntrySource, LayeredEntry } from "./layered-entry.ts";
import { compareNames, equalNames, upcase } from "./upcase.ts";
import { childPath, isRealDirectory, type VolumeEntry } from "./volume.ts";

/** One difference between a tree and its base. */
export type TreeChange =
  /** The entry of the base is gone, with all below it. */
  | { readonly change: "remove"; readonly path: string }
  /** An entry that the base does not have so; `replaces` is the file or link of the base that had its place. */
  | { readonly change: "put"; readonly entry: LayeredEntry; readonly replaces: LayeredEntry | undefined };

/** A child of a directory that layers changed: an entry, a directory that was changed itself, or one that is gone. */
type Change = LayeredEntry | OverlayDirectory | "removed";

/**
 * A directory with changes: what the base has in it, if it is there at all, and what layers made of that. Directories that no
 * layer touched have no overlay; they are listed by the base when somebody asks.
 */
export class OverlayDirectory {
  readonly entry: LayeredEntry;
  /** The base directory that it continues; undefined where a layer made or replaced the directory. */
  readonly #base: { readonly source: EntrySource; readonly directory: VolumeEntry } | undefined;
  /** By upcased name. */
  readonly #changes = new Map<string, Change>();
  #listed: Promise<readonly LayeredEntry[]> | undefined;

  constructor(entry: LayeredEntry, base?: { source: EntrySource; directory: VolumeEntry }) {
    this.entry = entry;
    this.#base = base;
  }

  /** The child that a name means: long names go before short ones. */
  async find(name: string): Promise<LayeredEntry | OverlayDirectory | undefined> {
    const change = this.#changes.get(upcase(name));
    if (change) return change === "removed" ? undefined : change;
    const listed = await this.#baseEntries();
    const same = listed.find((each) => each.name === name) ?? listed.find((each) => equalNames(each.name, name));
    if (same) return same;
    const short = listed.find((each) => each.shortName !== "" && equalNames(each.shortName, name));
    if (!short) return undefined;
    const changed = this.#changes.get(upcase(short.name));
    return changed === undefined ? short : changed === "removed" ? undefined : changed;
  }

  /** The child directory of a long name, if it was changed. */
  changed(name: string): OverlayDirectory | undefined {
    const change = this.#changes.get(upcase(name));
    return change instanceof OverlayDirectory ? change : undefined;
  }

  set(name: string, change: LayeredEntry | OverlayDirectory): void {
    this.#changes.set(upcase(name), change);
  }

  /** @param name the long name of a child */
  remove(name: string): void {
    this.#changes.set(upcase(name), "removed");
  }

  /** Turns a directory of the base into one that can be changed. */
  continue(entry: LayeredEntry): OverlayDirectory {
    const { origin } = entry;
    const base = origin.kind === "entry" ? { source: origin.source, directory: origin.entry } : undefined;
    const directory = new OverlayDirectory(entry, base);
    this.set(entry.name, directory);
    return directory;
  }

  /** The base's entries in its order, those replaced in their places, then what was added by name. */
  async list(): Promise<readonly LayeredEntry[]> {
    const rest = new Map(this.#changes);
    const entries: LayeredEntry[] = [];
    for (const entry of await this.#baseEntries()) {
      const key = upcase(entry.name);
      const change = this.#changes.get(key);
      if (!change) entries.push(entry);
      else if (rest.delete(key) && change !== "removed") entries.push(entryOf(change));
    }
    const added = [...rest.values()].filter((change) => change !== "removed").map(entryOf);
    return [...entries, ...added.sort((a, b) => compareNames(a.name, b.name))];
  }

  /** What differs from the base, here and below: each entry after what it replaces, a directory before what it holds. */
  async *differences(): AsyncGenerator<TreeChange> {
    const base = new Map((await this.#baseEntries()).map((entry) => [upcase(entry.name), entry]));
    for (const [name, change] of this.#changes) {
      const before = base.get(name);
      if (change instanceof OverlayDirectory && change.#base) {
        yield* change.differences();
        continue;
      }
      const replaces = change instanceof LayeredEntry && before && !isRealDirectory(before) ? before : undefined;
      if (before && !replaces) yield { change: "remove", path: before.path };
      if (change === "removed") continue;
      yield { change: "put", entry: entryOf(change), replaces };
      if (change instanceof OverlayDirectory) yield* change.differences();
    }
  }

  #baseEntries(): Promise<readonly LayeredEntry[]> {
    this.#listed ??= this.#base ? listBase(this.#base.source, this.#base.directory) : Promise.resolve([]);
    return this.#listed;
  }
}

/** The entries of a directory of the base, which keep their paths. */
export async function listBase(source: EntrySource, directory: VolumeEntry): Promise<readonly LayeredEntry[]> {
  const entries = await source.volume.list(directory);
  return entries.map((entry) => {
    const path = childPath(directory.path, entry.name);
    return new LayeredEntry(path, entry.name, 0, { kind: "entry", source, entry });
  });
}

function entryOf(change: LayeredEntry | OverlayDirectory): LayeredEntry {
  return change instanceof OverlayDirectory ? change.entry : change;
}
