import {
  AdkError,
  ExtractionJob,
  type ExtractionJobOptions,
  type ExtractionResult,
  IncrementalDigest,
  type RandomAccess,
  RangeAccess,
  readPieces,
} from "@adk/core";
import type { ContainerIndex, IndexedFile } from "./container-index.ts";

export interface ExtractPsfResult extends ExtractionResult {
  /** Files that are stored as a difference, which the kit does not apply. */
  readonly differences: number;
}

/**
 * Writes the files that a PSF holds as they are (RAW) below a directory, each checked against its SHA-256.
 *
 * @throws AdkError `ALREADY_EXISTS`, `DISK_FULL`, `CANCELLED` ...
 */
export async function extractPsf(
  index: ContainerIndex,
  psf: RandomAccess,
  directory: string,
  options: ExtractionJobOptions = {},
): Promise<ExtractPsfResult> {
  const raw = index.files.filter(({ source }) => source?.type === "RAW");
  const differences = index.files.filter(({ source }) => source && source.type !== "RAW").length;
  const total = raw.reduce((sum, { source }) => sum + source!.size, 0);
  const result = await ExtractionJob.run(directory, total, options, async (job) => {
    for (const file of raw) {
      await job.attempt(file.name, () => extractRaw(file, psf, job));
      await job.discardOpen();
    }
  });
  return { ...result, differences };
}

async function extractRaw(indexed: IndexedFile, psf: RandomAccess, job: ExtractionJob): Promise<void> {
  const { name, source, hash, lastWriteTime } = indexed;
  const { offset, size, hash: stored } = source!;
  const file = await job.createFile(name.split(/[\\/]/));
  const digest = new IncrementalDigest("sha256");
  for await (const piece of readPieces(new RangeAccess(psf, offset, size))) {
    digest.update(piece);
    await file.write(piece);
  }
  const expected = (stored ?? hash)?.value;
  const found = digest.finish();
  if (expected !== undefined && expected !== found) {
    throw new AdkError("PSF_BAD_HASH", "The file does not have the SHA-256 that the index gives.", { expected, found });
  }
  await file.finish(lastWriteTime);
}
