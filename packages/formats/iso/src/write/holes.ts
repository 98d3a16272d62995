import { SECTOR } from "../sector.ts";
import type { Content } from "./source-tree.ts";

/** Whole sectors of a file that are zeros. */
export interface Hole {
  /** Bytes, from the file's start on. */
  readonly offset: number;
  readonly length: number;
}

/** Fewer zeros are stored: to leave them out costs a seek and an allocation descriptor. A file of zeros alone is always left out. */
const LEAST_HOLE = 16 * SECTOR;
const PIECE = 1 << 20;
const ZEROS = new Uint8Array(PIECE);

/** The parts of a content that are zeros, in their order: the `most` longest. The last one may end within a sector. */
export async function holesOf({ volume, entry, size }: Content, most: number): Promise<readonly Hole[]> {
  const holes: Hole[] = [];
  const memory = new Uint8Array(Math.min(PIECE, size));
  let start = -1;
  const end = (offset: number) => {
    const length = offset - start;
    if (start >= 0 && (length >= LEAST_HOLE || length === size)) holes.push({ offset: start, length });
    start = -1;
  };
  const access = await volume.open(entry);
  try {
    for (let offset = 0; offset < size; offset += PIECE) {
      const bytes = await access.read(offset, Math.min(PIECE, size - offset), memory);
      for (let at = 0; at < bytes.length; at += SECTOR) {
        const sector = bytes.subarray(at, at + SECTOR);
        if (Buffer.compare(sector, ZEROS.subarray(0, sector.length)) !== 0) end(offset + at);
        else if (start < 0) start = offset + at;
      }
    }
  } finally {
    await access.close();
  }
  end(size);
  if (holes.length <= most) return holes;
  const longest = holes.toSorted((a, b) => b.length - a.length || a.offset - b.offset).slice(0, most);
  return longest.sort((a, b) => a.offset - b.offset);
}

/** A part of a content that is stored, or a hole. */
export interface Segment {
  readonly length: number;
  /** Bytes from the file's start on. */
  readonly offset: number;
  readonly isHole: boolean;
}

/** All of a content in its order. */
export function* segmentsOf({ size, holes = [] }: Content): Generator<Segment> {
  let offset = 0;
  for (const hole of holes) {
    if (hole.offset > offset) yield { offset, length: hole.offset - offset, isHole: false };
    yield { ...hole, isHole: true };
    offset = hole.offset + hole.length;
  }
  if (offset < size) yield { offset, length: size - offset, isHole: false };
}

/** Bytes of a content that are on the disc. */
export function storedSize({ size, holes = [] }: Content): number {
  return holes.reduce((sum, { length }) => sum - length, size);
}
