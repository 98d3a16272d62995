import { type Findings, type Limits, limitExceeded } from "@adk/core";
import { type Blob, type BlobTable, type MetadataBlob, resolveBlobs, type WimPart } from "./blobs.ts";
import { LOOKUP_ENTRY_SIZE, type LookupEntry, parseLookupTable } from "./lookup-table.ts";
import { type PlainTable, plainTable } from "./plain-table.ts";
import { checkResource, isPresent, type ResourceHeader } from "./resource-header.ts";
import { readResource } from "./resource-reader.ts";

/** The lookup tables of a file or set, read as one. */
export interface LookupTables {
  readonly readEntries: () => readonly LookupEntry[];
  readonly table: BlobTable;
}

/** @param parts in the order of their numbers */
export async function readLookupTables(
  parts: readonly WimPart[],
  limits: Limits,
  findings: Findings,
): Promise<LookupTables> {
  const [first] = parts as [WimPart];
  const firstBytes = await readLookupTable(first, limits);
  const readEntries = () => parseLookupTable(firstBytes, first.access.name, first.header.lookupTable.offset);
  const plain = parts.length === 1 ? plainTable(firstBytes, first) : undefined;
  if (plain) return { readEntries, table: new LazyTable(plain) };

  const byNumber = new Map(parts.map((part) => [part.header.partNumber, part]));
  const entries = readEntries();
  const { blobs, metadata } = await resolveBlobs(entries, first, byNumber, limits, findings);
  const all = new Map(blobs);
  for (const part of parts.slice(1)) {
    const bytes = await readLookupTable(part, limits);
    const others = parseLookupTable(bytes, part.access.name, part.header.lookupTable.offset);
    const table = await resolveBlobs(others, part, byNumber, limits, findings);
    for (const [sha1, blob] of table.blobs) if (!all.has(sha1)) all.set(sha1, blob);
  }
  return { readEntries: () => entries, table: { blobs: all, metadata } };
}

/** Read when it is asked for. */
class LazyTable implements BlobTable {
  readonly metadata: readonly MetadataBlob[];
  readonly #plain: PlainTable;
  #blobs: ReadonlyMap<string, Blob> | undefined;

  constructor(plain: PlainTable) {
    this.metadata = plain.metadata;
    this.#plain = plain;
  }

  get blobs(): ReadonlyMap<string, Blob> {
    this.#blobs ??= this.#plain.readBlobs();
    return this.#blobs;
  }
}

async function readLookupTable(part: WimPart, limits: Limits): Promise<Uint8Array> {
  const { lookupTable } = part.header;
  const count = lookupTable.size / LOOKUP_ENTRY_SIZE;
  if (count > limits.entries) throw limitExceeded("entries", count, limits, { file: part.access.name });
  return readTable(part, "lookup table", lookupTable, limits);
}

/** A table or the XML data of a part, whole. */
export async function readTable(
  part: WimPart,
  what: string,
  resource: ResourceHeader,
  limits: Limits,
): Promise<Uint8Array> {
  if (!isPresent(resource)) return new Uint8Array(0);
  checkResource(resource, what, part.access.size, part.access.name);
  return readResource(part.access, resource, part.header, limits);
}
