import { AdkError, type RandomAccess } from "@adk/core";
import { ExtentAccess } from "../extent-access.ts";
import { AllocationKind } from "./allocation.ts";
import { type FileEntry, FileType, parseFileEntry } from "./file-entry.ts";
import { readExtents } from "./file-extents.ts";
import { badBlock, type LogicalVolume, type PartitionMap, type PhysicalPartition } from "./partition.ts";
import { parseTag, TagId } from "./tag.ts";

// Virtual partitions of discs that are written once (UDF 2.2.8): block numbers are looked up in the virtual allocation table,
// which is written anew behind everything else by each session (UDF 2.2.11; 1.50 has another form).

/** Ends a table of UDF 1.50, before the block of the table before it. */
const TABLE_ID = "*UDF Virtual Alloc Tbl";
const TRAILER = 36;
/** Least bytes before the entries of a table of UDF 2.00; its first number tells how many there are. */
const HEAD_MIN = 152;
const UNUSED = 0xffff_ffff;
const PIECE = 1 << 20;

export class VirtualPartition implements PartitionMap {
  readonly kind = "virtual";
  readonly #inner: PhysicalPartition;
  readonly #table: Uint32Array;
  readonly #file: string;

  private constructor(inner: PhysicalPartition, table: Uint32Array, file: string) {
    this.#inner = inner;
    this.#table = table;
    this.#file = file;
  }

  /**
   * Takes the last table on the disc that is sound; what a recorder appends to end a session lies behind it.
   *
   * @param number of the map of the partition that the table's blocks are in
   * @throws AdkError `UDF_NO_VAT`
   */
  static async open(volume: LogicalVolume, inner: PhysicalPartition, number: number): Promise<VirtualPartition> {
    const { disc } = volume;
    for await (const { entry } of entriesFromEnd(volume, inner)) {
      const table = await readTable(volume, entry, number).catch((error: unknown) => {
        if (error instanceof AdkError && error.kind !== "environment") return undefined;
        throw error;
      });
      if (table) return new VirtualPartition(inner, table, disc.name);
    }
    throw new AdkError("UDF_NO_VAT", "The disc has no virtual allocation table: its last session is not complete.", {
      file: disc.name,
    });
  }

  offsetOf(block: number): number {
    const physical = this.#table[block];
    if (physical === undefined || physical === UNUSED) throw badBlock(block, this.#table.length, this.#file);
    return this.#inner.offsetOf(physical);
  }

  contiguous(): number {
    return 1;
  }
}

/** File entries that can be those of tables, the last first. */
async function* entriesFromEnd(
  { disc, blockSize }: LogicalVolume,
  inner: PhysicalPartition,
): AsyncGenerator<{ entry: FileEntry }> {
  const last = Math.min(inner.end, disc.size);
  for (let end = last - (last % blockSize); end > inner.start; end -= PIECE) {
    const start = Math.max(inner.start, end - PIECE);
    const piece = (await disc.read(start, end - start)).slice();
    for (let at = piece.length - blockSize; at >= 0; at -= blockSize) {
      const id = (piece[at] as number) | ((piece[at + 1] as number) << 8);
      if (id !== TagId.FILE_ENTRY && id !== TagId.EXTENDED_FILE_ENTRY) continue;
      const bytes = piece.subarray(at, at + blockSize);
      const block = (start + at - inner.start) / blockSize;
      if (parseTag(bytes)?.location !== block) continue;
      const entry = entryOf(bytes, disc, start + at);
      if (entry && (entry.fileType === FileType.VAT || entry.fileType === FileType.UNSPECIFIED)) yield { entry };
    }
  }
}

function entryOf(bytes: Uint8Array, disc: RandomAccess, offset: number): FileEntry | undefined {
  try {
    return parseFileEntry(bytes, disc.name, offset);
  } catch (error) {
    if (error instanceof AdkError) return undefined;
    throw error;
  }
}

/** @returns undefined for a file that is no table */
async function readTable(volume: LogicalVolume, entry: FileEntry, partition: number): Promise<Uint32Array | undefined> {
  const { disc } = volume;
  if (entry.size > disc.size) return undefined;
  const embedded = entry.allocationKind === AllocationKind.EMBEDDED;
  const extents = embedded ? [] : await readExtents(volume, entry, partition);
  const data = { size: entry.size, extents, embedded: embedded ? entry.allocation : undefined };
  const bytes = (await new ExtentAccess(disc, data, disc.name).read(0, entry.size)).slice();
  const view = new DataView(bytes.buffer);
  let [start, end] = [0, bytes.length];
  if (entry.fileType === FileType.VAT) {
    start = bytes.length >= HEAD_MIN ? view.getUint16(0, true) : Number.POSITIVE_INFINITY;
  } else {
    end -= TRAILER;
    if (end < 0 || String.fromCharCode(...bytes.subarray(end + 1, end + 1 + TABLE_ID.length)) !== TABLE_ID)
      return undefined;
  }
  if (start > end) return undefined;
  return Uint32Array.from({ length: Math.floor((end - start) / 4) }, (_, i) => view.getUint32(start + 4 * i, true));
}
