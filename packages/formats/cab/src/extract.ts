import { type ExtractedFile, ExtractionJob, type ExtractionJobOptions, type ExtractionResult } from "@adk/core";
import type { CabFile, CabFolder, CabinetSet } from "./cabinet-set.ts";
import { readFiles } from "./folder-reader.ts";

export interface ExtractOptions extends ExtractionJobOptions {
  /** Which files; all if not given. */
  readonly files?: readonly CabFile[] | undefined;
}

/**
 * Writes files of a cabinet below a directory. A file whose data is damaged or whose name must not be used is left out with
 * a finding; when the whole cannot be finished (no space, cancelled), what was created is removed again.
 *
 * @throws AdkError `LIMIT_EXCEEDED`, `ALREADY_EXISTS`, `DISK_FULL`, `CANCELLED` ...
 */
export function extractFiles(
  set: CabinetSet,
  directory: string,
  options: ExtractOptions = {},
): Promise<ExtractionResult> {
  const { files = set.files } = options;
  const total = files.reduce((sum, { size }) => sum + size, 0);
  return ExtractionJob.run(directory, total, options, async (job) => {
    for (const [folder, its] of Map.groupBy(files, (file) => file.folder)) {
      await extractFolder(job, folder, its, options);
    }
  });
}

/** Files of a folder come piece by piece, several at once where their data overlaps. */
async function extractFolder(
  job: ExtractionJob,
  folder: CabFolder,
  files: readonly CabFile[],
  options: ExtractOptions,
): Promise<void> {
  const missing = new Set(files);
  // None for a file whose name was refused.
  const outputs = new Map<CabFile, ExtractedFile | undefined>();
  try {
    for await (const { file, bytes, first, last } of readFiles(folder, files, options)) {
      if (first) outputs.set(file, await job.attempt(file.name, () => job.createFile(file.path)));
      const output = outputs.get(file);
      await output?.write(bytes);
      if (!last) continue;
      await output?.finish(file.lastWriteTime);
      missing.delete(file);
    }
  } catch (error) {
    job.leaveOut(
      error,
      files.filter((file) => missing.has(file)).map(({ name }) => name),
    );
    await job.discardOpen();
  }
}
