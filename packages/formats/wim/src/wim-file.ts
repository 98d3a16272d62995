import { AdkError, FileAccess, Findings, type Limits, limitExceeded, type RandomAccess, withLimits } from "@adk/core";
import { type Blob, type BlobTable, resolveBlobs } from "./blobs.ts";
import { parseHeader, WIM_HEADER_SIZE, type WimHeader } from "./header.ts";
import { type LookupEntry, parseLookupTable } from "./lookup-table.ts";
import { type ImageMetadata, parseMetadata } from "./metadata.ts";
import { checkResource, isPresent, type ResourceHeader } from "./resource-header.ts";
import { readResource } from "./resource-reader.ts";
import { type ImageProperties, XmlData } from "./xml-data.ts";

/** An open WIM or ESD file: its tables are in memory, its data is read when asked for. */
export class WimFile implements AsyncDisposable {
  readonly access: RandomAccess;
  readonly header: WimHeader;
  readonly xml: XmlData;
  /** The lookup table as it is stored; `table` tells what it means. */
  readonly entries: readonly LookupEntry[];
  readonly table: BlobTable;
  readonly limits: Limits;
  /** What was wrong with the tables and could be passed over. */
  readonly findings: Findings;
  readonly #metadata = new Map<number, Promise<ImageMetadata>>();

  private constructor(
    access: RandomAccess,
    header: WimHeader,
    xml: XmlData,
    entries: readonly LookupEntry[],
    table: BlobTable,
    limits: Limits,
    findings: Findings,
  ) {
    this.access = access;
    this.header = header;
    this.xml = xml;
    this.entries = entries;
    this.table = table;
    this.limits = limits;
    this.findings = findings;
  }

  /**
   * @param source a path, or bytes wherever they lie; it is closed with the file
   * @throws AdkError `WIM_BAD_MAGIC`, `WIM_BAD_HEADER`, `WIM_ENCRYPTED` ...
   */
  static async open(source: string | RandomAccess, some: Partial<Limits> = {}): Promise<WimFile> {
    const access = typeof source === "string" ? await FileAccess.open(source) : source;
    try {
      return await WimFile.#read(access, withLimits(some));
    } catch (error) {
      await access.close();
      throw error;
    }
  }

  static async #read(access: RandomAccess, limits: Limits): Promise<WimFile> {
    const findings = new Findings();
    const header = await readHeader(access);
    const table = async (what: string, resource: ResourceHeader) => {
      if (!isPresent(resource)) return new Uint8Array(0);
      checkResource(resource, what, access.size, access.name);
      return readResource(access, resource, header, limits);
    };
    const xml = await readXml(await table("XML data", header.xmlData), header, findings, access.name);
    if (xml.isEncrypted) {
      throw new AdkError(
        "WIM_ENCRYPTED",
        "This is an encrypted ESD: its data cannot be read without Microsoft's key.",
        {
          kind: "unsupported",
          file: access.name,
          hint: "Use an ESD from the Media Creation Tool or an install.wim; those are not encrypted.",
        },
      );
    }
    const lookup = await table("lookup table", header.lookupTable);
    const entries = parseLookupTable(lookup, access.name, header.lookupTable.offset);
    if (entries.length > limits.entries) throw limitExceeded("entries", entries.length, limits, { file: access.name });
    const blobs = await resolveBlobs(entries, header, access, findings);
    const file = new WimFile(access, header, xml, entries, blobs, limits, findings);
    if (header.partNumber === 1 && blobs.metadata.length !== header.imageCount) {
      findings.error(
        "WIM_IMAGE_COUNT",
        `The header counts ${header.imageCount} images, the lookup table has metadata for ${blobs.metadata.length}.`,
        { file: access.name },
      );
    }
    for (const finding of xml.compare(header.imageCount, access.name)) findings.add(finding);
    return file;
  }

  get imageCount(): number {
    return this.table.metadata.length;
  }

  blob(sha1: string): Blob | undefined {
    return this.table.blobs.get(sha1);
  }

  /** The metadata resource of an image. @throws AdkError `WIM_NO_SUCH_IMAGE` */
  metadataBlob(index: number): Blob {
    const blob = this.table.metadata[index - 1];
    if (blob) return blob;
    const inOtherPart = this.header.partNumber > 1;
    throw new AdkError("WIM_NO_SUCH_IMAGE", `The file has no image ${index}.`, {
      kind: "input",
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
      metadata = this.#readMetadata(index);
      this.#metadata.set(index, metadata);
    }
    return metadata;
  }

  async #readMetadata(index: number): Promise<ImageMetadata> {
    const { storage } = this.metadataBlob(index);
    if (storage.kind !== "resource") throw new TypeError("metadata is never solid");
    checkResource(storage.resource, `metadata of image ${index}`, this.access.size, this.access.name);
    const bytes = await readResource(this.access, storage.resource, this.header, this.limits);
    return parseMetadata(bytes, this.limits, this.findings, `${this.access.name}:${index}`);
  }

  /** The properties of an image, empty ones where the XML data does not describe it. */
  properties(index: number): ImageProperties {
    return this.xml.image(index) ?? XmlData.empty().addImage(index);
  }

  /** The number of the image with this name, or undefined. An exact match goes before one that differs in case. */
  findImage(name: string): number | undefined {
    const { images } = this.xml;
    const same = images.find((image) => image.name === name);
    const found = same ?? images.find((image) => image.name.toLowerCase() === name.toLowerCase());
    return found?.index;
  }

  async close(): Promise<void> {
    await this.access.close();
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

async function readXml(bytes: Uint8Array, header: WimHeader, findings: Findings, file: string): Promise<XmlData> {
  try {
    return XmlData.parse(bytes, file, header.xmlData.offset);
  } catch (error) {
    if (!(error instanceof AdkError)) throw error;
    findings.error(error.code, `${error.message} Names and descriptions are missing.`, { file, offset: error.offset });
    return XmlData.empty();
  }
}
