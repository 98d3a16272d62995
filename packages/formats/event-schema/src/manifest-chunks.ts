import { Findings, type Guid } from "@adk/core";
import type { EventLayout } from "./event-layout.ts";
import { parseInstrumentationManifest } from "./instrumentation-manifest.ts";
import type { ManifestProvider } from "./manifest-provider.ts";

/** Event id of the manifest that an EventSource writes about itself; its opcode and task are as odd. */
export const MANIFEST_EVENT_ID = 0xfffe;

/** Format, major and minor version, a magic number, chunks in all, number of this chunk. */
const HEADER_SIZE = 8;
const FORMAT = 1;
const MAGIC = 0x5b;
/** Real ones have up to some 100 kB. */
const MOST_MANIFEST_BYTES = 1 << 24;
/** Sets of which chunks are missing. */
const MOST_INCOMPLETE = 256;

interface ChunkSet {
  readonly total: number;
  readonly chunks: Map<number, Uint8Array>;
  bytes: number;
}

/**
 * The manifests that EventSources write into a trace, in chunks: collects them for each provider and process. The last whole
 * manifest of a provider counts.
 */
export class ManifestChunks {
  readonly #sets = new Map<string, ChunkSet>();
  readonly #providers = new Map<Guid, ManifestProvider>();
  /** By the provider that told it. */
  readonly #texts = new Map<Guid, Buffer>();
  /** Manifests that cannot be read. */
  readonly findings = new Findings();

  /** Providers whose manifests are whole. */
  get providers(): readonly ManifestProvider[] {
    return [...this.#providers.values()];
  }

  /** Sets of which chunks are missing. */
  get incomplete(): number {
    return this.#sets.size;
  }

  /** The payload of an event `MANIFEST_EVENT_ID`; what is no chunk is passed over. */
  add(provider: Guid, processId: number, payload: Uint8Array): void {
    if (payload.length < HEADER_SIZE || payload[0] !== FORMAT || payload[3] !== MAGIC) return;
    const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
    const total = view.getUint16(4, true);
    const number = view.getUint16(6, true);
    if (number >= total) return;
    const key = `${provider}/${processId}`;
    const set = this.#setFor(key, total, number);
    set.chunks.set(number, payload.slice(HEADER_SIZE));
    set.bytes += payload.length - HEADER_SIZE;
    if (set.bytes > MOST_MANIFEST_BYTES) this.#sets.delete(key);
    if (set.chunks.size < total) return;
    this.#sets.delete(key);
    this.#parse(
      provider,
      Buffer.concat(Array.from({ length: total }, (_, index) => set.chunks.get(index) ?? new Uint8Array())),
    );
  }

  byId(provider: Guid, id: number, version: number): EventLayout | undefined {
    return this.#providers.get(provider)?.byId(id, version);
  }

  /** A chunk that is there already begins a new set: the manifest is written for each session. */
  #setFor(key: string, total: number, number: number): ChunkSet {
    const known = this.#sets.get(key);
    if (known?.total === total && !known.chunks.has(number)) return known;
    const set: ChunkSet = { total, chunks: new Map(), bytes: 0 };
    this.#sets.delete(key);
    const [oldest] = this.#sets.keys();
    if (oldest !== undefined && this.#sets.size >= MOST_INCOMPLETE) this.#sets.delete(oldest);
    this.#sets.set(key, set);
    return set;
  }

  /** A provider tells its manifest again and again. */
  #parse(provider: Guid, text: Buffer): void {
    if (this.#texts.get(provider)?.equals(text)) return;
    this.#texts.set(provider, text);
    try {
      for (const provider of parseInstrumentationManifest(new Uint8Array(text))) {
        this.#providers.set(provider.guid, provider);
      }
    } catch (error) {
      this.findings.fromError(error);
    }
  }
}
