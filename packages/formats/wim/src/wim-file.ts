import {
  AdkError,
  FileAccess,
  Findings,
  guidFromBytes,
  type Limits,
  limitExceeded,
  type RandomAccess,
  toHex,
  withLimits,
} from "@adk/core";
import { type Blob, type BlobTable, checkStored, type MetadataBlob, type WimPart } from "./blobs.ts";
import { HEADER_WRITE_IN_PROGRESS, parseHeader, WIM_HEADER_SIZE, WIM_VERSION_SOLID, type WimHeader } from "./header.ts";
import type { LookupEntry } from "./lookup-table.ts";
import { readLookupTables, readTable } from "./lookup-tables.ts";
import { type ImageMetadata, parseMetadata } from "./metadata.ts";
import { isPresent } from "./resource-header.ts";
import { readResource } from "./resource-reader.ts";
import { type ImageProperties, XmlData } from "./xml-data.ts";

/** An open WIM or ESD file, or a split set: its tables are in memory, its data is read when asked for. */
export class WimFile implements AsyncDisposable {
  /** The file, or the first part of the set that is open. */
  readonly access: RandomAccess;
  readonly header: WimHeader;
  /** All parts that are open, by their number. */
  readonly parts: readonly WimPart[];
  readonly xml: XmlData;
  readonly table: BlobTable;
  readonly limits: Limits;
  /** What was wrong with the tables and could be passed over. */
  readonly findings: Findings;
  readonly #readEntries: () => readonly LookupEntry[];
  #entries: readonly LookupEntry[] | undefined;
  readonly #references: WimFile[] = [];
  readonly #metadata = new Map<number, Promise<ImageMetadata>>();

  private constructor(
    parts: readonly WimPart[],
    xml: XmlData,
    readEntries: () => readonly LookupEntry[],
    table: BlobTable,
    limits: Limits,
    findings: Findings,
  ) {
    const [{ access, header }] = parts as [WimPart];
    this.access = access;
    this.header = header;
    this.parts = parts;
    this.xml = xml;
    this.#readEntries = readEntries;
    this.table = table;
    this.limits = limits;
    this.findings = findings;
  }

  /**
   * @param source a path, or bytes wherever they lie; of a split set all parts in any order. They are closed with the file
   * @throws AdkError `WIM_BAD_MAGIC`, `WIM_BAD_HEADER`, `WIM_ENCRYPTED`, `WIM_OTHER_SET` ...
   */
  static async open(
    source: string | RandomAccess | readonly (string | RandomAccess)[],
    some: Partial<Limits> = {},
  ): Promise<WimFile> {
    const sources = Array.isArray(source) ? source : [source];
    const opened: RandomAccess[] = [];
    try {
      for (const each of sources) opened.push(typeof each === "string" ? await FileAccess.open(each) : each);
      return await WimFile.#read(opened, withLimits(some));
    } catch (error) {
      await Promise.all(opened.map((access) => access.close()));
      throw error;
    }
  }

  static async #read(sources: readonly RandomAccess[], limits: Limits): Promise<WimFile> {
    const findings = new Findings();
    const parts = await readParts(sources, findings);
    const [first] = parts as [WimPart];
    const { access, header } = first;
    if (header.chunkSize > limits.memoryBytes) {
      throw limitExceeded("memoryBytes", header.chunkSize, limits, { file: access.name });
    }
    if (header.flags & HEADER_WRITE_IN_PROGRESS) {
      const message = "A tool was changing the file and has not said that it finished; it may be incomplete.";
      findings.warning("WIM_WRITE_IN_PROGRESS", message, { file: access.name });
    }
    const xml = await readXml(first, limits, findings);
    if (xml.isEncrypted) throw encrypted(access.name);

