import type { RandomAccess } from "@adk/core";
import { parseTag, TagId } from "./tag.ts";
import type { VolumeExtent } from "./volume-structure.ts";

// Anchor volume descriptor pointers, ECMA-167 3/8.4.2 and 3/10.2; the places where UDF has them (UDF 2.2.3).

export interface Anchor {
  /** Bytes: those that the blocks of the anchor's place have. */
  readonly blockSize: number;
  readonly main: VolumeExtent;
  readonly reserve: VolumeExtent;
}

/** Those of discs, of hard disks, then what else there is. */
const BLOCK_SIZES = [2048, 512, 4096, 1024, 8192, 16384, 32768];
/** Where the sequence is that tells which file systems a volume has, and how much of it is looked at. */
const RECOGNITION = { start: 32768, length: 64 * 2048 };
/** Bytes at the end of an image that are searched: writers of images fill them up. */
const PADDING = 4 << 20;

/**
 * The anchors of a disc, the one first that is where it must be: at block 256, at the last block N, at N - 256; at 512 where the
 * disc is not yet closed. Only if the disc says that it has UDF, its end is searched too.
 */
export async function* findAnchors(disc: RandomAccess): AsyncGenerator<Anchor> {
  for (const blockSize of BLOCK_SIZES) {
    const last = Math.floor(disc.size / blockSize) - 1;
    for (const block of new Set([256, last, last - 256, 512])) {
      if (block < 0 || block > last) continue;
      const anchor = parseAnchor(await disc.read(block * blockSize, 512), blockSize, block);
      if (anchor) yield anchor;
    }
  }
  if (await isRecognised(disc)) yield* searchEnd(disc);
}

async function* searchEnd(disc: RandomAccess): AsyncGenerator<Anchor> {
  const start = Math.max(0, disc.size - PADDING) & ~32767;
  const end = (await disc.read(start, disc.size - start)).slice();
  for (let at = end.length - (end.length % 512) - 512; at >= 0; at -= 512) {
    if (end[at] !== TagId.ANCHOR || end[at + 1] !== 0) continue;
    for (const blockSize of BLOCK_SIZES) {
      const block = (start + at) / blockSize;
      const anchor = parseAnchor(end.subarray(at, at + 512), blockSize, block);
      if (anchor) yield anchor;
    }
  }
}

/** NSR02 is that of UDF up to 1.50, NSR03 that from 2.00 on. */
async function isRecognised(disc: RandomAccess): Promise<boolean> {
  const length = Math.min(RECOGNITION.length, disc.size - RECOGNITION.start);
  if (length <= 0) return false;
  const sectors = await disc.read(RECOGNITION.start, length);
  for (let at = 0; at + 6 <= length; at += 512) {
    if (/^NSR0[23]$/.test(String.fromCharCode(...sectors.subarray(at + 1, at + 6)))) return true;
  }
  return false;
}

function parseAnchor(bytes: Uint8Array, blockSize: number, block: number): Anchor | undefined {
  const tag = parseTag(bytes);
  if (tag?.id !== TagId.ANCHOR || tag.location !== block) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const extent = (at: number) => ({ length: view.getUint32(at, true), block: view.getUint32(at + 4, true) });
  return { blockSize, main: extent(16), reserve: extent(24) };
}
