import { countWhile, type Findings, type Limits, limitExceeded } from "@adk/core";
import type { SolidStorage, WimPart } from "./blobs.ts";
import { parseSolidHeader, SOLID_HEADER_SIZE, type SolidHeader } from "./chunk-table.ts";
import type { LookupEntry } from "./lookup-table.ts";
import type { ResourceHeader } from "./resource-header.ts";

/** Many blobs, compressed together. Of a split set it may lie in another part than the table that lists it. */
export interface SolidResource {
  readonly part: WimPart;
  readonly resource: ResourceHeader;
  readonly header: SolidHeader;
}

/** The size that marks an entry of a solid run as the solid resource itself. */
export const SOLID_MARK = 0x1_0000_0000;

/** What one solid resource adds to the run: its uncompressed bytes, counted through all resources as if they were one. */
interface Segment {
  readonly start: number;
  readonly end: number;
  /** Missing where the resource cannot be read: it lies in another part of a split set, or is damaged. */
  readonly solid: SolidResource | undefined;
}

/**
 * Finds the blobs of a run of solid entries of the lookup table. The run holds entries of solid resources and entries of
 * blobs, each resource before its blobs. A resource that cannot be read becomes a finding; its blobs are then missing.
 */
export async function resolveSolidRun(
  run: readonly LookupEntry[],
  part: WimPart,
  parts: ReadonlyMap<number, WimPart>,
  limits: Limits,
  findings: Findings,
): Promise<[LookupEntry, SolidStorage][]> {
  const segments: Segment[] = [];
  const members: LookupEntry[] = [];
  for (const [i, entry] of run.entries()) {
    const { resource } = entry;
    if (resource.size === SOLID_MARK) {
      const start = segments.at(-1)?.end ?? 0;
      const solid = await readSolid(entry, part, parts.get(entry.partNumber), limits, findings);
      const end = solid ? start + solid.header.size : endOfMembers(run, i + 1, start);
      segments.push({ start, end, solid });
    } else if (resource.storedSize > 0) members.push(entry);
  }

  const resolved: [LookupEntry, SolidStorage][] = [];
  for (const entry of members) {
    const { offset, storedSize } = entry.resource;
    const segment = findSegment(segments, offset);
    if (segment && offset + storedSize <= segment.end) {
      const { solid, start } = segment;
      if (solid) resolved.push([entry, { kind: "solid", solid, offset: offset - start }]);
    } else {
      findings.error("WIM_BLOB_OUTSIDE_SOLID", `Blob ${entry.sha1} lies in no solid resource; it cannot be read.`, {
        file: part.access.name,
        offset,
      });
    }
  }
  return resolved;
}

/** Reads the header of a solid resource; what is wrong becomes a finding. */
async function readSolid(
  { resource, partNumber }: LookupEntry,
  part: WimPart,
  holder: WimPart | undefined,
  limits: Limits,
  findings: Findings,
): Promise<SolidResource | undefined> {
  const { offset, storedSize } = resource;
  if (!holder) {
    const message = `A solid resource lies in part ${partNumber} of the set, which is not open.`;
    findings.error("WIM_OTHER_PART", message, { file: part.access.name, offset });
    return undefined;
  }
  const { access } = holder;
  const where = { file: access.name, offset };
  if (storedSize < SOLID_HEADER_SIZE || offset + storedSize > access.size) {
    findings.error("WIM_RESOURCE_OUTSIDE_FILE", "A solid resource does not lie within the file.", where);
    return undefined;
  }
  try {
    const solid = parseSolidHeader(await access.read(offset, SOLID_HEADER_SIZE), access.name, offset);
    if (solid.chunkSize > limits.memoryBytes) throw limitExceeded("memoryBytes", solid.chunkSize, limits, where);
    return { part: holder, resource, header: solid };
  } catch (error) {
    findings.fromError(error);
    return undefined;
  }
}

/** Where a resource that cannot be read ends, by the blobs that follow it: the next resource counts on from there. */
function endOfMembers(run: readonly LookupEntry[], from: number, start: number): number {
  let end = start;
  for (let i = from; i < run.length; i++) {
    const { size, offset, storedSize } = (run[i] as LookupEntry).resource;
    if (size === SOLID_MARK) break;
    end = Math.max(end, offset + storedSize);
  }
  return end;
}

/** The last segment that begins at or before an offset. */
function findSegment(segments: readonly Segment[], offset: number): Segment | undefined {
  return segments[countWhile(segments.length, (i) => (segments[i] as Segment).start <= offset) - 1];
}
