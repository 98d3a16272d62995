import { checkRange, type RandomAccess } from "@adk/core";
import { type DiskAccess, type StoredRange, storedRanges } from "./pieces.ts";

/** Where the data of a block of a dynamic or differencing disk is. */
export interface BlockPlace {
  /** `part`: a bitmap tells which of its sectors are stored, the others are those of the parent. */
  readonly kind: "stored" | "part" | "zeros" | "parent";
  /** Of the data in the file, where some is stored. */
  readonly offset: number;
}

/** Blocks whose entries were read at once: from `first` to the one before `end`. */
export interface BlockPlaces {
  readonly first: number;
  readonly end: number;
  /** None of them is stored: all are `zeros`, or all are of the `parent`. */
  readonly isEmpty: boolean;
  at(block: number): BlockPlace;
}

/** Where the blocks of a disk are in its file. */
export interface BlockMap {
  /** Bytes of the disk. */
  readonly size: number;
  readonly blockBytes: number;
  readonly sectorBytes: number;
  /** The places of a block and of those about it. */
  places(block: number): Promise<BlockPlaces>;
  /** Of a block that is stored in part: which of its sectors are. */
  storedSectors?(block: number): Promise<(sector: number) => boolean>;
}

/** Bitmaps of blocks that are kept: reading on needs one at a time. */
const KEPT_BITMAPS = 8;

/** A disk whose blocks are anywhere in a file, in that of its parent, or nowhere. Closing it closes the files. */
export class BlockAccess implements DiskAccess {
  readonly name: string;
  readonly size: number;
  readonly sectorBytes: number;
  readonly #inner: RandomAccess;
  readonly #map: BlockMap;
  readonly #parent: RandomAccess | DiskAccess | undefined;
  readonly #bitmaps = new Map<number, (sector: number) => boolean>();

  /** @param parent the disk that a differencing one differs from */
  constructor(inner: RandomAccess, map: BlockMap, parent?: RandomAccess | DiskAccess) {
    this.name = inner.name;
    this.size = map.size;
    this.sectorBytes = map.sectorBytes;
    this.#inner = inner;
    this.#map = map;
    this.#parent = parent;
  }

  async read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array> {
    checkRange(this, offset, length);
    const { blockBytes } = this.#map;
    const target = into ?? new Uint8Array(length);
    let places: BlockPlaces | undefined;
    for (let done = 0; done < length; ) {
      const at = offset + done;
      const block = Math.floor(at / blockBytes);
      const count = Math.min(blockBytes - (at % blockBytes), length - done);
      if (!places || block >= places.end) places = await this.#map.places(block);
      await this.#readWithin(block, places.at(block), at, target.subarray(done, done + count));
      done += count;
    }
    return target.subarray(0, length);
  }

  /** Bytes of one block. */
  async #readWithin(block: number, place: BlockPlace, offset: number, target: Uint8Array): Promise<void> {
    const within = offset - block * this.#map.blockBytes;
    if (place.kind === "stored") await this.#inner.read(place.offset + within, target.length, target);
    else if (place.kind === "parent") await this.#readParent(offset, target);
    else if (place.kind === "zeros") target.fill(0);
    else {
      const isStored = await this.#storedSectors(block);
      const { sectorBytes } = this.#map;
      for (let done = 0; done < target.length; ) {
        const start = within + done;
        const stored = isStored(Math.floor(start / sectorBytes));
        // As many sectors as are in the same file.
        let end = start - (start % sectorBytes) + sectorBytes;
        while (end - within < target.length && isStored(end / sectorBytes) === stored) end += sectorBytes;
        const part = target.subarray(done, Math.min(end - within, target.length));
        if (stored) await this.#inner.read(place.offset + start, part.length, part);
        else await this.#readParent(offset + done, part);
        done += part.length;
      }
    }
  }

  /** What lies beyond the end of a parent, which may have been smaller, is zeros. */
  async #readParent(offset: number, target: Uint8Array): Promise<void> {
    const parent = this.#parent;
    const count = parent ? Math.max(0, Math.min(target.length, parent.size - offset)) : 0;
    if (count > 0) await parent?.read(offset, count, target.subarray(0, count));
    target.fill(0, count);
  }

  async #storedSectors(block: number): Promise<(sector: number) => boolean> {
    let bitmap = this.#bitmaps.get(block);
    if (!bitmap) {
      bitmap = (await this.#map.storedSectors?.(block)) ?? (() => true);
      const [oldest] = this.#bitmaps.keys();
      if (this.#bitmaps.size >= KEPT_BITMAPS && oldest !== undefined) this.#bitmaps.delete(oldest);
      this.#bitmaps.set(block, bitmap);
    }
    return bitmap;
  }

  async *stored(): AsyncGenerator<StoredRange> {
    const { blockBytes } = this.#map;
    const below = new StoredBelow(this.#parent);
    const blocks = Math.ceil(this.size / blockBytes);
    for (let first = 0; first < blocks; ) {
      const places = await this.#map.places(first);
      // Tables of large disks are nearly empty: what nothing is stored of is one range.
      const step = places.isEmpty ? places.end - first : 1;
      for (let block = first; block < places.end; block += step) {
        const { kind } = places.at(block);
        const offset = block * blockBytes;
        const end = Math.min(offset + step * blockBytes, this.size);
        if (kind === "stored" || kind === "part") yield { offset, length: end - offset };
        else if (kind === "parent") yield* below.within(offset, end);
      }
      first = places.end;
    }
  }

  async close(): Promise<void> {
    await this.#inner.close();
    await this.#parent?.close();
  }
}

/** The stored ranges of a parent, asked for from its start to its end. */
class StoredBelow {
  readonly #ranges: AsyncGenerator<StoredRange> | undefined;
  #range: StoredRange | undefined;
  #isOver = false;

  constructor(parent: RandomAccess | DiskAccess | undefined) {
    this.#ranges = parent && storedRanges(parent);
  }

  async *within(start: number, end: number): AsyncGenerator<StoredRange> {
    while (!this.#isOver) {
      const range = this.#range;
      if (range && range.offset >= end) return;
      if (range && range.offset + range.length > start) {
        const offset = Math.max(range.offset, start);
        yield { offset, length: Math.min(range.offset + range.length, end) - offset };
        if (range.offset + range.length > end) return;
      }
      const next = await this.#ranges?.next();
      this.#isOver = next?.done !== false;
      this.#range = next?.done === false ? next.value : undefined;
    }
  }
}
