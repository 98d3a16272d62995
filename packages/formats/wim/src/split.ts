import { basename, dirname, join } from "node:path";
import { type Finding, type LongOperation, ProgressCounter } from "@adk/core";
import { openBlob } from "./blob-access.ts";
import { collectContents, type SolidContents, type SolidMember, type StoredBlob } from "./contents.ts";
import { HEADER_SPANNED, HEADER_WRITE_IN_PROGRESS, WIM_HEADER_SIZE, type WimHeader, writeHeader } from "./header.ts";
import { LOOKUP_ENTRY_SIZE, type LookupEntry } from "./lookup-table.ts";
import { copyOwn, copySolids, type SolidPiece, solidChunks } from "./raw-copy.ts";
import { checkCopyable } from "./rebuild.ts";
import { isPresent, NO_RESOURCE, RESOURCE_METADATA } from "./resource-header.ts";
import type { WimFile } from "./wim-file.ts";
import { copyBytes, createOutput, type WimOutput } from "./wim-output.ts";
import { writeTables } from "./wim-tables.ts";

export interface SplitOptions extends LongOperation {
  readonly integrity?: boolean | undefined;
  readonly overwrite?: boolean | undefined;
}

export interface SplitResult {
  readonly parts: readonly { readonly file: string; readonly bytes: number }[];
  readonly findings: readonly Finding[];
}

/** What one part holds besides its tables; the first also holds the metadata of all images. */
interface PartPlan {
  readonly blobs: StoredBlob[];
  readonly pieces: SolidPiece[];
  /** Blobs that lie across two pieces of a solid resource: they are decoded and stored as they are. */
  readonly loose: SolidMember[];
  bytes: number;
}

/**
 * Splits a file into parts of at most `limit` bytes: `out.swm`, `out2.swm`, `out3.swm` ... A blob is never cut; a part that
 * holds nothing but one that is larger than the limit exceeds it, with a finding.
 *
 * A solid resource is cut between its chunks, which are copied as they are stored; only a blob that lies across a cut is
 * stored again, uncompressed.
 *
 * @throws AdkError `WIM_PIPABLE`, `WIM_PART_MISSING`, `ALREADY_EXISTS` unless `overwrite`
 */
export async function splitWim(
  file: WimFile,
  path: string,
  limit: number,
  options: SplitOptions = {},
): Promise<SplitResult> {
  checkCopyable(file);
  const images = Array.from({ length: file.imageCount }, (_, i) => i + 1);
  const contents = await collectContents(file, images);
  const tables = WIM_HEADER_SIZE + file.xml.write().length + 64;
  const metadataBytes = contents.metadata.reduce(
    (sum, { storage }) => sum + storage.resource.storedSize + LOOKUP_ENTRY_SIZE,
    0,
  );
  const planner = new Planner(limit, tables, metadataBytes);
  for (const solid of contents.solids) await planner.addSolid(solid);
  for (const blob of contents.blobs) planner.addBlob(blob);

  const names = planner.parts.map((_, i) => partName(path, i + 1));
  const outputs: WimOutput[] = [];
  const total = planner.parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const progress = new ProgressCounter(options, "split", "bytes", total);
  const headers: WimHeader[] = [];
  try {
    for (const [i, plan] of planner.parts.entries()) {
      const output = await createOutput(names[i] as string, options.overwrite ?? false);
      outputs.push(output);
      output.position = WIM_HEADER_SIZE;
      const entries = await writePart(file, output, plan, i + 1, options, progress);
      for (const { sha1, storage } of i === 0 ? contents.metadata : []) {
        const resource = await copyOwn(output, storage, options);
        entries.push({
          resource: { ...resource, flags: resource.flags | RESOURCE_METADATA },
          partNumber: 1,
          referenceCount: 1,
          sha1,
        });
      }
      const header: WimHeader = {
        ...file.header,
        flags: (file.header.flags & ~HEADER_WRITE_IN_PROGRESS) | HEADER_SPANNED,
        partNumber: i + 1,
        totalParts: planner.parts.length,
        imageCount: images.length,
        bootMetadata: NO_RESOURCE,
      };
      const integrity = options.integrity ?? isPresent(file.header.integrityTable);
      headers.push(await writeTables(output, header, entries, file.xml.copy(), { ...options, integrity }));
    }
    for (const [i, output] of outputs.entries()) await output.commit(writeHeader(headers[i] as WimHeader));
  } catch (error) {
    await Promise.all(outputs.map((output) => output.discard()));
    throw error;
  }
  const parts = outputs.map((output, i) => ({ file: names[i] as string, bytes: output.position }));
  return { parts, findings: parts.filter(({ bytes }) => bytes > limit).map(tooLarge) };
}

