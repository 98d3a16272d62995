import type { RandomAccess } from "@adk/core";
import { parseTag, TagId } from "./tag.ts";
import type { VolumeExtent } from "./volume-structure.ts";

// Logical volume integrity descriptors, ECMA-167 3/10.10; what UDF adds is in 2.2.6.

/** What a volume says about its state. */
export interface Integrity {
  /** Not open: nobody stopped in the middle of writing. */
  readonly closed: boolean;
  readonly files: number;
  readonly directories: number;
  /** Revision that readers must know, such as 0x0102. */
  readonly leastReadRevision: number;
}

const CLOSED = 1;
const MOST_DESCRIPTORS = 256;

/** @returns the last that is sound; undefined for none */
export async function readIntegrity(
  disc: RandomAccess,
  extent: VolumeExtent,
  blockSize: number,
): Promise<Integrity | undefined> {
  let newest: Integrity | undefined;
  let { block, length } = extent;
  for (let turn = 0; turn < MOST_DESCRIPTORS && length >= blockSize; turn++) {
    const offset = block * blockSize;
    if (offset + blockSize > disc.size) break;
    const bytes = await disc.read(offset, blockSize);
    const tag = parseTag(bytes);
    if (tag?.id !== TagId.LOGICAL_VOLUME_INTEGRITY) break;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    newest = parseIntegrity(view) ?? newest;
    const next = view.getUint32(32, true);
    if (next > 0) [length, block] = [next, view.getUint32(36, true)];
    else {
      block++;
      length -= blockSize;
    }
  }
  return newest;
}

function parseIntegrity(view: DataView): Integrity | undefined {
  // The sizes of the partitions lie between: two numbers for each.
  const use = 80 + 8 * Math.min(view.getUint32(72, true), 1024);
  if (use + 42 > view.byteLength) return undefined;
  return {
    closed: view.getUint32(28, true) === CLOSED,
    files: view.getUint32(use + 32, true),
    directories: view.getUint32(use + 36, true),
    leastReadRevision: view.getUint16(use + 40, true),
  };
}
