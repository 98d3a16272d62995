import { Findings, type Guid } from "@adk/core";
import { type EtlTrace, type EventBatch, type EventKind, ExtendedType, type ReadOptions } from "@adk/etl";
import {
  type CompiledLayout,
  compileLayout,
  decodeFields,
  EmbeddedSchemas,
  type EventLayout,
  KernelEvents,
  knownProviderEvent,
  knownProviderName,
  MANIFEST_EVENT_ID,
  ManifestChunks,
  type ManifestProvider,
  METADATA_PROVIDER,
  TraceLogging,
  type TraceMessage,
  type TraceMessageFormat,
} from "@adk/event-schema";
import type { SymbolKey } from "@adk/pdb";
import type { MessageSymbols } from "../schemas/pdb-messages.ts";

/** What tells of the events of a trace beside the trace itself. */
export interface SchemaSources {
  readonly manifests?: readonly ManifestProvider[] | undefined;
  /** Texts of WPP messages. */
  readonly messages?: TraceMessageFormat | undefined;
  /** A Windows that does not run, as a source name (`install.wim:6`): asked for providers that nothing else tells of. */
  readonly windows?: string | undefined;
  /** Asked for the texts of WPP messages that nothing else has: a trace names the databases of the programs that write them. */
  readonly symbols?: MessageSymbols | undefined;
  readonly findings?: Findings | undefined;
}

/** A trace of WPP messages tells by it which databases have their texts. */
const DATABASE_HOOK = 0x0040;

/** What the events of a trace mean, by whatever tells it: the trace itself, manifests that were given, the tables of the kernel. */
export class EventSchemas {
  readonly embedded = new EmbeddedSchemas();
  readonly manifests = new ManifestChunks();
  readonly #sources: SchemaSources;
  /** Of providers that manifests beside the trace describe. */
  readonly #given = new Map<Guid, ManifestProvider[]>();
  /** Texts that databases had. */
  #messages: TraceMessageFormat | undefined;
  readonly #kernel = KernelEvents.load();
  readonly #traceLogging = new TraceLogging();
  readonly #compiled = new Map<EventLayout, [CompiledLayout?, CompiledLayout?]>();

  constructor(sources: SchemaSources = {}) {
    this.#sources = sources;
    for (const provider of sources.manifests ?? []) this.#give(provider);
  }

  /** Reads what a trace tells of its own events. It may lie behind them, so this is done before the others are read. */
  async learn(trace: EtlTrace, options: Pick<ReadOptions, "signal"> = {}): Promise<void> {
    const kinds = [
      { form: "classic", provider: METADATA_PROVIDER } as const,
      { form: "event", id: MANIFEST_EVENT_ID } as const,
    ];
    for await (const batch of trace.batches({ ...options, kinds })) {
      for (let row = 0; row < batch.length; row++) this.#learn(batch, row);
    }
    await this.#askWindows(trace, options);
    await this.#askDatabases(trace, options);
  }

