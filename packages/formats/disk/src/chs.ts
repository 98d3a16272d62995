/** Cylinder, head and sector of a block, as old firmware counts: heads from 0, sectors from 1. */
export interface Chs {
  readonly cylinder: number;
  readonly head: number;
  readonly sector: number;
}

/** The geometry that firmware assumes of a disk beyond 8 GB, and Windows writes. */
export const HEADS = 255;
export const SECTORS_PER_TRACK = 63;
const MOST_CYLINDER = 1023;

/** Where a block lies; beyond cylinder 1023 the last place that can be told (FE FF FF). */
export function chsOf(block: number): Chs {
  const cylinder = Math.floor(block / (HEADS * SECTORS_PER_TRACK));
  if (cylinder > MOST_CYLINDER) return { cylinder: MOST_CYLINDER, head: HEADS - 1, sector: SECTORS_PER_TRACK };
  return {
    cylinder,
    head: Math.floor(block / SECTORS_PER_TRACK) % HEADS,
    sector: (block % SECTORS_PER_TRACK) + 1,
  };
}

/** The three bytes of an entry of a partition table: head, sector with bits 8 and 9 of the cylinder, cylinder. */
export function chsToBytes({ cylinder, head, sector }: Chs): Uint8Array {
  return Uint8Array.of(head, sector | ((cylinder >> 2) & 0xc0), cylinder & 0xff);
}
