import { MemoryAccess } from "@adk/core";
import { WIM_HEADER_SIZE } from "../header.ts";
import { WimFile } from "../wim-file.ts";

type Region = readonly [start: number, end: number];

/** Header, tables, XML data and metadata of a file: damage there reaches further than damage of data. */
export async function regionsOf(bytes: Uint8Array): Promise<Region[]> {
  const file = await WimFile.open(new MemoryAccess(bytes));
  const { lookupTable, xmlData, integrityTable, pipable } = file.header;
  const header: Region = pipable ? [bytes.length - WIM_HEADER_SIZE, bytes.length] : [0, WIM_HEADER_SIZE];
  const metadata = file.table.metadata.map(({ storage }) => storage.resource);
  const resources = [lookupTable, xmlData, integrityTable, ...metadata].filter(({ storedSize }) => storedSize > 0);
  return [header, ...resources.map(({ offset, storedSize }): Region => [offset, offset + storedSize])];
}
