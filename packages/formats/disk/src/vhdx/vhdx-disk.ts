import { AdkError, check, Findings, NIL_GUID, type Origin, type RandomAccess } from "@adk/core";
import { BlockAccess } from "../block-access.ts";
import type { DiskAccess } from "../pieces.ts";
import { BlockState, chunkRatio, ENTRY_BYTES, entryCount, entryOf, parseEntry } from "./block-allocation-table.ts";
import { HEADER_BYTES, HEADER_OFFSETS, parseVhdxHeader, type VhdxHeader } from "./header.ts";
import { ReplayedAccess, readLog } from "./log.ts";
import { parseMetadata, type VhdxMetadata } from "./metadata.ts";
import {
  parseRegionTable,
  REGION_BAT,
  REGION_METADATA,
  REGION_TABLE_BYTES,
  REGION_TABLE_OFFSETS,
  type Region,
} from "./region-table.ts";

/** Metadata is one mebibyte in every file there is. */
const MOST_METADATA_BYTES = 16 * 2 ** 20;

/** A VHDX file. */
export interface VhdxFile {
  readonly header: VhdxHeader;
  readonly metadata: VhdxMetadata;
  readonly findings: Findings;
  /**
   * The disk in it. Closing it closes the file.
   *
   * @throws AdkError `VHDX_NEEDS_PARENT` for a differencing disk, `VHDX_BAD_TABLE`
   */
  openDisk(): Promise<DiskAccess>;
}

/**
 * @throws AdkError `VHDX_BAD_HEADER`, `VHDX_BAD_REGION_TABLE`, `VHDX_BAD_METADATA`, `VHDX_BAD_LOG`
 */
export async function openVhdx(stored: RandomAccess): Promise<VhdxFile> {
  const findings = new Findings();
  const file = stored.name;
  const headers = await readCopies(stored, HEADER_OFFSETS, HEADER_BYTES, parseVhdxHeader, findings);
  const header = headers.reduce((best, each) => (each.sequence > best.sequence ? each : best));
  const access = header.logGuid === NIL_GUID ? stored : new ReplayedAccess(stored, await readLog(stored, header));
  if (access !== stored) {
    const message = "The disk was not closed in order; it is read with the changes made that its log has.";
    findings.warning("VHDX_LOG_REPLAYED", message, { file });
  }
  const [regions = []] = await readCopies(access, REGION_TABLE_OFFSETS, REGION_TABLE_BYTES, parseRegionTable, findings);
  const metadataRegion = findRegion(regions, REGION_METADATA, file);
  const table = findRegion(regions, REGION_BAT, file);
  const unknown = regions.find(({ guid, required }) => required && guid !== REGION_BAT && guid !== REGION_METADATA);
  check(!unknown, () => {
    const message = "The file needs a region that is not known here.";
    return new AdkError("VHDX_UNKNOWN_REGION", message, { kind: "unsupported", file, found: unknown?.guid });
  });
  const length = Math.min(metadataRegion.length, MOST_METADATA_BYTES);
  const origin = { file, base: metadataRegion.offset };
  const metadata = parseMetadata(await access.read(metadataRegion.offset, length), origin);
  return { header, metadata, findings, openDisk: () => openBlocks(access, metadata, table, findings) };
}

/** What is there twice: those that are good. @throws AdkError of the first where none is */
async function readCopies<T>(
  access: RandomAccess,
  offsets: readonly number[],
  length: number,
  parse: (bytes: Uint8Array, origin: Origin) => T,
  findings: Findings,
): Promise<T[]> {
  const good: T[] = [];
  let failure: unknown;
  for (const base of offsets) {
    try {
      good.push(parse(await access.read(base, length), { file: access.name, base }));
    } catch (error) {
      if (!(error instanceof AdkError)) throw error;
      failure ??= error;
    }
  }
  if (good.length === 0) throw failure;
  if (failure instanceof AdkError) {
    const where = { file: access.name, offset: failure.offset };
    findings.warning("VHDX_COPY_DAMAGED", "One of two copies of a structure is damaged; the other is used.", where);
  }
  return good;
}

function findRegion(regions: readonly Region[], guid: string, file: string): Region {
  const region = regions.find((each) => each.guid === guid);
  if (region) return region;
  throw new AdkError("VHDX_BAD_REGION_TABLE", "A region that every disk has is missing.", { file, expected: guid });
}

async function openBlocks(
  access: RandomAccess,
  { size, blockBytes, logicalSectorBytes, hasParent }: VhdxMetadata,
  table: Region,
  findings: Findings,
): Promise<DiskAccess> {
  const file = access.name;
  check(!hasParent, () => {
    return new AdkError("VHDX_NEEDS_PARENT", "This disk has only what differs from another one.", {
      kind: "unsupported",
      file,
      hint: "Merge it into its parent on Windows first (Merge-VHD).",
    });
  });
  const ratio = chunkRatio(blockBytes, logicalSectorBytes);
  const blocks = Math.ceil(size / blockBytes);
  const needed = entryCount(blocks, ratio) * ENTRY_BYTES;
  check(needed <= table.length, () => {
    const message = "The table has fewer blocks than the disk.";
    return new AdkError("VHDX_BAD_TABLE", message, {
      file,
      offset: table.offset,
      expected: needed,
      found: table.length,
    });
  });
  const bytes = await access.read(table.offset, needed);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entry = (block: number) => {
    const at = entryOf(block, ratio) * ENTRY_BYTES;
    return parseEntry(view.getUint32(at, true), view.getUint32(at + 4, true));
  };
  for (let block = 0; block < blocks; block++) {
    const { state, offset } = entry(block);
    const end = offset + Math.min(blockBytes, size - block * blockBytes);
    const isBad = state === BlockState.FULLY_PRESENT ? offset === 0 || end > access.size : state > BlockState.UNMAPPED;
    if (!isBad) continue;
    const where = { file, offset: table.offset + entryOf(block, ratio) * ENTRY_BYTES };
    findings.error("VHDX_BLOCK_OUTSIDE", "A block lies outside the file, or has a state that it cannot have.", where);
  }
  return new BlockAccess(access, {
    size,
    blockBytes,
    offsetOf(block) {
      const { state, offset } = entry(block);
      return state === BlockState.FULLY_PRESENT ? offset : undefined;
    },
  });
}
