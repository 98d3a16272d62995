/** States of a payload block ([MS-VHDX] 2.5.1.1). Those that are neither full nor partial read as zeros. */
export const BlockState = { NOT_PRESENT: 0, UNDEFINED: 1, ZERO: 2, UNMAPPED: 3, FULLY_PRESENT: 6, PARTIAL: 7 } as const;

export const ENTRY_BYTES = 8;
const MIB = 2 ** 20;
/** Sectors that one block of a sector bitmap tells of. */
const BITMAP_SECTORS = 2 ** 23;

/** Payload blocks after which the table has an entry for a sector bitmap. */
export function chunkRatio(blockBytes: number, logicalSectorBytes: number): number {
  return (BITMAP_SECTORS * logicalSectorBytes) / blockBytes;
}

/** Number of the table's entry for a payload block: those of sector bitmaps stand between. */
export function entryOf(block: number, ratio: number): number {
  return block + Math.floor(block / ratio);
}

/** Number of the table's entry for the sector bitmap of a payload block. */
export function bitmapEntryOf(block: number, ratio: number): number {
  return Math.floor(block / ratio) * (ratio + 1) + ratio;
}

/** Entries of a disk: that of a differencing one has a sector bitmap for the last blocks too ([MS-VHDX] 2.5). */
export function entryCount(blocks: number, ratio: number, hasParent = false): number {
  return hasParent ? Math.ceil(blocks / ratio) * (ratio + 1) : blocks + Math.floor((blocks - 1) / ratio);
}

/** State and place of a block from the two halves of its entry. */
export function parseEntry(low: number, high: number): { readonly state: number; readonly offset: number } {
  // Bits 20 to 63 count mebibytes.
  return { state: low & 7, offset: (high * 2 ** 12 + (low >>> 20)) * MIB };
}

export function writeEntry(view: DataView, at: number, offset: number): void {
  const mebibytes = offset / MIB;
  view.setUint32(at, ((mebibytes % 2 ** 12) * 2 ** 20 + BlockState.FULLY_PRESENT) >>> 0, true);
  view.setUint32(at + 4, Math.floor(mebibytes / 2 ** 12), true);
}
