import { AdkError, type AtomicFile, alignUp, check } from "@adk/core";
import { writeBlocks } from "../block-writer.ts";
import { type DiskPieces, SECTOR } from "../pieces.ts";
import { writeRaw } from "../raw.ts";
import { DYNAMIC_HEADER_BYTES, VHD_BLOCK_BYTES, writeDynamicHeader } from "./dynamic-header.ts";
import { FOOTER_BYTES, type NewVhdFooter, VHD_EPOCH, writeVhdFooter } from "./footer.ts";
import { geometryOf, MOST_GEOMETRY } from "./geometry.ts";

export interface VhdOptions {
  readonly type: "fixed" | "dynamic";
  /** 16 bytes by which the disk is known. */
  readonly id: Uint8Array;
  /** Seconds since 1970. */
  readonly time: number;
  /** `most` (default): readers that go by the geometry still see the exact size. `spec`: as the specification calculates it. */
  readonly geometry?: "most" | "spec" | undefined;
}

/** What Windows takes: the table has 32-bit numbers of sectors. */
const MOST_BYTES = 2040 * 2 ** 30;
const MIB = 2 ** 20;
const TABLE_OFFSET = FOOTER_BYTES + DYNAMIC_HEADER_BYTES;
/** One bit for each sector of a block: all were written. */
const BITMAP_BYTES = VHD_BLOCK_BYTES / SECTOR / 8;

/** The size that a disk gets in a VHD: Azure takes only whole mebibytes. @throws AdkError `VHD_TOO_LARGE` */
function vhdSize(bytes: number): number {
  const size = alignUp(bytes, MIB);
  check(size <= MOST_BYTES, () => {
    return new AdkError("VHD_TOO_LARGE", "A VHD has at most 2040 GiB.", {
      kind: "unsupported",
      found: bytes,
      hint: "Write a VHDX.",
    });
  });
  return size;
}

/**
 * Writes a disk as VHD. A dynamic one leaves out blocks of 2 MiB that are zeros.
 *
 * @param bytes of the disk; it is rounded up to whole mebibytes
 * @throws AdkError `VHD_TOO_LARGE`
 */
export async function writeVhd(
  file: AtomicFile,
  bytes: number,
  pieces: DiskPieces,
  options: VhdOptions,
): Promise<void> {
  const size = vhdSize(bytes);
  const footer: NewVhdFooter = {
    type: options.type,
    dataOffset: options.type === "fixed" ? undefined : FOOTER_BYTES,
    timestamp: Math.max(0, options.time - VHD_EPOCH),
    creator: "adk ",
    creatorVersion: 0x0001_0000,
    size,
    geometry: options.geometry === "spec" ? geometryOf(size) : MOST_GEOMETRY,
    id: options.id,
  };
  const bytesOfFooter = writeVhdFooter(footer);
  if (options.type === "fixed") {
    await writeRaw(file, size, pieces);
    await file.writeAt(bytesOfFooter, size);
    return;
  }
  const blocks = Math.ceil(size / VHD_BLOCK_BYTES);
  const table = new Uint8Array(alignUp(blocks * 4, SECTOR)).fill(0xff);
  const view = new DataView(table.buffer);
  const header = writeDynamicHeader({ tableOffset: TABLE_OFFSET, blocks, blockBytes: VHD_BLOCK_BYTES });
  await file.writeAt(bytesOfFooter, 0);
  await file.writeAt(header, FOOTER_BYTES);
  const end = await writeBlocks(file, pieces, {
    blockBytes: VHD_BLOCK_BYTES,
    start: TABLE_OFFSET + table.length,
    before: new Uint8Array(BITMAP_BYTES).fill(0xff),
    onBlock: (block, offset) => view.setUint32(block * 4, offset / SECTOR),
  });
  await file.writeAt(table, TABLE_OFFSET);
  await file.writeAt(bytesOfFooter, end);
}
