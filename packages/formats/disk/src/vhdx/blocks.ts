import { AdkError, check, type Findings, type RandomAccess } from "@adk/core";
import { BlockAccess, type BlockPlace, type BlockPlaces } from "../block-access.ts";
import { type DiskAccess, isZero, type StoredRange } from "../pieces.ts";
import {
  BlockState,
  bitmapEntryOf,
  chunkRatio,
  ENTRY_BYTES,
  entryCount,
  entryOf,
  parseEntry,
} from "./block-allocation-table.ts";
import type { VhdxMetadata } from "./metadata.ts";

const MIB = 2 ** 20;
/** Blocks whose entries are read at once: the table of a disk of 64 TiB has half a gigabyte. */
const WINDOW_BLOCKS = 2 ** 13;
/** A file beyond this has no room on any host; where blocks lie is kept in a bit for each mebibyte. */
const MOST_FILE_BYTES = 2 ** 47;

export interface BlockSources {
  /** Region of the block allocation table. */
  readonly table: StoredRange;
  /** Parts of the file where no block may lie, the table among them. */
  readonly taken: readonly StoredRange[];
  readonly findings: Findings;
  /** The disk that a differencing one differs from. */
  readonly parent: RandomAccess | DiskAccess | undefined;
}

/**
 * The disk of a VHDX by its block allocation table, which is gone through once.
 *
 * @throws AdkError `VHDX_NEEDS_PARENT`, `VHDX_BAD_TABLE`
 */
export async function openBlocks(
  access: RandomAccess,
  { size, blockBytes, logicalSectorBytes, hasParent, parent: told }: VhdxMetadata,
  { table, taken, findings, parent }: BlockSources,
): Promise<DiskAccess> {
  const file = access.name;
  check(!hasParent || parent !== undefined, () => {
    return new AdkError("VHDX_NEEDS_PARENT", "This disk has only what differs from another one.", {
      kind: "unsupported",
      file,
      found: `parent ${told?.paths[0] ?? "without a name"}`,
      hint: "The parent is looked for beside the disk, by its name there; name the file if it is elsewhere.",
    });
  });
  const ratio = chunkRatio(blockBytes, logicalSectorBytes);
  const blocks = Math.ceil(size / blockBytes);
  const needed = entryCount(blocks, ratio, hasParent) * ENTRY_BYTES;
  const inside = table.offset + needed <= access.size;
  check(needed <= table.length && inside && access.size <= MOST_FILE_BYTES, () => {
    const message = "The table has fewer blocks than the disk, or lies outside the file.";
    return new AdkError("VHDX_BAD_TABLE", message, {
      file,
      offset: table.offset,
      expected: needed,
      found: table.length,
    });
  });
  const entryAt = (bytes: Uint8Array, at: number) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, ENTRY_BYTES);
    return parseEntry(view.getUint32(0, true), view.getUint32(4, true));
  };
  let last: BlockPlaces | undefined;
  const places = async (block: number): Promise<BlockPlaces> => {
    if (last && block >= last.first && block < last.end) return last;
    const first = block - (block % WINDOW_BLOCKS);
    const end = Math.min(first + WINDOW_BLOCKS, blocks);
    const start = entryOf(first, ratio);
    const length = (entryOf(end - 1, ratio) + 1 - start) * ENTRY_BYTES;
    const bytes = await access.read(table.offset + start * ENTRY_BYTES, length);
    const at = (each: number) => placeOf(entryAt(bytes, (entryOf(each, ratio) - start) * ENTRY_BYTES), hasParent);
    // Blocks that are not there have entries of zeros.
    last = { first, end, isEmpty: isZero(bytes), at };
    return last;
  };
  const storedSectors = async (block: number) => {
    // A bitmap has 1 MiB, for all blocks of a chunk; the lowest bit of a byte is that of its first sector.
    const at = table.offset + bitmapEntryOf(block, ratio) * ENTRY_BYTES;
    const { state, offset } = entryAt(await access.read(at, ENTRY_BYTES), 0);
    check(state === BlockState.FULLY_PRESENT, () => {
      return new AdkError("VHDX_BAD_TABLE", "A block that is stored in part has no bitmap.", { file, offset: at });
    });
    const sectors = blockBytes / logicalSectorBytes;
    const bitmap = await access.read(offset + ((block % ratio) * sectors) / 8, sectors / 8);
    return (sector: number) => ((bitmap[sector >> 3] as number) & (1 << (sector & 7))) !== 0;
  };
  const map = { size, blockBytes, sectorBytes: logicalSectorBytes, places, storedSectors };
  const used = new UsedParts(access.size);
  for (const { offset, length } of [{ offset: 0, length: MIB }, ...taken]) used.take(offset, length);
  for (let first = 0; first < blocks; ) {
    const window = await places(first);
    for (let block = window.isEmpty ? window.end : first; block < window.end; block++) {
      const { kind, offset } = window.at(block);
      if (kind !== "stored" && kind !== "part") continue;
      const length = Math.min(blockBytes, size - block * blockBytes);
      const where = { file, offset: table.offset + entryOf(block, ratio) * ENTRY_BYTES };
      if (offset < 0 || offset + length > access.size) {
        const message = "A block lies outside the file, or has a state that it cannot have.";
        findings.error("VHDX_BLOCK_OUTSIDE", message, where);
      } else if (!used.take(offset, length)) {
        findings.error("VHDX_BLOCK_TWICE", "A block lies where another one or a table is.", where);
      }
    }
    first = window.end;
  }
  return new BlockAccess(access, map, parent);
}

/** A place from which nothing can be read, so far before the file that no block reaches into it. */
const NOWHERE = -(2 ** 40);
const ZEROS: BlockPlace = { kind: "zeros", offset: 0 };
const OF_PARENT: BlockPlace = { kind: "parent", offset: 0 };

/** Where an entry says that its block is; what cannot be is outside of every file. */
function placeOf({ state, offset }: { state: number; offset: number }, hasParent: boolean): BlockPlace {
  if (state === BlockState.FULLY_PRESENT) return { kind: "stored", offset: offset || NOWHERE };
  if (state === BlockState.PARTIAL && hasParent) return { kind: "part", offset: offset || NOWHERE };
  if (state === BlockState.NOT_PRESENT && hasParent) return OF_PARENT;
  return state > BlockState.UNMAPPED ? { kind: "stored", offset: NOWHERE } : ZEROS;
}

/** Which mebibytes of a file something lies in: blocks and tables begin at one. */
class UsedParts {
  readonly #bits: Uint8Array;

  constructor(fileBytes: number) {
    this.#bits = new Uint8Array(Math.ceil(fileBytes / MIB / 8) + 1);
  }

  /** @returns false where something lies there already */
  take(offset: number, length: number): boolean {
    let isFree = true;
    for (let at = Math.floor(offset / MIB); at * MIB < offset + length && at >> 3 < this.#bits.length; at++) {
      const [byte, bit] = [this.#bits[at >> 3] as number, 1 << (at & 7)];
      if (byte & bit) isFree = false;
      this.#bits[at >> 3] = byte | bit;
    }
    return isFree;
  }
}
