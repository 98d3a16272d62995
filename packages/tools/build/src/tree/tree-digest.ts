import {
  IncrementalDigest,
  type LayeredEntry,
  type LayeredVolume,
  type LongOperation,
  ProgressCounter,
  readPieces,
  toHex,
  type VolumeStream,
  walk,
} from "@adk/core";

/** The digest of a whole tree. @param facts further ones that tell it from another */
export async function digestTree(
  tree: LayeredVolume,
  operation: LongOperation,
  phase: string,
  facts: readonly string[] = [],
): Promise<string> {
  const digest = new TreeDigest(tree, operation, phase);
  for (const fact of facts) digest.addFact(fact);
  for await (const batch of walk(tree)) await digest.addEntries(batch as readonly LayeredEntry[]);
  return digest.finish();
}

/** Files up to this size are read at once. */
const SMALL_FILE = 4 << 20;

/**
 * SHA-256 over what entries put into an image: names, attributes, times, links, streams and data - and nothing of the host,
 * so that it is the same on every machine that has the same tree. Data whose SHA-1 the volume stores is not read.
 */
export class TreeDigest {
  readonly #digest = new IncrementalDigest("sha256");
  readonly #volume: LayeredVolume;
  readonly #progress: ProgressCounter;
  /** Hard links are told by the order in which their files come. */
  readonly #links = new Map<string, number>();

  /** @param phase what the progress is called: `"hash base"` */
  constructor(volume: LayeredVolume, operation: LongOperation, phase: string) {
    this.#volume = volume;
    this.#progress = new ProgressCounter(operation, phase, "bytes", 0);
  }

  /** Adds any fact, as which paths were removed. */
  addFact(...fact: readonly string[]): void {
    this.#digest.update(Buffer.from(`${JSON.stringify(fact)}\n`));
  }

  async addEntries(entries: Iterable<LayeredEntry> | AsyncIterable<LayeredEntry>): Promise<void> {
    for await (const entry of entries) {
      this.addFact(...(await this.#describe(entry)));
      this.#progress.add(entry.size, entry.path);
    }
  }

  finish(): string {
    return this.#digest.finish();
  }

  async #describe(entry: LayeredEntry): Promise<string[]> {
    const { path, origin, shortName, attributes, creationTime, lastWriteTime } = entry;
    // The time of a directory that a layer makes is that of the build.
    if (origin.kind === "directory") return ["directory", path];
    const facts = [path, shortName, `${attributes}`, `${creationTime}`, `${lastWriteTime}`, this.#link(entry)];
    const security = await this.#volume.securityDescriptor(entry);
    if (security) facts.push(`security ${toHex(security)}`);
    const point = entry.reparseTag === 0 ? undefined : await this.#volume.reparsePoint(entry);
    if (point) facts.push(`link ${entry.reparseTag} ${point.fixed} ${toHex(point.data)}`);
    if (entry.size > 0) facts.push(await this.#data(entry, { name: "", size: entry.size, sha1: entry.sha1 }));
    for (const stream of entry.streams) facts.push(stream.name, await this.#data(entry, stream));
    return facts;
  }

  #link({ linkId }: LayeredEntry): string {
    if (linkId === undefined) return "";
    const number = this.#links.get(linkId) ?? this.#links.size + 1;
    this.#links.set(linkId, number);
    return `${number}`;
  }

  async #data(entry: LayeredEntry, stream: VolumeStream): Promise<string> {
    if (stream.sha1 !== undefined) return `sha1 ${stream.sha1}`;
    const digest = new IncrementalDigest("sha256");
    if (stream.size <= SMALL_FILE) digest.update(await this.#volume.read(entry, stream.name));
    else {
      const access = await this.#volume.open(entry, stream.name);
      try {
        for await (const piece of readPieces(access)) {
          digest.update(piece);
          this.#progress.add(0, entry.path);
        }
      } finally {
        await access.close();
      }
    }
    return `sha256 ${digest.finish()}`;
  }
}
