import { ByteWriter } from "@adk/core";
import { chunkTableSize } from "../chunk-table.ts";
import { parseHeader, WIM_HEADER_SIZE, writeHeader } from "../header.ts";
import { parseLookupTable, writeLookupTable } from "../lookup-table.ts";
import { NO_RESOURCE, RESOURCE_COMPRESSED, type ResourceHeader } from "../resource-header.ts";

/** Bytes that stand before each resource of a pipable file; what is in them is for readers that cannot seek. */
const BLOB_HEADER_SIZE = 40;

/**
 * Makes of a file what wimlib makes with `--pipable`: resources with their chunk tables behind, a size before each chunk, and
 * the header that counts at the end.
 */
export function toPipable(file: Uint8Array): Uint8Array {
  const header = parseHeader(file);
  const { lookupTable, xmlData, chunkSize } = header;
  const bytesOf = ({ offset, storedSize }: ResourceHeader) => file.subarray(offset, offset + storedSize);
  const writer = new ByteWriter();
  writer.bytes(writeHeader({ ...header, pipable: true, lookupTable: NO_RESOURCE, xmlData: NO_RESOURCE }));

  const entries = parseLookupTable(bytesOf(lookupTable)).map((entry) => {
    writer.zeros(BLOB_HEADER_SIZE);
    const offset = writer.position;
    writer.bytes(pipableResource(bytesOf(entry.resource), entry.resource, chunkSize));
    return { ...entry, resource: { ...entry.resource, offset, storedSize: writer.position - offset } };
  });
  const place = (bytes: Uint8Array, flags: number): ResourceHeader => {
    const offset = writer.position;
    writer.bytes(bytes);
    return { storedSize: bytes.length, flags, offset, size: bytes.length };
  };
  const tables = { lookupTable: place(writeLookupTable(entries), 0), xmlData: place(bytesOf(xmlData), xmlData.flags) };
  writer.bytes(writeHeader({ ...header, ...tables, pipable: true, integrityTable: NO_RESOURCE }));
  return writer.finish().slice();
}

function pipableResource(stored: Uint8Array, { flags, size }: ResourceHeader, chunkSize: number): Uint8Array {
  if (!(flags & RESOURCE_COMPRESSED)) return stored;
  const tableSize = chunkTableSize(size, chunkSize);
  const table = stored.subarray(0, tableSize);
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  const data = stored.subarray(tableSize);
  const writer = new ByteWriter(stored.length + WIM_HEADER_SIZE);
  for (let i = 0, start = 0; start < data.length; i++) {
    const end = i * 4 < tableSize ? view.getUint32(i * 4, true) : data.length;
    writer.u32(end - start).bytes(data.subarray(start, end));
    start = end;
  }
  return writer.bytes(table).finish();
}
