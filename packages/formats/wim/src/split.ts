import { AtomicFile, commitTogether, type Finding, type LongOperation, ProgressCounter } from "@adk/core";
import { openBlob } from "./blob-access.ts";
import { collectContents } from "./contents.ts";
import { HEADER_SPANNED, HEADER_WRITE_IN_PROGRESS, WIM_HEADER_SIZE, type WimHeader, writeHeader } from "./header.ts";
import { LOOKUP_ENTRY_SIZE, type LookupEntry } from "./lookup-table.ts";
import { copyOwn, copySolids } from "./raw-copy.ts";
import { checkCopyable } from "./rebuild.ts";
import { isPresent, NO_RESOURCE, RESOURCE_METADATA } from "./resource-header.ts";
import { partName, partsBeyond } from "./set-parts.ts";
import { type PartPlan, SplitPlanner } from "./split-plan.ts";
import type { WimFile } from "./wim-file.ts";
import { copyBytes, fileOutput, type WimOutput } from "./wim-output.ts";
import { writeTables } from "./wim-tables.ts";

export interface SplitOptions extends LongOperation {
  readonly integrity?: boolean | undefined;
  readonly overwrite?: boolean | undefined;
}

export interface SplitResult {
  readonly parts: readonly { readonly file: string; readonly bytes: number }[];
  readonly findings: readonly Finding[];
}

/**
 * Splits a file into parts of at most `limit` bytes: `out.swm`, `out2.swm`, `out3.swm` ... A blob is never cut; a part with
 * one that is larger than the limit exceeds it, with a finding.
 *
 * All parts appear or none does. With `overwrite` further parts of the set that was there go with it.
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
  const planner = new SplitPlanner(limit, tables, metadataBytes);
  for (const solid of contents.solids) await planner.addSolid(solid);
  for (const blob of contents.blobs) planner.addBlob(blob);
  const plans = planner.finish();

  const { overwrite = false } = options;
  const files: AtomicFile[] = [];
  const total = plans.reduce((sum, { bytes }) => sum + bytes, 0);
  const progress = new ProgressCounter(options, "split", "bytes", total);
  const parts: { file: string; bytes: number }[] = [];
  try {
    for (const [i, plan] of plans.entries()) {
      const name = partName(path, i + 1);
      const part = await AtomicFile.create(name, { overwrite });
      files.push(part);
      const output = fileOutput(part);
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
        totalParts: plans.length,
        imageCount: images.length,
        bootMetadata: NO_RESOURCE,
      };
      const integrity = options.integrity ?? isPresent(file.header.integrityTable);
      const complete = await writeTables(output, header, entries, file.xml.copy(), { ...options, integrity });
      await part.writeAt(writeHeader(complete), 0);
      parts.push({ file: name, bytes: part.size });
    }
    await commitTogether(files, overwrite ? await partsBeyond(path, plans.length) : []);
  } catch (error) {
    await Promise.all(files.map((part) => part.discard()));
    throw error;
  }
  return { parts, findings: parts.filter(({ bytes }) => bytes > limit).map(tooLarge) };
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
