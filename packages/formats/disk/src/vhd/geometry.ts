/** Cylinders, heads and sectors per track as the footer of a VHD has them. */
export interface VhdGeometry {
  readonly cylinders: number;
  readonly heads: number;
  readonly sectorsPerTrack: number;
}

/**
 * The largest geometry there is. QEMU takes the size of a disk from its geometry, and rounds it down so, unless the geometry is
 * this one or the program that made the file is one that it knows: with it all readers agree on the size to the byte.
 */
export const MOST_GEOMETRY: VhdGeometry = { cylinders: 0xffff, heads: 16, sectorsPerTrack: 255 };

/** The geometry of a size in bytes (VHD specification 1.0, appendix "CHS Calculation"). */
export function geometryOf(bytes: number): VhdGeometry {
  const sectors = Math.min(Math.floor(bytes / 512), 65535 * 16 * 255);
  if (sectors >= 65535 * 16 * 63) {
    return { cylinders: Math.floor(sectors / 255 / 16), heads: 16, sectorsPerTrack: 255 };
  }
  let sectorsPerTrack = 17;
  let tracks = Math.floor(sectors / sectorsPerTrack);
  let heads = Math.max(4, Math.floor((tracks + 1023) / 1024));
  if (tracks >= heads * 1024 || heads > 16) {
    sectorsPerTrack = 31;
    heads = 16;
    tracks = Math.floor(sectors / sectorsPerTrack);
  }
  if (tracks >= heads * 1024) {
    sectorsPerTrack = 63;
    heads = 16;
    tracks = Math.floor(sectors / sectorsPerTrack);
  }
  return { cylinders: Math.floor(tracks / heads), heads, sectorsPerTrack };
}
