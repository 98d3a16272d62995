import { ExtractionJob, type ExtractionJobOptions, type ExtractionResult } from "./extraction-job.ts";
import { globToMatcher, type PathMatcher } from "./path-glob.ts";
import { isRealDirectory, type Volume, type VolumeEntry, walk } from "./volume.ts";

/** Bytes that are read and written together. */
const PIECE = 4 << 20;

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
    // Used for one file after the other: fresh memory for each piece would cost more than reading does.
    const buffer = new Uint8Array(PIECE);
    for await (const batch of walk(volume)) {
      for (const entry of batch) {
        if (entry.path === "/" || !isWanted(entry.path)) continue;
        await job.attempt(entry.path, () => extractEntry(job, volume, entry, buffer));
        await job.discardOpen();
      }
    }
  });
}

async function extractEntry(job: ExtractionJob, volume: Volume, entry: VolumeEntry, buffer: Uint8Array): Promise<void> {
  if (isRealDirectory(entry)) return job.createDirectory(entry.path);
  const file = await job.createFile(entry.path);
  const data = await volume.open(entry);
  try {
    for (let offset = 0; offset < data.size; offset += PIECE) {
      const count = Math.min(PIECE, data.size - offset);
      await file.write((await data.read(offset, count, buffer)).subarray(0, count));
    }
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