    const { readEntries, table } = await readLookupTables(parts, limits, findings);
    const file = new WimFile(parts, xml, readEntries, table, limits, findings);
    const { metadata } = table;
    if (header.partNumber === 1 && metadata.length !== header.imageCount) {
      findings.error(
        "WIM_IMAGE_COUNT",
        `The header counts ${header.imageCount} images, the lookup table has metadata for ${metadata.length}.`,
        { file: access.name },
      );
    }
    for (const finding of xml.compare(header.imageCount, access.name)) findings.add(finding);
    return file;
  }

  /** The lookup table of the first part as it is stored; `table` tells what it means. */
  get entries(): readonly LookupEntry[] {
    this.#entries ??= this.#readEntries();
    return this.#entries;
  }

  /** Whether every part of the set is open; always true for a file that is not split. */
  get isComplete(): boolean {
    return this.parts.length === this.header.totalParts;
  }

  get imageCount(): number {
    return this.table.metadata.length;
  }

  /** A blob of this file, or of one that it refers to. */
  blob(sha1: string): Blob | undefined {
    return this.table.blobs.get(sha1) ?? this.#references.find((file) => file.blob(sha1))?.blob(sha1);
  }

  /** Lets the images use the blobs of another file: of a delta file, the one that it was made from. It is closed with this. */
  addReference(file: WimFile): void {
    this.#references.push(file);
  }

  /** The metadata resource of an image. @throws AdkError `WIM_NO_SUCH_IMAGE` */
  metadataBlob(index: number): MetadataBlob {
    const blob = this.table.metadata[index - 1];
    if (blob) return blob;
    const inOtherPart = this.header.partNumber > 1;
    throw new AdkError("WIM_NO_SUCH_IMAGE", `The file has no image ${index}.`, {
      file: this.access.name,
      expected: this.imageCount === 0 ? "no image is in this file" : `1 to ${this.imageCount}`,
      found: index,
      hint: inOtherPart ? "This is a later part of a split set: the images are in part 1." : undefined,
    });
  }

  /** The directory tree of an image, read once. Entries that were left out are among the findings. */
  metadata(index: number): Promise<ImageMetadata> {
    let metadata = this.#metadata.get(index);
    if (!metadata) {
      metadata = this.readMetadata(index, this.findings);
      this.#metadata.set(index, metadata);
    }
    return metadata;
  }

  /** The same, read anew and not kept. */
  async readMetadata(index: number, findings: Findings): Promise<ImageMetadata> {
    const { part, resource } = this.metadataBlob(index).storage;
    checkStored(resource, part);
    const bytes = await readResource(part.access, resource, part.header, this.limits);
    return parseMetadata(bytes, this.limits, findings, `${this.access.name}:${index}`);
  }

  /** The properties of an image, empty ones where the XML data does not describe it. */
  properties(index: number): ImageProperties {
    return this.xml.image(index) ?? XmlData.empty().addImage(index);
  }

  /** Whether data lies in solid resources: an ESD. */
  get isSolid(): boolean {
    if (this.header.version !== WIM_VERSION_SOLID) return false;
    return [...this.table.blobs.values()].some(({ storage }) => storage.kind === "solid");
  }

  /** The number of the image with this name, or undefined. An exact match goes before one that differs in case. */
  findImage(name: string): number | undefined {
    const named = this.xml.images.filter((image) => image.name !== "");
    const same = named.find((image) => image.name === name);
    const found = same ?? named.find((image) => image.name.toLowerCase() === name.toLowerCase());
    return found?.index;
  }

  async close(): Promise<void> {
    await Promise.all([
      ...this.parts.map(({ access }) => access.close()),
      ...this.#references.map((file) => file.close()),
    ]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** The header at the start; a pipable file has the one that counts at its end. */
async function readHeader(access: RandomAccess): Promise<WimHeader> {
  if (access.size < WIM_HEADER_SIZE) {
    throw new AdkError("WIM_BAD_MAGIC", "The file is too short for a WIM file.", {
      file: access.name,
      offset: 0,
      expected: `at least ${WIM_HEADER_SIZE} bytes`,
      found: access.size,
    });
  }
  const header = parseHeader(await access.read(0, WIM_HEADER_SIZE), access.name);
  if (!header.pipable || isPresent(header.lookupTable)) return header;
  const end = access.size - WIM_HEADER_SIZE;
  return parseHeader(await access.read(end, WIM_HEADER_SIZE), access.name, end);
}

/** The headers of the parts of one file or set, in the order of their numbers. */
async function readParts(sources: readonly RandomAccess[], findings: Findings): Promise<WimPart[]> {
  const parts: WimPart[] = [];
  for (const access of sources) parts.push({ access, header: await readHeader(access) });
  parts.sort((a, b) => a.header.partNumber - b.header.partNumber);
  const [first, ...others] = parts;
  if (!first) throw new AdkError("WIM_NO_FILE", "No file was given.", { kind: "usage" });
  let last = first.header.partNumber;
  for (const { access, header } of others) {
    const { guid, totalParts, partNumber } = header;
    if (toHex(guid) !== toHex(first.header.guid) || totalParts !== first.header.totalParts || partNumber === last) {
      throw new AdkError("WIM_OTHER_SET", "The file is no further part of the same split set.", {
        file: access.name,
        expected: `another part of the ${first.header.totalParts} with GUID ${guidFromBytes(first.header.guid)}`,
        found: `part ${partNumber} of ${totalParts} with GUID ${guidFromBytes(guid)}`,
      });
    }
    last = partNumber;
  }
  if (others.length > 0 && parts.length < first.header.totalParts) {
    findings.error(
      "WIM_PART_MISSING",
      `Of the ${first.header.totalParts} parts of the set ${parts.length} are there.`,
      {
        file: first.access.name,
      },
    );
  }
  return parts;
}

function encrypted(file: string): AdkError {
  return new AdkError("WIM_ENCRYPTED", "This is an encrypted ESD: its data cannot be read without Microsoft's key.", {
    kind: "unsupported",
    file,
    hint: "Use an ESD from the Media Creation Tool or an install.wim; those are not encrypted.",
  });
}

/** Images can do without: what is wrong with the XML data becomes a finding. */
async function readXml(part: WimPart, limits: Limits, findings: Findings): Promise<XmlData> {
  const { access, header } = part;
  try {
    return XmlData.parse(await readTable(part, "XML data", header.xmlData, limits), access.name, header.xmlData.offset);
  } catch (error) {
    findings.fromError(error);
    return XmlData.empty();
  }
}
