import {
  AdkError,
  type Findings,
  type Limits,
  type LongOperation,
  MemoryAccess,
  type RandomAccess,
  RangeAccess,
} from "@adk/core";
import { findForm, readDamagedHeader } from "./damaged-header.ts";
import { WIM_HEADER_SIZE, WIM_VERSION_SOLID, type WimHeader, writeHeader } from "./header.ts";
import { JoinedAccess } from "./joined-access.ts";
import { LOOKUP_ENTRY_SIZE, type LookupEntry, parseLookupTable, writeLookupTable, ZERO_HASH } from "./lookup-table.ts";
import {
  checkResource,
  isPresent,
  NO_RESOURCE,
  RESOURCE_FREE,
  RESOURCE_METADATA,
  RESOURCE_SOLID,
  type ResourceHeader,
} from "./resource-header.ts";
import { readResource } from "./resource-reader.ts";
import { type FoundTable, type FoundTables, isPlausibleEntry, scanTables } from "./scan.ts";
import { scanPipable } from "./scan-pipable.ts";
import { WimFile } from "./wim-file.ts";
import { XmlData } from "./xml-data.ts";

/**
 * Opens a file whose header or tables are damaged: what is missing is looked for in all of the file. The result is a file as
 * any other; its data has not been checked.
 *
 * @param findings told of what was damaged and how it was replaced
 * @throws AdkError `WIM_NOTHING_RECOVERABLE`, `WIM_ENCRYPTED`
 */
export async function openDamaged(
  access: RandomAccess,
  limits: Limits,
  findings: Findings,
  operation: LongOperation,
): Promise<WimFile> {
  if (access.size < WIM_HEADER_SIZE * 2) throw nothing(access, "The file is too short to hold an image.");
  const where = { file: access.name };
  const { header, intact } = await readDamagedHeader(access);
  if (!intact)
    findings.warning("WIM_HEADER_DAMAGED", "The header is damaged; what it says was found out otherwise.", where);
  let entries = await readLookupTable(access, header, limits);
  let xml = await readXmlData(access, header, limits);
  if (!entries || !xml) {
    const found = await scanTables(access, header.partNumber, operation);
    if (!entries) {
      entries = joinTables(found);
      if (found.tables.length === 0 && header.pipable) entries = await scanPipable(access, header, limits, operation);
      const message = entries.length > 1 ? "it was found elsewhere" : "nothing like it is in the file";
      findings.warning("WIM_LOOKUP_TABLE_DAMAGED", `The lookup table is not where the header says: ${message}.`, where);
    }
    if (!xml) {
      xml = found.xml && (await parseXml(access, found.xml));
      const message = "The XML data is not where the header says";
      if (xml) findings.warning("WIM_XML_DAMAGED", `${message}: it was found elsewhere.`, where);
      else findings.error("WIM_XML_LOST", `${message}, and not elsewhere: the images lose their properties.`, where);
    }
  }
  if (!entries.some(({ sha1 }) => sha1 !== ZERO_HASH)) {
    throw nothing(access, "No lookup table is in the file: without it nothing tells where the data of a file begins.");
  }
  const form = await findForm(access, header, intact, entries, limits);
  if (form && intact && !isSameForm(form, header)) {
    findings.warning("WIM_HEADER_DAMAGED", "The header names a compression that the file does not have.", where);
  }
  if (!form) findings.error("WIM_FORM_UNKNOWN", "No resource that was tried can be decoded.", where);
  return WimFile.open(withTables(access, form ?? header, entries, xml ?? XmlData.empty()), limits);
}

function isSameForm(a: WimHeader, b: WimHeader): boolean {
  return a.compression === b.compression && a.chunkSize === b.chunkSize && a.pipable === b.pipable;
}

/** The table that the header refers to, if it is one: damage in single entries is no reason to doubt it. */
async function readLookupTable(
  access: RandomAccess,
  header: WimHeader,
  limits: Limits,
): Promise<readonly LookupEntry[] | undefined> {
  const bytes = await tryRead(access, header.lookupTable, header, limits);
  if (!bytes || bytes.length % LOOKUP_ENTRY_SIZE !== 0) return undefined;
  const entries: LookupEntry[] = [];
  for (let at = 0; at < bytes.length; at += LOOKUP_ENTRY_SIZE) {
    if (!isPlausibleEntry(bytes, at, access.size, header.partNumber)) continue;
    entries.push(...parseLookupTable(bytes.subarray(at, at + LOOKUP_ENTRY_SIZE)));
  }
  return entries.length * LOOKUP_ENTRY_SIZE * 2 >= bytes.length ? entries : undefined;
}

