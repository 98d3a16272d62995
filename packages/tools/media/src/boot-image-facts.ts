import { RangeAccess } from "@adk/core";
import { isFat, openFat } from "@adk/disk";
import type { BootEntry, Emulation, IsoImage } from "@adk/iso";

/** What the image of a boot entry tells about itself. */
export interface BootImageFacts {
  /** Bytes, where anything tells them. */
  readonly bytes?: number;
  readonly fileSystem?: string;
  readonly infoTable?: "right" | "wrong";
}

const SECTOR = 2048;
/** Sector of the primary volume descriptor, which a boot information table leads to. */
const PRIMARY_DESCRIPTOR = 16;
/** Bytes of the disks that are emulated. */
const FLOPPY_BYTES: Partial<Record<Emulation, number>> = { "1.2M": 1_228_800, "1.44M": 1_474_560, "2.88M": 2_949_120 };
/** A boot information table has at byte 8 the descriptor, the file, its length and the sum from byte 64 on; zeros up to there. */
const TABLE = { reserved: 24, end: 64 };
/** Bytes that the sum is taken over. */
const MOST_SUMMED = 2 ** 26;

/**
 * Looks into the image of a boot entry. The sectors that the entry tells are what a BIOS loads, not how large the image is: firmware
 * that reads it as a disk takes the size from its FAT volume.
 *
 * @throws AdkError `UNEXPECTED_END` where it lies beyond the end of the disc
 */
export async function bootImageFacts(
  { access }: IsoImage,
  { extent, emulation, sectorCount }: Pick<BootEntry, "extent" | "emulation" | "sectorCount">,
): Promise<BootImageFacts> {
  const offset = extent * SECTOR;
  if (offset === 0) return {};
  const rest = new RangeAccess(access, offset, Math.max(0, access.size - offset));
  const sector = await rest.read(0, Math.min(SECTOR, rest.size));
  if (isFat(sector.subarray(0, 512))) {
    const { boot } = await openFat(rest);
    return { bytes: boot.totalSectors * boot.bytesPerSector, fileSystem: `FAT${boot.kind}` };
  }
  const bytes = FLOPPY_BYTES[emulation];
  if (bytes !== undefined) return { bytes };
  return (await infoTableFacts(rest, sector, extent)) ?? (sectorCount > 1 ? { bytes: sectorCount * 512 } : {});
}

/** @returns undefined where there is none */
async function infoTableFacts(
  image: RangeAccess,
  sector: Uint8Array,
  extent: number,
): Promise<BootImageFacts | undefined> {
  const view = new DataView(sector.buffer, sector.byteOffset);
  const [descriptor, file, length, sum] = [8, 12, 16, 20].map((at) => view.getUint32(at, true));
  const reserved = sector.subarray(TABLE.reserved, TABLE.end);
  if (descriptor !== PRIMARY_DESCRIPTOR || !length || reserved.some((byte) => byte !== 0)) return undefined;
  if (length > Math.min(image.size, MOST_SUMMED)) return { infoTable: "wrong" };
  const bytes = new Uint8Array(Math.ceil(length / 4) * 4);
  await image.read(0, length, bytes);
  const words = new DataView(bytes.buffer);
  let found = 0;
  for (let at = TABLE.end; at < bytes.length; at += 4) found = (found + words.getUint32(at, true)) >>> 0;
  return { bytes: length, infoTable: file === extent && sum === found ? "right" : "wrong" };
}
