import { AdkError, ByteReader, ByteWriter, check, type Guid, guidToBytes, type Origin } from "@adk/core";
import { structureChecksum } from "./crc32c.ts";
import { readGuid } from "./header.ts";

export const REGION_TABLE_OFFSETS = [192 * 1024, 256 * 1024] as const;
export const REGION_TABLE_BYTES = 64 * 1024;
const MOST_ENTRIES = 2047;

export const REGION_BAT = "2dc27766-f623-4200-9d64-115e9bfd4a08";
export const REGION_METADATA = "8b7ca206-4790-4b9a-b8fe-575f050f886e";

/** Where a part of the file lies ([MS-VHDX] 2.2.3). */
export interface Region {
  readonly guid: Guid;
  readonly offset: number;
  readonly length: number;
  /** Who does not know it must not open the file. */
  readonly required: boolean;
}

/** @throws AdkError `VHDX_BAD_REGION_TABLE` */
export function parseRegionTable(bytes: Uint8Array, origin: Origin = {}): Region[] {
  const bad = (message: string) =>
    new AdkError("VHDX_BAD_REGION_TABLE", message, { file: origin.file, offset: origin.base });
  check(String.fromCharCode(...bytes.subarray(0, 4)) === "regi", () => bad("There is no region table."));
  const reader = new ByteReader(bytes, origin, 4);
  check(reader.u32() === structureChecksum(bytes), () => bad("The region table's checksum is wrong."));
  const count = reader.u32();
  check(count <= MOST_ENTRIES, () => bad(`There cannot be ${count} regions.`));
  reader.skip(4);
  return Array.from({ length: count }, () => ({
    guid: readGuid(reader),
    offset: reader.size64(),
    length: reader.u32(),
    required: (reader.u32() & 1) !== 0,
  }));
}

export function writeRegionTable(regions: readonly Region[]): Uint8Array {
  const writer = new ByteWriter(REGION_TABLE_BYTES).bytes(new TextEncoder().encode("regi")).u32(0);
  writer.u32(regions.length).u32(0);
  for (const { guid, offset, length, required } of regions) {
    writer
      .bytes(guidToBytes(guid))
      .size64(offset)
      .u32(length)
      .u32(required ? 1 : 0);
  }
  writer.align(REGION_TABLE_BYTES);
  return writer.patchU32(4, structureChecksum(writer.finish())).finish();
}
