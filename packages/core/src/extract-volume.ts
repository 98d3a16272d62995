import { ExtractionJob, type ExtractionJobOptions, type ExtractionResult } from "./extraction-job.ts";
import { globToMatcher, type PathMatcher } from "./path-glob.ts";
import { readPieces } from "./random-access.ts";
import { isRealDirectory, type Volume, type VolumeEntry, walk } from "./volume.ts";

export interface ExtractVolumeOptions extends ExtractionJobOptions {
  /** Patterns of paths; everything below a directory that matches comes too. Default: all. */
  readonly paths?: readonly string[] | undefined;
}

/**
 * Writes the files of a volume that has neither links nor streams below a directory. What is damaged or has a name that must
 * not be used is left out with a finding; when the whole cannot be finished, what was created is removed again.
 *
 * @throws AdkError `LIMIT_EXCEEDED`, `ALREADY_EXISTS`, `DISK_FULL`, `CANCELLED` ...
 */
export function extractVolume(
  volume: Volume,
  directory: string,
  options: ExtractVolumeOptions = {},
): Promise<ExtractionResult> {
  const isWanted = matcherOf(options.paths);
  return ExtractionJob.run(directory, 0, options, async (job) => {
    for await (const batch of walk(volume)) {
      for (const entry of batch) {
        if (entry.path === "/" || !isWanted(entry.path)) continue;
        await job.attempt(entry.path, () => extractEntry(job, volume, entry));
        await job.discardOpen();
      }
    }
  });
}

async function extractEntry(job: ExtractionJob, volume: Volume, entry: VolumeEntry): Promise<void> {
  if (isRealDirectory(entry)) return job.createDirectory(entry.path);
  const file = await job.createFile(entry.path);
  const data = await volume.open(entry);
  try {
    for await (const piece of readPieces(data)) await file.write(piece);
  } finally {
    await data.close();
  }
  await file.finish(entry.lastWriteTime);
}

function matcherOf(paths: readonly string[] | undefined): PathMatcher {
  if (!paths || paths.length === 0) return () => true;
  const matchers = paths.flatMap((path) => {
    const full = path.startsWith("/") ? path : `/${path}`;
    return [globToMatcher(full), globToMatcher(`${full.replace(/\/$/, "")}/**`)];
  });
  return (path) => matchers.some((matches) => matches(path));
}
