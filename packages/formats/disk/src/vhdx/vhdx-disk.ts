import { AdkError, check, Findings, NIL_GUID, type Origin, type RandomAccess } from "@adk/core";
import type { DiskAccess } from "../pieces.ts";
import { openBlocks } from "./blocks.ts";
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
   * The disk in it. Closing it closes the file, and the parent.
   *
   * @param parent the disk that a differencing one differs from
   * @throws AdkError `VHDX_NEEDS_PARENT` for a differencing disk without it, `VHDX_BAD_TABLE`
   */
  openDisk(parent?: RandomAccess | DiskAccess): Promise<DiskAccess>;
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
  const taken = [metadataRegion, table, { offset: header.logOffset, length: header.logBytes }];
  const openDisk = (parent?: RandomAccess | DiskAccess) =>
    openBlocks(access, metadata, { table, taken, findings, parent });
  return { header, metadata, findings, openDisk };
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
