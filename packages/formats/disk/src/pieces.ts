import { type LongOperation, ProgressCounter, type RandomAccess } from "@adk/core";

/** Bytes of one sector. Disks with sectors of 4096 bytes are not written here. */
export const SECTOR = 512;

/**
 * A piece of a disk. A disk is written as pieces in the order of their offsets, whatever its container: what lies between them
 * is zeros, and takes no room where the container can do without.
 */
export interface DiskPiece {
  /** Byte offset on the disk. */
  readonly offset: number;
  /** They stay as they are until the second piece behind this one is asked for: one can be written while the next is read. */
  readonly bytes: Uint8Array;
}

export type DiskPieces = AsyncIterable<DiskPiece> | Iterable<DiskPiece>;

/** A disk whose parts that hold data are known: all else reads as zeros. */
export interface DiskAccess extends RandomAccess {
  /** Bytes of a sector as the disk has them for those who use it: 512 or 4096. */
  readonly sectorBytes: number;
  /** The ranges that are stored, in order. */
  stored(): AsyncIterable<StoredRange>;
}

export interface StoredRange {
  readonly offset: number;
  readonly length: number;
}

/** The ranges of a disk that are stored; all of it where nobody knows. */
export async function* storedRanges(disk: RandomAccess | DiskAccess): AsyncGenerator<StoredRange> {
  if ("stored" in disk) yield* disk.stored();
  else yield { offset: 0, length: disk.size };
}

/** Bytes that are read at once. */
export const PIECE_BYTES = 1 << 21;
/** Bytes in which zeros are looked for. */
const UNIT_BYTES = 1 << 16;
const ZEROS = Buffer.alloc(2 * UNIT_BYTES);

/** @param bytes at most 128 KiB */
export function isZero(bytes: Uint8Array): boolean {
  return ZEROS.compare(bytes, 0, bytes.length, 0, bytes.length) === 0;
}

/** The parts of a piece that are not zeros. */
function* withoutZeros({ offset, bytes }: DiskPiece): Generator<DiskPiece> {
  let start = -1;
  for (let at = 0; at < bytes.length; at += UNIT_BYTES) {
    const isData = !isZero(bytes.subarray(at, at + UNIT_BYTES));
    if (isData && start < 0) start = at;
    if (isData || start < 0) continue;
    yield { offset: offset + start, bytes: bytes.subarray(start, at) };
    start = -1;
  }
  if (start >= 0) yield { offset: offset + start, bytes: bytes.subarray(start) };
}

/** Memory for pieces, in turn: what was given out is used again for the second piece behind it. */
export class PieceMemory {
  readonly #memories = [new Uint8Array(PIECE_BYTES), new Uint8Array(PIECE_BYTES)] as const;
  #turn = 0;

  next(): Uint8Array {
    this.#turn ^= 1;
    return this.#memories[this.#turn] as Uint8Array;
  }
}

/** The pieces of a disk that is there, without those that are zeros. */
export async function* piecesOf(
  access: RandomAccess | DiskAccess,
  operation: LongOperation = {},
): AsyncGenerator<DiskPiece> {
  const progress = new ProgressCounter(operation, "convert", "bytes", access.size);
  const memories = new PieceMemory();
  let memory = memories.next();
  let reported = 0;
  for await (const { offset: start, length } of storedRanges(access)) {
    const end = start + length;
    for (let offset = start; offset < end; ) {
      // Up to a multiple of a piece, so that the zeros that are found fit the blocks of containers.
      const count = Math.min(PIECE_BYTES - (offset % PIECE_BYTES), end - offset);
      const bytes = await access.read(offset, count, memory);
      // Only what was given out is still being written: where all is zeros the next is read into the same memory.
      let given = false;
      for (const piece of withoutZeros({ offset, bytes })) {
        yield piece;
        given = true;
      }
      if (given) memory = memories.next();
      offset += count;
      progress.add(offset - reported);
      reported = offset;
    }
  }
  progress.add(access.size - reported);
}

/** The same pieces further behind: a partition on its disk. */
export async function* shifted(pieces: DiskPieces, by: number): AsyncGenerator<DiskPiece> {
  for await (const { offset, bytes } of pieces) yield { offset: offset + by, bytes };
}
