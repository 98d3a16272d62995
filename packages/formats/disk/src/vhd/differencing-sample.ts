import { alignUp } from "@adk/core";
import { DYNAMIC_HEADER_BYTES, VHD_BLOCK_BYTES, writeDynamicHeader } from "./dynamic-header.ts";
import { FOOTER_BYTES, vhdChecksum, writeVhdFooter } from "./footer.ts";
import { geometryOf } from "./geometry.ts";

const SECTOR = 512;
const BITMAP_BYTES = VHD_BLOCK_BYTES / SECTOR / 8;
const TABLE_OFFSET = FOOTER_BYTES + DYNAMIC_HEADER_BYTES;

export interface SampleParent {
  /** 16 bytes. */
  readonly id: Uint8Array;
  /** Path of Windows, relative to the disk. */
  readonly path: string;
}

/** A differencing VHD with some sectors of a disk. @param sectors what it has, by number */
export function differencingVhd(
  size: number,
  id: Uint8Array,
  parent: SampleParent,
  sectors: ReadonlyMap<number, Uint8Array>,
): Uint8Array {
  const blocks = Math.ceil(size / VHD_BLOCK_BYTES);
  const tableBytes = alignUp(blocks * 4, SECTOR);
  const perBlock = VHD_BLOCK_BYTES / SECTOR;
  const used = [...new Set([...sectors.keys()].map((sector) => Math.floor(sector / perBlock)))];
  const pathAt = TABLE_OFFSET + tableBytes;
  const path = Buffer.from(parent.path, "utf16le");
  const dataAt = pathAt + alignUp(path.length, SECTOR);
  const bytes = new Uint8Array(dataAt + used.length * (BITMAP_BYTES + VHD_BLOCK_BYTES) + FOOTER_BYTES);
  const view = new DataView(bytes.buffer);
  const footer = writeVhdFooter({
    type: "differencing",
    dataOffset: FOOTER_BYTES,
    timestamp: 0,
    creator: "win ",
    creatorVersion: 0x000a_0000,
    size,
    geometry: geometryOf(size),
    id,
  });
  bytes.set(footer);
  bytes.set(footer, bytes.length - FOOTER_BYTES);
  const header = writeDynamicHeader({ tableOffset: TABLE_OFFSET, blocks, blockBytes: VHD_BLOCK_BYTES });
  const headerView = new DataView(header.buffer);
  header.set(parent.id, 40);
  const name = Buffer.from(parent.path.replace(/^.*\\/, ""), "utf16le").swap16();
  header.set(name, 64);
  header.set(Buffer.from("W2ru"), 576);
  headerView.setUint32(580, alignUp(path.length, SECTOR));
  headerView.setUint32(584, path.length);
  headerView.setBigUint64(592, BigInt(pathAt));
  headerView.setUint32(36, vhdChecksum(header.fill(0, 36, 40), 36));
  bytes.set(header, FOOTER_BYTES);
  bytes.set(path, pathAt);
  bytes.fill(0xff, TABLE_OFFSET, TABLE_OFFSET + tableBytes);
  for (const [i, block] of used.entries()) {
    view.setUint32(TABLE_OFFSET + block * 4, (dataAt + i * (BITMAP_BYTES + VHD_BLOCK_BYTES)) / SECTOR);
  }
  for (const [sector, data] of sectors) {
    const within = sector % perBlock;
    const at = view.getUint32(TABLE_OFFSET + Math.floor(sector / perBlock) * 4) * SECTOR;
    const place = at + (within >> 3);
    bytes[place] = (bytes[place] as number) | (0x80 >> (within & 7));
    bytes.set(data, at + BITMAP_BYTES + within * SECTOR);
  }
  return bytes;
}
