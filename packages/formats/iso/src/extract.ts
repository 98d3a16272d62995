import { unlink, utimes } from "node:fs/promises";
import {
  AdkError,
  ExtractionRoot,
  type Finding,
  Findings,
  filetimeToUnixSeconds,
  fromSystemError,
  globToMatcher,
  isRealDirectory,
  type Limits,
  type LongOperation,
  limitExceeded,
  ProgressCounter,
  readPieces,
  type Volume,
  type VolumeEntry,
  walk,
  withLimits,
} from "@adk/core";

export interface ExtractIsoOptions extends LongOperation {
  /** Patterns of paths; everything below a directory that matches comes too. Default: all. */
  readonly paths?: readonly string[] | undefined;
  readonly overwrite?: boolean | undefined;
  readonly limits?: Partial<Limits> | undefined;
}

export interface ExtractIsoResult {
  readonly files: number;
  readonly bytes: number;
  /** What could not be extracted, and why. */
  readonly findings: readonly Finding[];
}

/**
 * Writes the files of a disc below a directory. What is damaged or has a name that must not be used is left out with a finding;
 * when the whole cannot be finished, what was created is removed again.
 *
 * @throws AdkError `LIMIT_EXCEEDED`, `ALREADY_EXISTS`, `DISK_FULL`, `CANCELLED` ...
 */
export async function extractIso(
  volume: Volume,
  directory: string,
  options: ExtractIsoOptions = {},
): Promise<ExtractIsoResult> {
  const { overwrite = false } = options;
  const limits = withLimits(options.limits);
  const root = await ExtractionRoot.open(directory, { overwrite: overwrite ? "replace" : "refuse" });
  const findings = new Findings();
  const progress = new ProgressCounter(options, "extract", "bytes", 0);
  const wanted = matcherOf(options.paths);
  const created: string[] = [];
  let bytes = 0;
  try {
    for await (const batch of walk(volume)) {
      for (const entry of batch) {
        if (entry.path === "/" || !wanted(entry.path)) continue;
        try {
          if (isRealDirectory(entry)) await root.createDirectory(entry.path);
          else {
            bytes += entry.size;
            if (bytes > limits.outputBytes) throw limitExceeded("outputBytes", bytes, limits);
            created.push(await extractFile(volume, entry, root, progress));
          }
        } catch (error) {
          findings.fromError(toldOfInput(error));
        }
      }
    }
  } catch (error) {
    if (!overwrite) {
      for (const host of created) await unlink(host).catch(() => {});
      await root.removeMade();
    }
    throw error;
  }
  return { files: created.length, bytes, findings: findings.list };
}

async function extractFile(
  volume: Volume,
  entry: VolumeEntry,
  root: ExtractionRoot,
  progress: ProgressCounter,
): Promise<string> {
  const { handle, host } = await root.createFile(entry.path);
  let complete = false;
  try {
    for await (const piece of readPieces(await volume.open(entry))) {
      for (let done = 0; done < piece.length; )
        done += (await handle.write(piece, done, piece.length - done)).bytesWritten;
      progress.add(piece.length, entry.path);
    }
    complete = true;
  } catch (error) {
    throw fromSystemError(error, host);
  } finally {
    await handle.close();
    if (!complete) await unlink(host).catch(() => {});
  }
  const time = filetimeToUnixSeconds(entry.lastWriteTime);
  if (entry.lastWriteTime > 0n) await utimes(host, time, time);
  return host;
}

function matcherOf(paths: readonly string[] | undefined): (path: string) => boolean {
  if (!paths || paths.length === 0) return () => true;
  const matchers = paths.flatMap((path) => {
    const full = path.startsWith("/") ? path : `/${path}`;
    return [globToMatcher(full), globToMatcher(`${full.replace(/\/$/, "")}/**`)];
  });
  return (path) => matchers.some((matches) => matches(path));
}

/** Errors of other kinds that concern one file. */
const SKIPPED = new Set(["NAME_NOT_REPRESENTABLE", "NAME_COLLISION", "NAME_TOO_LONG"]);

function toldOfInput(error: unknown): unknown {
  const own = error instanceof AdkError && SKIPPED.has(error.code);
  return own ? new AdkError(error.code, error.message, { file: error.file, found: error.found }) : error;
}
