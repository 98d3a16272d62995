import { AdkError } from "@adk/core";
import { type AllocationDescriptor, parseLongAllocation } from "./allocation.ts";
import { type FileEntry, parseFileEntry } from "./file-entry.ts";
import { FILE_ENTRIES, type LogicalVolume, readDescriptor } from "./partition.ts";
import { TagId } from "./tag.ts";

// Information control blocks, ECMA-167 4/8.10 and 4/14.6: where the newest entry of a file is.

/** Entries are written behind each other, each replacing that before it: for discs that are written once. */
const STRATEGY_CHAIN = 4096;
/** Offset of the ICB that an indirect entry leads to. */
const INDIRECT_ICB = 36;

export interface PlacedFileEntry {
  readonly entry: FileEntry;
  /** Bytes in the image. */
  readonly offset: number;
  /** Number of the partition map that it is in. */
  readonly partition: number;
}

/** @throws AdkError `UDF_BAD_DESCRIPTOR`, `UDF_BAD_ICB`, `UDF_BAD_BLOCK` */
export async function readIcb(volume: LogicalVolume, icb: AllocationDescriptor): Promise<PlacedFileEntry> {
  const file = volume.disc.name;
  const seen = new Set<number>();
  let newest: PlacedFileEntry | undefined;
  for (let at: AllocationDescriptor | undefined = icb; at; ) {
    const { partition, length }: AllocationDescriptor = at;
    let { block } = at;
    const last = block + Math.ceil(length / volume.blockSize);
    at = undefined;
    do {
      const found = await readDescriptor(volume, { partition, block }, newest ? FOLLOWING : FIRST).catch((error) => {
        // What follows the newest entry was never written.
        if (newest && error instanceof AdkError && error.kind === "input") return undefined;
        throw error;
      });
      if (!found || found.id === TagId.TERMINAL_ENTRY) break;
      const { id, bytes, offset } = found;
      if (seen.has(offset)) throw new AdkError("UDF_BAD_ICB", "The entries of a file never end.", { file, offset });
      seen.add(offset);
      if (id === TagId.INDIRECT_ENTRY) {
        at = parseLongAllocation(bytes.subarray(INDIRECT_ICB, INDIRECT_ICB + 16));
        if (at.length === 0) at = undefined;
        break;
      }
      newest = { entry: parseFileEntry(bytes, file, offset), offset, partition };
      if (newest.entry.strategy !== STRATEGY_CHAIN) return newest;
    } while (++block < last);
  }
  if (newest) return newest;
  throw new AdkError("UDF_BAD_ICB", "A file has no entry.", { file });
}

const FIRST = [...FILE_ENTRIES, TagId.INDIRECT_ENTRY];
const FOLLOWING = [...FIRST, TagId.TERMINAL_ENTRY];
