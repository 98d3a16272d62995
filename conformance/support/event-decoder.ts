import type { Guid } from "@adk/core";
import { type EtlTrace, ExtendedType, type TraceEvent } from "@adk/etl";
import {
  type DecodedFields,
  decodeFields,
  EmbeddedSchemas,
  type EventLayout,
  KernelEvents,
  knownProviderEvent,
  MANIFEST_EVENT_ID,
  ManifestChunks,
  METADATA_PROVIDER,
  TraceLogging,
} from "@adk/event-schema";

/** An event with its fields. */
export interface NamedEvent {
  readonly event: TraceEvent;
  readonly layout: EventLayout;
  readonly decoded: DecodedFields;
}

/** All that a trace itself says about its events. */
export class EventDecoder {
  readonly embedded = new EmbeddedSchemas();
  readonly manifests = new ManifestChunks();
  readonly #kernel = KernelEvents.load();
  readonly #traceLogging = new TraceLogging();

  /** Schemas lie anywhere in a trace: they are collected first. */
  static async of(trace: EtlTrace): Promise<EventDecoder> {
    const decoder = new EventDecoder();
    for await (const { kind, payload, processId = 0 } of trace.events()) {
      if (kind.form === "classic" && kind.provider === METADATA_PROVIDER) decoder.embedded.add(kind.opcode, payload);
      if (kind.form === "event" && kind.id === MANIFEST_EVENT_ID) {
        decoder.manifests.add(kind.provider, processId, payload);
      }
    }
    return decoder;
  }

  layoutOf({ kind, payload, extended, pointerSize }: TraceEvent): EventLayout | undefined {
    const size = { length: payload.length, pointerSize: pointerSize as 4 | 8 };
    if (kind.form === "kernel") return this.#kernel.byHook(kind.hook >>> 8, kind.hook & 0xff, kind.version, size);
    if (kind.form === "classic") {
      const { provider, opcode, version } = kind;
      return this.#kernel.byClass(provider, opcode, version, size) ?? this.embedded.byClass(provider, opcode, version);
    }
    if (kind.form !== "event") return undefined;
    const { provider, id, version } = kind;
    if (id === MANIFEST_EVENT_ID) return this.#manifestData(provider);
    const schema = extended.find(({ type }) => type === ExtendedType.EVENT_SCHEMA_TL);
    if (schema !== undefined) {
      const traits = extended.find(({ type }) => type === ExtendedType.PROVIDER_TRAITS)?.data;
      return this.#traceLogging.layout({ provider, version, schema: schema.data, traits });
    }
    return (
      this.manifests.byId(provider, id, version) ??
      this.embedded.byId(provider, id, version) ??
      knownProviderEvent(provider, id, version)
    );
  }

  /** A piece of a manifest: what comes before its text. */
  #manifestData(guid: Guid): EventLayout | undefined {
    const name = this.manifests.providers.find((provider) => provider.guid === guid)?.name;
    if (name === undefined) return undefined;
    const bytes = ["Format", "MajorVersion", "MinorVersion", "Magic"];
    return {
      provider: { guid, name },
      name: `${name}/ManifestData`,
      task: "ManifestData",
      opcode: "",
      version: 0,
      fields: [
        ...bytes.map((field) => ({ name: field, type: "uint8" as const })),
        { name: "TotalChunks", type: "uint16" },
        { name: "ChunkNumber", type: "uint16" },
        { name: "Text", type: "binary", length: "rest" },
      ],
    };
  }

  decode(event: TraceEvent): NamedEvent | undefined {
    const layout = this.layoutOf(event);
    if (layout === undefined) return undefined;
    return { event, layout, decoded: decodeFields(layout, event.payload, event.pointerSize as 4 | 8) };
  }
}