/** `out.swm`, `out2.swm` ...: the number stands before the last dot. */
export function partName(path: string, number: number): string {
  if (number === 1) return path;
  const name = basename(path);
  const dot = name.lastIndexOf(".");
  const [stem, extension] = dot < 0 ? [name, ""] : [name.slice(0, dot), name.slice(dot)];
  return join(dirname(path), `${stem}${number}${extension}`);
}

/** Deals contents out to parts, in order, so that each is read from its start to its end. */
class Planner {
  readonly parts: PartPlan[] = [];
  readonly #limit: number;
  readonly #tables: number;
  #part: PartPlan;

  constructor(limit: number, tables: number, metadataBytes: number) {
    this.#limit = limit;
    this.#tables = tables;
    this.#part = this.#next();
    this.#part.bytes += metadataBytes;
  }

  addBlob(blob: StoredBlob): void {
    this.#place(blob.storage.resource.storedSize + LOOKUP_ENTRY_SIZE).blobs.push(blob);
  }

  /** Takes as many chunks at a time as fit into the part; chunks that no blob needs are left out. */
  async addSolid({ solid, members }: SolidContents): Promise<void> {
    const table = await solidChunks(solid);
    const { chunkSize, offsets } = table;
    const count = offsets.length - 1;
    const stored = (from: number, to: number) => (offsets[to] as number) - (offsets[from] as number) + (to - from) * 4;
    const overhead = 16 + LOOKUP_ENTRY_SIZE;
    let waiting = members;
    for (let first = 0; first < count && waiting.length > 0; ) {
      const needed = Math.floor((waiting[0] as SolidMember).offset / chunkSize);
      first = Math.max(first, needed);
      let end = first + 1;
      const entries = (to: number) => countBefore(waiting, to * chunkSize) * LOOKUP_ENTRY_SIZE;
      if (this.#part.bytes + overhead + stored(first, end) + entries(end) > this.#limit && !this.#isEmpty)
        this.#part = this.#next();
      while (end < count && this.#part.bytes + overhead + stored(first, end + 1) + entries(end + 1) <= this.#limit)
        end++;
      const inside = waiting.filter(({ offset, size }) => offset + size <= end * chunkSize);
      const across = waiting.filter(({ offset, size }) => offset < end * chunkSize && offset + size > end * chunkSize);
      waiting = waiting.filter(({ offset }) => offset >= end * chunkSize);
      if (inside.length > 0) {
        this.#part.pieces.push({ solid, first, end, members: inside });
        this.#part.bytes += overhead + stored(first, end) + inside.length * LOOKUP_ENTRY_SIZE;
      }
      for (const member of across) {
        this.#place(member.size + LOOKUP_ENTRY_SIZE).loose.push(member);
      }
      first = end;
    }
  }

  /** Whether a new part would have no more room than this one. */
  get #isEmpty(): boolean {
    return this.#part.bytes === this.#tables;
  }

  /** The first part that has room for so many bytes; a new one where none has. */
  #place(bytes: number): PartPlan {
    const part = this.parts.find((each) => each.bytes + bytes <= this.#limit) ?? this.#next();
    part.bytes += bytes;
    return part;
  }

  #next(): PartPlan {
    const part: PartPlan = { blobs: [], pieces: [], loose: [], bytes: this.#tables };
    this.parts.push(part);
    return part;
  }
}

/** How many members begin before an offset. */
function countBefore(members: readonly SolidMember[], offset: number): number {
  let low = 0;
  let high = members.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((members[middle] as SolidMember).offset < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function writePart(
  file: WimFile,
  output: WimOutput,
  plan: PartPlan,
  partNumber: number,
  operation: LongOperation,
  progress: ProgressCounter,
): Promise<LookupEntry[]> {
  const entries = await copySolids(output, plan.pieces, partNumber, operation, progress);
  for (const { sha1, references, storage } of plan.blobs) {
    const resource = await copyOwn(output, storage, operation);
    entries.push({ resource, partNumber, referenceCount: references, sha1 });
    progress.add(resource.storedSize);
  }
  for (const { sha1, size, references } of plan.loose) {
    const offset = output.position;
    await copyBytes(output, await openBlob(file, sha1, `${file.access.name} ${sha1}`), 0, size, operation);
    const resource = { storedSize: size, flags: 0, offset, size };
    entries.push({ resource, partNumber, referenceCount: references, sha1 });
    progress.add(size);
  }
  return entries;
}

function tooLarge({ file, bytes }: { file: string; bytes: number }): Finding {
  return {
    severity: "warning",
    code: "WIM_PART_TOO_LARGE",
    message: `The part has ${bytes} bytes: a single piece of data in it is larger than a part may be.`,
    where: { file },
  };
}