async function readXmlData(access: RandomAccess, header: WimHeader, limits: Limits): Promise<XmlData | undefined> {
  const bytes = await tryRead(access, header.xmlData, header, limits);
  return bytes && tryXml(bytes);
}

async function parseXml(access: RandomAccess, { offset, size }: { offset: number; size: number }) {
  return tryXml(await access.read(offset, size));
}

function tryXml(bytes: Uint8Array): XmlData | undefined {
  try {
    return XmlData.parse(bytes);
  } catch (error) {
    if (error instanceof AdkError) return undefined;
    throw error;
  }
}

async function tryRead(
  access: RandomAccess,
  resource: ResourceHeader,
  header: WimHeader,
  limits: Limits,
): Promise<Uint8Array | undefined> {
  if (!isPresent(resource)) return undefined;
  try {
    checkResource(resource, "table", access.size, access.name);
    return await readResource(access, resource, header, limits);
  } catch (error) {
    if (error instanceof AdkError && error.kind === "input") return undefined;
    throw error;
  }
}

/** Ends a run of solid entries: their offsets count from the start of the run. */
const SEPARATOR: LookupEntry = {
  resource: { ...NO_RESOURCE, flags: RESOURCE_FREE },
  partNumber: 1,
  referenceCount: 0,
  sha1: ZERO_HASH,
};

/**
 * One table of all that were found. An image that was added later brought a new table with all images: those of the last
 * table that has some are the images, and of entries of the same data those of that table count. Data is taken from every
 * table, as each hash tells whether it is right.
 */
function joinTables({ tables }: FoundTables): readonly LookupEntry[] {
  const isImage = ({ resource }: LookupEntry) => (resource.flags & RESOURCE_METADATA) !== 0;
  const main = tables.findLast(({ entries }) => entries.some(isImage));
  const others = tables.filter((table) => table !== main).toReversed();
  const dataOf = ({ entries }: FoundTable) => [...entries.filter((entry) => !isImage(entry)), SEPARATOR];
  return [...(main?.entries ?? []), SEPARATOR, ...others.flatMap(dataOf)];
}

/** The file with another header and with tables behind its end. */
function withTables(
  access: RandomAccess,
  damaged: WimHeader,
  entries: readonly LookupEntry[],
  xml: XmlData,
): RandomAccess {
  const counted = entries.map((entry) => ({ ...entry, partNumber: 1, referenceCount: entry.referenceCount || 1 }));
  const images = counted.filter(({ resource }) => resource.flags & RESOURCE_METADATA).length;
  const isSolid = entries.some(({ resource }) => resource.flags & RESOURCE_SOLID);
  const table = writeLookupTable(counted);
  const xmlBytes = xml.write();
  const at = (offset: number, size: number): ResourceHeader => ({ storedSize: size, flags: 0, offset, size });
  const header: WimHeader = {
    ...damaged,
    version: isSolid ? WIM_VERSION_SOLID : damaged.version,
    partNumber: 1,
    totalParts: 1,
    imageCount: images,
    bootIndex: damaged.bootIndex <= images ? damaged.bootIndex : 0,
    bootMetadata: NO_RESOURCE,
    integrityTable: NO_RESOURCE,
    lookupTable: at(access.size, table.length),
    xmlData: at(access.size + table.length, xmlBytes.length),
  };
  return new JoinedAccess(access.name, [
    new MemoryAccess(writeHeader(header)),
    new RangeAccess(access, WIM_HEADER_SIZE, access.size - WIM_HEADER_SIZE),
    new MemoryAccess(table),
    new MemoryAccess(xmlBytes),
  ]);
}

function nothing({ name }: RandomAccess, message: string): AdkError {
  return new AdkError("WIM_NOTHING_RECOVERABLE", message, {
    file: name,
    hint: "Of a download that was cut off the tables at its end are missing: download the rest.",
  });
}
