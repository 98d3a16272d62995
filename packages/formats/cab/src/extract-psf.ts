import { unlink } from "node:fs/promises";
import {
  AdkError,
  ExtractionRoot,
  type Finding,
  Findings,
  fromSystemError,
  IncrementalDigest,
  type LongOperation,
  ProgressCounter,
  type RandomAccess,
  RangeAccess,
  readPieces,
} from "@adk/core";
import type { ContainerIndex, IndexedFile } from "./container-index.ts";

export interface ExtractPsfOptions extends LongOperation {
  /** Replace files that are there. Otherwise they are an error. */
  readonly overwrite?: boolean | undefined;
}

export interface ExtractPsfResult {
  readonly files: number;
  readonly bytes: number;
  /** Files that are stored as a difference, which the kit does not apply. */
  readonly differences: number;
  readonly findings: readonly Finding[];
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
  options: ExtractPsfOptions = {},
): Promise<ExtractPsfResult> {
  const root = await ExtractionRoot.open(directory, { overwrite: options.overwrite ? "replace" : "refuse" });
  const findings = new Findings();
  const raw = index.files.filter(({ source }) => source?.type === "RAW");
  const progress = new ProgressCounter(options, "extract", "files", raw.length);
  const differences = index.files.filter(({ source }) => source && source.type !== "RAW").length;
  let [files, bytes] = [0, 0];
  for (const file of raw) {
    try {
      bytes += await extractRaw(file, psf, root);
      files++;
    } catch (error) {
      if (!(error instanceof AdkError) || error.kind !== "input") throw error;
      findings.error(error.code, `${error.message} It is left out.`, { file: psf.name, path: file.name });
    }
    progress.add(1, file.name);
  }
  return { files, bytes, differences, findings: findings.list };
}

async function extractRaw(
  { name, source, hash }: IndexedFile,
  psf: RandomAccess,
  root: ExtractionRoot,
): Promise<number> {
  const { offset, size, hash: stored } = source!;
  const range = new RangeAccess(psf, offset, size);
  const { host, handle } = await root.createFile(name.split(/[\\/]/));
  try {
    const digest = new IncrementalDigest("sha256");
    for await (const piece of readPieces(range)) {
      digest.update(piece);
      for (let done = 0; done < piece.length; ) done += (await handle.write(piece, done)).bytesWritten;
    }
    const expected = (stored ?? hash)?.value;
    const found = digest.finish();
    if (expected !== undefined && expected !== found) {
      throw new AdkError("PSF_BAD_HASH", "The file does not have the SHA-256 that the index gives.", {
        expected,
        found,
      });
    }
    await handle.close();
    return size;
  } catch (error) {
    await handle.close();
    await unlink(host).catch(() => {});
    throw fromSystemError(error, host);
  }
}
