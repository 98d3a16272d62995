import { AdkError, ByteReader, check, guidFromBytes } from "@adk/core";
import { findResources, type PeFile, readMessageTables, readResource } from "@adk/pe";
import { type EventLayout, eventName } from "./event-layout.ts";
import { knownProviderName } from "./known-providers.ts";
import { type ManifestProvider, manifestProvider } from "./manifest-provider.ts";
import { plainName } from "./trace-event-info.ts";
import { readSizedText, readZeroEnded } from "./utf16-text.ts";
import { type FindMessage, TemplateReader } from "./wevt-template-fields.ts";

const EVENT_SIZE = 48;
/** Elements of a provider (channels, tasks, templates ...); real ones have ten. */
const MOST_ELEMENTS = 64;
/** Key of the provider's name among its attributes. */
const NAME_ATTRIBUTE = 0x1000_0001;
const NO_MESSAGE = 0xffff_ffff;

/**
 * A WEVT_TEMPLATE resource: the manifest of a provider as its program carries it. Every offset in it counts from its start. Texts
 * are in the message table of the program or of its `.mui` files; names of enumerations are too.
 *
 * @throws AdkError `EVENT_BAD_TEMPLATE`, `UNEXPECTED_END`
 */
export function readWevtTemplate(bytes: Uint8Array, findMessage: FindMessage = () => undefined): ManifestProvider[] {
  const reader = new ByteReader(bytes);
  checkSignature(reader, "CRIM");
  reader.skip(8);
  const count = reader.u32();
  check(count <= bytes.length / 20, () => bad("The number of providers is wrong.", count));
  return Array.from({ length: count }, () => {
    const guid = guidFromBytes(reader.slice(16));
    return new ProviderReader(bytes, reader.u32(), guid, findMessage).read();
  });
}

/** The manifests that a program carries, with the texts of its own message tables. */
export async function readWevtTemplates(pe: PeFile): Promise<ManifestProvider[]> {
  const messages = new Map<number, string>();
  for (const { id, text } of await readMessageTables(pe)) messages.set(id, text);
  const providers: ManifestProvider[] = [];
  for (const resource of await findResources(pe, "WEVT_TEMPLATE")) {
    providers.push(...readWevtTemplate(await readResource(pe, resource), (id) => messages.get(id)?.trimEnd()));
  }
  return providers;
}

class ProviderReader {
  readonly #bytes: Uint8Array;
  readonly #guid: string;
  readonly #findMessage: FindMessage;
  readonly #templates: TemplateReader;
  readonly #channels = new Map<number, string>();
  #name: string;
  #eventsAt = 0;

  constructor(bytes: Uint8Array, offset: number, guid: string, findMessage: FindMessage) {
    this.#bytes = bytes;
    this.#guid = guid;
    // Of programs without it, some are known.
    this.#name = knownProviderName(guid) ?? guid;
    this.#findMessage = findMessage;
    this.#templates = new TemplateReader(bytes, findMessage);
    const reader = new ByteReader(bytes).seek(offset);
    checkSignature(reader, "WEVT");
    reader.skip(8);
    const elements = reader.u32();
    check(elements <= MOST_ELEMENTS, () => bad("A provider has too many elements.", elements));
    reader.skip(4);
    for (let index = 0; index < elements; index++) {
      this.#readElement(reader.u32());
      reader.skip(4);
    }
  }

  read(): ManifestProvider {
    return manifestProvider({ guid: this.#guid, name: this.#name, symbol: undefined }, this.#readEvents());
  }

  #readElement(offset: number): void {
    const reader = new ByteReader(this.#bytes).seek(offset);
    const signature = signatureOf(reader);
    reader.skip(4);
    if (signature === "EVNT") this.#eventsAt = offset;
    if (signature === "PRVA") this.#readAttributes(reader);
    if (signature === "CHAN") this.#readChannels(reader);
  }

  #readAttributes(reader: ByteReader): void {
    const count = reader.u32();
    for (let index = 0; index < Math.min(count, MOST_ELEMENTS); index++) {
      const key = reader.u32();
      const name = readZeroEnded(this.#bytes, reader.u32());
      if (key === NAME_ATTRIBUTE && name) this.#name = name;
    }
  }

  #readChannels(reader: ByteReader): void {
    const count = reader.u32();
    for (let index = 0; index < Math.min(count, 256); index++) {
      const id = reader.u32();
      this.#channels.set(id, this.#text(reader.u32()));
      reader.skip(8);
    }
  }

  #readEvents(): EventLayout[] {
    if (this.#eventsAt === 0) return [];
    const reader = new ByteReader(this.#bytes).seek(this.#eventsAt + 8);
    const count = reader.u32();
    check(count <= this.#bytes.length / EVENT_SIZE, () => bad("The number of events is wrong.", count));
    reader.skip(4);
    return Array.from({ length: count }, () => this.#readEvent(reader));
  }

  #readEvent(reader: ByteReader): EventLayout {
    const id = reader.u16();
    const version = reader.u8();
    const channel = this.#channels.get(reader.u8());
    reader.skip(1 + 1 + 2 + 8);
    const messageId = reader.u32();
    const template = reader.u32();
    const opcode = plainName(this.#nameAt(reader.u32(), 8));
    const level = plainName(this.#nameAt(reader.u32(), 8));
    const task = this.#nameAt(reader.u32(), 24) || `EventID(${id})`;
    const keywords = this.#readKeywords(reader.u32(), reader.u32());
    reader.skip(4);
    const message = messageId === NO_MESSAGE ? undefined : this.#findMessage(messageId);
    return {
      provider: { guid: this.#guid, name: this.#name },
      name: eventName(this.#name, task, opcode),
      task,
      opcode,
      id,
      version,
      ...(level === "" ? {} : { level }),
      ...(channel ? { channel } : {}),
      ...(keywords.length === 0 ? {} : { keywords }),
      ...(message === undefined ? {} : { message }),
      fields: template === 0 ? [] : this.#templates.read(template),
    };
  }

  #readKeywords(count: number, offset: number): string[] {
    // A bit each, at most.
    if (offset === 0 || count > 64) return [];
    const reader = new ByteReader(this.#bytes).seek(offset);
    return Array.from({ length: count }, () => this.#nameAt(reader.u32(), 12)).filter((name) => name !== "");
  }

  /** The name of a definition, whose offset lies so many bytes in it. */
  #nameAt(definition: number, place: number): string {
    return definition === 0 ? "" : this.#text(new ByteReader(this.#bytes).seek(definition + place).u32());
  }

  #text(offset: number): string {
    return readSizedText(this.#bytes, offset);
  }
}

function signatureOf(reader: ByteReader): string {
  return Buffer.from(reader.slice(4)).toString("latin1");
}

function checkSignature(reader: ByteReader, expected: string): void {
  const offset = reader.offset;
  const found = signatureOf(reader);
  check(found === expected, () => {
    return new AdkError("EVENT_BAD_TEMPLATE", "A structure of the event template is not where it should be.", {
      offset,
      expected,
      found,
    });
  });
}

function bad(message: string, found: number): AdkError {
  return new AdkError("EVENT_BAD_TEMPLATE", message, { found });
}
