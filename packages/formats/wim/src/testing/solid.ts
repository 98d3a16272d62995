import { createEncoder } from "@adk/compression";
import { ByteWriter, MemoryAccess } from "@adk/core";
import { readBlob } from "../blob-access.ts";
import { writeSolidHeader } from "../chunk-table.ts";
import { parseHeader, WIM_VERSION_SOLID, writeHeader } from "../header.ts";
import { type LookupEntry, writeLookupTable, ZERO_HASH } from "../lookup-table.ts";
import { NO_RESOURCE, RESOURCE_METADATA, RESOURCE_SOLID } from "../resource-header.ts";
import { SOLID_MARK } from "../solid-run.ts";
import { WimFile } from "../wim-file.ts";

/** Makes of a file one with the same images whose blobs lie in solid resources of LZX, `perResource` blobs in each. */
export async function toSolid(bytes: Uint8Array, perResource = 4, chunkSize = 32768): Promise<Uint8Array> {
  const file = await WimFile.open(new MemoryAccess(bytes));
  const header = parseHeader(bytes);
  const writer = new ByteWriter().zeros(208);
  const entries: LookupEntry[] = [];
  const blobs = [...file.table.blobs.values()];
  let runOffset = 0;
  for (let i = 0; i < blobs.length; i += perResource) {
    const members = blobs.slice(i, i + perResource);
    const parts = await Promise.all(members.map(({ sha1 }) => readBlob(file, sha1, sha1)));
    const offset = writer.position;
    writer.bytes(solidResource(Buffer.concat(parts), chunkSize));
    const resource = { storedSize: writer.position - offset, flags: RESOURCE_SOLID, offset, size: SOLID_MARK };
    entries.push({ resource, partNumber: 1, referenceCount: 1, sha1: ZERO_HASH });
    for (const { sha1, size } of members) {
      const place = { storedSize: size, flags: RESOURCE_SOLID, offset: runOffset, size: 0 };
      entries.push({ resource: place, partNumber: 1, referenceCount: 1, sha1 });
      runOffset += size;
    }
  }
  const copy = (offset: number, length: number) => {
    const place = writer.position;
    writer.bytes(bytes.subarray(offset, offset + length));
    return place;
  };
  for (const entry of file.entries.filter(({ resource }) => resource.flags & RESOURCE_METADATA)) {
    const { resource } = entry;
    entries.push({ ...entry, resource: { ...resource, offset: copy(resource.offset, resource.storedSize) } });
  }
  const table = writeLookupTable(entries);
  const lookupTable = { storedSize: table.length, flags: 0, offset: writer.position, size: table.length };
  writer.bytes(table);
  const xmlData = { ...header.xmlData, offset: copy(header.xmlData.offset, header.xmlData.storedSize) };
  const solid = writer.finish().slice();
  const tables = { lookupTable, xmlData, bootMetadata: NO_RESOURCE, bootIndex: 0, integrityTable: NO_RESOURCE };
  solid.set(writeHeader({ ...header, ...tables, version: WIM_VERSION_SOLID }));
  return solid;
}

function solidResource(data: Uint8Array, chunkSize: number): Uint8Array {
  const encoder = createEncoder("lzx", chunkSize, { level: "fast" });
  const sizes: number[] = [];
  const chunks = new ByteWriter();
  for (let at = 0; at < data.length; at += chunkSize) {
    const chunk = data.subarray(at, at + chunkSize);
    const output = new Uint8Array(chunk.length);
    const size = encoder.encode(chunk, output);
    sizes.push(size || chunk.length);
    chunks.bytes(size === 0 ? chunk : output.subarray(0, size));
  }
  const header = writeSolidHeader({ size: data.length, chunkSize, compression: "lzx" }, sizes);
  return new ByteWriter().bytes(header).bytes(chunks.finish()).finish();
}
