import {
  AdkError,
  digest,
  type Findings,
  IncrementalDigest,
  mapOrdered,
  type ProgressCounter,
  readPieces,
  type Volume,
  type VolumeEntry,
} from "@adk/core";

/** Files that are read at the same time: while one waits for the disk, another is hashed. */
const AHEAD = 4;
const EMPTY_SHA1 = digest("sha1", new Uint8Array(0));

/** SHA-1 of the data of a volume's entries: stored where the volume does, else read where it was asked for. */
export class DataHashes {
  readonly #volume: Volume;
  readonly #wanted = new Map<string, { entry: VolumeEntry; stream: string; size: number }>();
  readonly #read = new Map<string, string>();

  constructor(volume: Volume) {
    this.#volume = volume;
  }

  /** Undefined where it is not stored, was not asked for, or cannot be read. */
  of(entry: VolumeEntry, stream = ""): string | undefined {
    const { size, sha1 } = dataOf(entry, stream);
    return sha1 ?? (size === 0 ? EMPTY_SHA1 : this.#read.get(key(entry, stream)));
  }

  /** Asks for a hash: where it is not known, `readWanted` makes it. */
  want(entry: VolumeEntry, stream = ""): void {
    if (this.of(entry, stream) !== undefined) return;
    this.#wanted.set(key(entry, stream), { entry, stream, size: dataOf(entry, stream).size });
  }

  /** Bytes that `readWanted` will read. */
  get wantedBytes(): number {
    return [...this.#wanted.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Data that is damaged becomes a finding and has no hash. */
  async readWanted(progress: ProgressCounter, findings: Findings): Promise<void> {
    const hashes = mapOrdered(this.#wanted, AHEAD, async ([at, { entry, stream }]) => {
      return { at, sha1: await this.#hash(entry, stream, progress, findings) };
    });
    for await (const { at, sha1 } of hashes) if (sha1 !== undefined) this.#read.set(at, sha1);
    this.#wanted.clear();
  }

  async #hash(entry: VolumeEntry, stream: string, progress: ProgressCounter, findings: Findings) {
    try {
      const access = await this.#volume.open(entry, stream);
      try {
        const hash = new IncrementalDigest("sha1");
        for await (const piece of readPieces(access)) {
          hash.update(piece);
          progress.add(piece.length, entry.path);
        }
        return hash.finish();
      } finally {
        await access.close();
      }
    } catch (error) {
      if (!(error instanceof AdkError) || error.kind !== "input") throw error;
      findings.error(error.code, error.message, { file: error.file, path: entry.path });
      return undefined;
    }
  }
}

/** The names of one file have the same data. */
function key(entry: VolumeEntry, stream: string): string {
  return `${entry.linkId === undefined ? entry.path : `*${entry.linkId}`}\0${stream}`;
}

function dataOf(entry: VolumeEntry, stream: string): { size: number; sha1?: string | undefined } {
  if (stream === "") return entry;
  return entry.streams.find(({ name }) => name === stream) ?? { size: 0 };
}