  async #askWindows(trace: EtlTrace, options: Pick<ReadOptions, "signal">): Promise<void> {
    const { windows, findings = new Findings() } = this.#sources;
    if (windows === undefined) return;
    // Asked of none too: that there is a Windows is not taken on trust.
    const guids = await this.#undescribed(trace, options);
    const { readOfflinePublishers } = await import("../schemas/offline-publishers.ts");
    for (const provider of await readOfflinePublishers(windows, guids, findings)) this.#give(provider);
  }

  async #askDatabases(trace: EtlTrace, options: Pick<ReadOptions, "signal">): Promise<void> {
    const { symbols, findings = new Findings() } = this.#sources;
    if (symbols === undefined || symbols.path === "") return;
    const databases = new Map<string, SymbolKey>();
    let isUntold = false;
    const kinds = [{ form: "wpp" }, { hook: DATABASE_HOOK }] as const;
    for await (const batch of trace.batches({ ...options, kinds })) {
      for (let row = 0; row < batch.length; row++) {
        const kind = batch.kindOf(row);
        if (kind.form === "wpp") {
          isUntold ||= !this.messageOf(kind);
          continue;
        }
        const key = this.#databaseOf(batch, row);
        if (key) databases.set(`${key.name}/${key.id}`, key);
      }
    }
    if (!isUntold || databases.size === 0) return;
    const { findPdbMessages } = await import("../schemas/pdb-messages.ts");
    this.#messages = await findPdbMessages(databases.values(), symbols, findings, options);
  }

  #databaseOf(batch: EventBatch, row: number): SymbolKey | undefined {
    const layout = this.layoutOf(batch, row);
    if (!layout) return undefined;
    const { Guid: guid, Age: age, PdbName: name } = decodeFields(layout, batch.payload(row), 8).values;
    if (typeof guid !== "string" || typeof age !== "number" || typeof name !== "string") return undefined;
    return { name, id: `${guid.replaceAll("-", "")}${age.toString(16)}`.toUpperCase() };
  }

  #give(provider: ManifestProvider): void {
    const known = this.#given.get(provider.guid);
    if (known) known.push(provider);
    else this.#given.set(provider.guid, [provider]);
  }

  /** Providers with an event that nothing describes so far. */
  async #undescribed(trace: EtlTrace, options: Pick<ReadOptions, "signal">): Promise<Set<Guid>> {
    const guids = new Set<Guid>();
    const seen = new Set<number>();
    for await (const batch of trace.batches({ ...options, kinds: [{ form: "event" }] })) {
      for (let row = 0; row < batch.length; row++) {
        const number = batch.columns.kind[row] as number;
        if (seen.has(number)) continue;
        seen.add(number);
        const kind = batch.kindOf(row);
        if (kind.form === "event" && kind.id !== MANIFEST_EVENT_ID && !this.layoutOf(batch, row))
          guids.add(kind.provider);
      }
    }
    return guids;
  }

  #learn(batch: EventBatch, row: number): void {
    const kind = batch.kindOf(row);
    const payload = batch.payload(row);
    if (kind.form === "classic") this.embedded.add(kind.opcode, payload);
    if (kind.form === "event") this.manifests.add(kind.provider, batch.columns.processId[row] as number, payload);
  }

  /** The layout of an event; undefined where nothing tells it. */
  layoutOf(batch: EventBatch, row: number): EventLayout | undefined {
    const kind = batch.kindOf(row);
    if (kind.form === "event") return this.ownLayoutOf(batch, row) ?? this.#byManifest(kind);
    if (kind.form === "wpp") return this.messageOf(kind)?.layout;
    const pointerSize = batch.columns.pointerSize[row] === 4 ? 4 : 8;
    const payload = { length: batch.columns.payloadLength[row] as number, pointerSize } as const;
    if (kind.form === "kernel") return this.#kernel.byHook(kind.hook >>> 8, kind.hook & 0xff, kind.version, payload);
    if (kind.form !== "classic") return undefined;
    const { provider, opcode, version } = kind;
    return this.#kernel.byClass(provider, opcode, version, payload) ?? this.embedded.byClass(provider, opcode, version);
  }

  /** The text that a WPP message is printed with; undefined of other events, and where no file has it. */
  messageOf(kind: EventKind): TraceMessage | undefined {
    if (kind.form !== "wpp") return undefined;
    const { message, number } = kind;
    return this.#sources.messages?.find(message, number) ?? this.#messages?.find(message, number);
  }

  /** The layout that an event brings with it, which is no other event's of its kind; undefined where it brings none. */
  ownLayoutOf(batch: EventBatch, row: number): EventLayout | undefined {
    const kind = batch.kindOf(row);
    if (batch.columns.extendedLength[row] === 0 || kind.form !== "event") return undefined;
    const { provider, version } = kind;
    const items = batch.extended(row);
    const schema = items.find(({ type }) => type === ExtendedType.EVENT_SCHEMA_TL)?.data;
    const traits = items.find(({ type }) => type === ExtendedType.PROVIDER_TRAITS)?.data;
    return schema && this.#traceLogging.layout({ provider, version, schema, traits });
  }

  #byManifest({ provider, id, version }: Extract<EventKind, { form: "event" }>): EventLayout | undefined {
    return (
      this.manifests.byId(provider, id, version) ??
      this.embedded.byId(provider, id, version) ??
      this.#given
        .get(provider)
        ?.map((each) => each.byId(id, version))
        .find((layout) => layout !== undefined) ??
      knownProviderEvent(provider, id, version)
    );
  }

  /** Of a provider that a manifest in the trace, or one that was given, is of, or that is often met. */
  readonly providerName = (guid: Guid): string | undefined =>
    [...this.manifests.providers, ...(this.#given.get(guid) ?? [])].find((provider) => provider.guid === guid)?.name ??
    knownProviderName(guid);

  /** A layout made ready to be read with. */
  compiled(layout: EventLayout, pointerSize: number): CompiledLayout {
    let pair = this.#compiled.get(layout);
    if (pair === undefined) {
      pair = [];
      this.#compiled.set(layout, pair);
    }
    const index = pointerSize === 4 ? 0 : 1;
    pair[index] ??= compileLayout(layout, pointerSize === 4 ? 4 : 8);
    return pair[index];
  }
}
