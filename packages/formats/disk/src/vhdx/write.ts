import { AdkError, type AtomicFile, alignUp, check, type Guid, nameBasedGuid } from "@adk/core";
import { writeBlocks } from "../block-writer.ts";
import { type DiskPieces, SECTOR, shifted } from "../pieces.ts";
import { writeRaw } from "../raw.ts";
import { chunkRatio, ENTRY_BYTES, entryCount, entryOf, writeEntry } from "./block-allocation-table.ts";
import { HEADER_OFFSETS, LOG_BYTES, LOG_OFFSET, writeFileIdentifier, writeVhdxHeader } from "./header.ts";
import { writeMetadata } from "./metadata.ts";
import { REGION_BAT, REGION_METADATA, REGION_TABLE_OFFSETS, writeRegionTable } from "./region-table.ts";

export interface VhdxOptions {
  readonly type: "fixed" | "dynamic";
  /** By which the disk is known. */
  readonly id: Guid;
}

const MIB = 2 ** 20;
/** Windows takes blocks of 32 MiB. Smaller ones leave out more zeros, and need a larger table: that of a large disk has to stay small. */
const SMALL_BLOCK_BYTES = 2 * MIB;
const LARGE_BLOCK_BYTES = 32 * MIB;
const LARGE_DISK_BYTES = 2 ** 41;
const PHYSICAL_SECTOR_BYTES = 4096;
const MOST_BYTES = 64 * 2 ** 40;

/**
 * Writes a disk as VHDX. A dynamic one leaves out blocks of 2 MiB (32 MiB of a disk beyond 2 TiB) that are zeros; a fixed one has a place for every block, which
 * takes no room on the host where it has sparse files.
 *
 * @param bytes of the disk; it is rounded up to whole mebibytes
 * @throws AdkError `VHDX_TOO_LARGE`
 */
export async function writeVhdx(
  file: AtomicFile,
  bytes: number,
  pieces: DiskPieces,
  options: VhdxOptions,
): Promise<void> {
  const size = alignUp(bytes, MIB);
  check(size <= MOST_BYTES, () => {
    return new AdkError("VHDX_TOO_LARGE", "A VHDX has at most 64 TiB.", { kind: "unsupported", found: bytes });
  });
  const blockBytes = size <= LARGE_DISK_BYTES ? SMALL_BLOCK_BYTES : LARGE_BLOCK_BYTES;
  const blocks = Math.ceil(size / blockBytes);
  const ratio = chunkRatio(blockBytes, SECTOR);
  const table = new Uint8Array(alignUp(entryCount(blocks, ratio) * ENTRY_BYTES, MIB));
  const view = new DataView(table.buffer);
  const metadataOffset = LOG_OFFSET + LOG_BYTES;
  const tableOffset = metadataOffset + MIB;
  const start = tableOffset + table.length;
  const onBlock = (block: number, offset: number) => writeEntry(view, entryOf(block, ratio) * ENTRY_BYTES, offset);
  if (options.type === "fixed") {
    for (let block = 0; block < blocks; block++) onBlock(block, start + block * blockBytes);
    await writeRaw(file, start + blocks * blockBytes, shifted(pieces, start));
  } else await writeBlocks(file, pieces, { blockBytes, start, onBlock });
  await file.writeAt(table, tableOffset);
  const fixed = options.type === "fixed";
  await file.writeAt(
    writeMetadata({
      blockBytes,
      leaveBlocksAllocated: fixed,
      size,
      id: options.id,
      logicalSectorBytes: SECTOR,
      physicalSectorBytes: PHYSICAL_SECTOR_BYTES,
    }),
    metadataOffset,
  );
  const regions = writeRegionTable([
    { guid: REGION_BAT, offset: tableOffset, length: table.length, required: true },
    { guid: REGION_METADATA, offset: metadataOffset, length: MIB, required: true },
  ]);
  for (const offset of REGION_TABLE_OFFSETS) await file.writeAt(regions, offset);
  const guid = (name: string) => nameBasedGuid(options.id, new TextEncoder().encode(name));
  const written = { fileWriteGuid: guid("file write"), dataWriteGuid: guid("data write") };
  for (const [i, offset] of HEADER_OFFSETS.entries()) {
    await file.writeAt(writeVhdxHeader({ ...written, sequence: BigInt(i + 1) }), offset);
  }
  await file.writeAt(writeFileIdentifier("adk"), 0);
}
