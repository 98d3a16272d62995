import { AdkError, type LongOperation, ProgressCounter } from "@adk/core";
import { type Contents, collectContents } from "./contents.ts";
import { HEADER_SPANNED, HEADER_WRITE_IN_PROGRESS, WIM_HEADER_SIZE, type WimHeader, writeHeader } from "./header.ts";
import type { LookupEntry } from "./lookup-table.ts";
import { copyOwn, copySolids, wholeSolid } from "./raw-copy.ts";
import { isPresent } from "./resource-header.ts";
import type { WimFile } from "./wim-file.ts";
import { createOutput, type WimOutput } from "./wim-output.ts";
import { writeTables } from "./wim-tables.ts";

export interface RebuildOptions extends LongOperation {
  /** Images to keep, in this order; default all. */
  readonly images?: readonly number[] | undefined;
  /** Write an integrity table. Default: where the file has one. */
  readonly integrity?: boolean | undefined;
  readonly overwrite?: boolean | undefined;
}

export interface RebuildResult {
  readonly images: number;
  readonly blobs: number;
  /** Bytes of the new file. */
  readonly bytes: number;
}

/**
 * Writes a new file of what a file or split set holds, as it is stored: without what no image refers to, without the space
 * that changes left behind, and in one part. Nothing is compressed again.
 *
 * @throws AdkError `WIM_PART_MISSING`, `WIM_PIPABLE`, `ALREADY_EXISTS` unless `overwrite`
 */
export async function rebuildWim(file: WimFile, path: string, options: RebuildOptions = {}): Promise<RebuildResult> {
  checkCopyable(file);
  const images = options.images ?? Array.from({ length: file.imageCount }, (_, i) => i + 1);
  const contents = await collectContents(file, images);
  const xml = file.xml.copy();
  xml.selectImages(images);
  const output = await createOutput(path, options.overwrite ?? false);
  try {
    output.position = WIM_HEADER_SIZE;
    const entries = await copyContents(output, contents, options);
    const header: WimHeader = {
      ...file.header,
      flags: file.header.flags & ~(HEADER_SPANNED | HEADER_WRITE_IN_PROGRESS),
      partNumber: 1,
      totalParts: 1,
      imageCount: images.length,
      bootIndex: images.indexOf(file.header.bootIndex) + 1,
    };
    const integrity = options.integrity ?? isPresent(file.header.integrityTable);
    await output.commit(writeHeader(await writeTables(output, header, entries, xml, { ...options, integrity })));
  } catch (error) {
    await output.discard();
    throw error;
  }
  const blobs = contents.blobs.length + contents.solids.reduce((sum, { members }) => sum + members.length, 0);
  return { images: images.length, blobs, bytes: output.position };
}

async function copyContents(
  output: WimOutput,
  { metadata, blobs, solids }: Contents,
  operation: LongOperation,
): Promise<LookupEntry[]> {
  const solidBytes = solids.reduce((sum, { solid }) => sum + solid.resource.storedSize, 0);
  const total = [...blobs, ...metadata].reduce((sum, { storage }) => sum + storage.resource.storedSize, solidBytes);
  const progress = new ProgressCounter(operation, "copy", "bytes", total);
  const pieces = [];
  for (const { solid, members } of solids) pieces.push(await wholeSolid(solid, members));
  const entries = await copySolids(output, pieces, 1, operation, progress);
  for (const { sha1, references, storage } of blobs) {
    const resource = await copyOwn(output, storage, operation);
    entries.push({ resource, partNumber: 1, referenceCount: references, sha1 });
    progress.add(resource.storedSize);
  }
  for (const { sha1, storage } of metadata) {
    const resource = await copyOwn(output, storage, operation);
    entries.push({ resource, partNumber: 1, referenceCount: 1, sha1 });
    progress.add(resource.storedSize);
  }
  return entries;
}

/** Whether what the file stores can be copied as it is. */
export function checkCopyable(file: WimFile): void {
  const { access, header } = file;
  if (!file.isComplete) {
    throw new AdkError(
      "WIM_PART_MISSING",
      `The set has ${header.totalParts} parts, and ${file.parts.length} of them are here.`,
      {
        file: access.name,
        hint: "Name all parts of the set.",
      },
    );
  }
  if (!header.pipable) return;
  throw new AdkError("WIM_PIPABLE", "A pipable file stores its resources in another form.", {
    kind: "unsupported",
    file: access.name,
    hint: "Export its images to a new file first.",
  });
}
