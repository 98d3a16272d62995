import { digestBytes, guidToBytes, type LongOperation, nameBasedGuid } from "@adk/core";
import type { WimHeader } from "./header.ts";
import { computeIntegrityTable, writeIntegrityTable } from "./integrity-table.ts";
import { type LookupEntry, writeLookupTable } from "./lookup-table.ts";
import { NO_RESOURCE, RESOURCE_METADATA, type ResourceHeader } from "./resource-header.ts";
import type { WimOutput } from "./wim-output.ts";
import type { XmlData } from "./xml-data.ts";

/** Name space of the GUIDs of files: each is made from what the file holds, so that equal input gives equal bytes. */
const GUID_NAMESPACE = "5f7d3a0e-2c58-4f3b-9a52-6f2a3b1c0d4e";

/** A GUID for a file that has none yet. */
export function guidOf(entries: readonly LookupEntry[]): Uint8Array {
  return guidToBytes(nameBasedGuid(GUID_NAMESPACE, digestBytes("sha1", writeLookupTable(entries))));
}

/**
 * Writes what follows the blobs: lookup table, XML data, and an integrity table if wanted.
 *
 * @returns the header with the places of the tables, which is to be written last
 */
export async function writeTables(
  output: WimOutput,
  header: WimHeader,
  entries: readonly LookupEntry[],
  xml: XmlData,
  options: LongOperation & { integrity: boolean },
): Promise<WimHeader> {
  const lookupTable = await writeTable(output, writeLookupTable(entries));
  xml.totalBytes = output.position;
  const xmlData = { ...(await writeTable(output, xml.write())), flags: RESOURCE_METADATA };
  const images = entries.filter(
    ({ resource, referenceCount }) => resource.flags & RESOURCE_METADATA && referenceCount > 0,
  );
  const bootMetadata = images[header.bootIndex - 1]?.resource ?? NO_RESOURCE;
  const complete = { ...header, lookupTable, xmlData, bootMetadata, integrityTable: NO_RESOURCE };
  if (!options.integrity) return complete;
  const end = lookupTable.offset + lookupTable.storedSize;
  const table = await computeIntegrityTable(output, end, options);
  return { ...complete, integrityTable: await writeTable(output, writeIntegrityTable(table)) };
}

async function writeTable(output: WimOutput, bytes: Uint8Array): Promise<ResourceHeader> {
  const offset = output.position;
  await output.write(bytes);
  return { storedSize: bytes.length, flags: 0, offset, size: bytes.length };
}
