import { unlink, utimes } from "node:fs/promises";
import {
  AdkError,
  ExtractionRoot,
  type Finding,
  Findings,
  filetimeToUnixSeconds,
  fromSystemError,
  type Limits,
  type LongOperation,
  limitExceeded,
  ProgressCounter,
  withLimits,
} from "@adk/core";
import type { CabFile, CabFolder, CabinetSet } from "./cabinet-set.ts";
import { type FilePiece, readFiles } from "./folder-reader.ts";

export interface ExtractOptions extends LongOperation {
  /** Which files; all if not given. */
  readonly files?: readonly CabFile[] | undefined;
  /** Replace files that are there. Otherwise they are an error. */
  readonly overwrite?: boolean | undefined;
  readonly limits?: Partial<Limits> | undefined;
}

export interface ExtractResult {
  readonly files: number;
  /** Bytes that were written. */
  readonly bytes: number;
  /** What could not be extracted, and why. */
  readonly findings: readonly Finding[];
}

/**
 * Writes files of a cabinet below a directory. A file whose data is damaged or whose name must not be used is left out with
 * a finding; when the whole cannot be finished (no space, cancelled), what was created is removed again.
 *
 * @throws AdkError `LIMIT_EXCEEDED`, `ALREADY_EXISTS`, `DISK_FULL`, `CANCELLED` ...
 */
export async function extractFiles(
  set: CabinetSet,
  directory: string,
  options: ExtractOptions = {},
): Promise<ExtractResult> {
  const { files = set.files, overwrite = false } = options;
  const limits = withLimits(options.limits);
  const total = files.reduce((sum, { size }) => sum + size, 0);
  if (total > limits.outputBytes) throw limitExceeded("outputBytes", total, limits, { file: set.name });
  const root = await ExtractionRoot.open(directory, { overwrite: overwrite ? "replace" : "refuse" });
  const extractor = new Extractor(root, new ProgressCounter(options, "extract", "bytes", total));
  try {
    for (const [folder, its] of Map.groupBy(files, (file) => file.folder)) {
      await extractor.extractFolder(folder, its, options);
    }
  } catch (error) {
    await extractor.undo(overwrite);
    throw error;
  }
  return extractor.result;
}

/** A file that is being written; none where its name was refused. */
type Output = Awaited<ReturnType<ExtractionRoot["createFile"]>> | undefined;

class Extractor {
  readonly #root: ExtractionRoot;
  readonly #progress: ProgressCounter;
  readonly #findings = new Findings();
  readonly #created: string[] = [];
  #open = new Map<CabFile, Output>();
  #bytes = 0;

  constructor(root: ExtractionRoot, progress: ProgressCounter) {
    this.#root = root;
    this.#progress = progress;
  }

  get result(): ExtractResult {
    return { files: this.#created.length, bytes: this.#bytes, findings: this.#findings.list };
  }

  async extractFolder(folder: CabFolder, files: readonly CabFile[], operation: LongOperation): Promise<void> {
    const missing = new Set(files);
    try {
      for await (const piece of readFiles(folder, files, operation)) {
        await this.#write(piece);
        if (piece.last) missing.delete(piece.file);
      }
    } catch (error) {
      const told = toldOfInput(error);
      for (const file of missing) {
        this.#findings.error(told.code, told.message, { file: told.file, offset: told.offset, path: file.name });
      }
      await this.#discardOpen();
    }
  }

  async #write({ file, bytes, first, last }: FilePiece): Promise<void> {
    const output = first ? await this.#create(file) : this.#open.get(file);
    if (first) this.#open.set(file, output);
    if (output) {
      try {
        for (let done = 0; done < bytes.length; ) {
          done += (await output.handle.write(bytes, done, bytes.length - done)).bytesWritten;
        }
      } catch (error) {
        throw fromSystemError(error, output.host);
      }
      this.#bytes += bytes.length;
    }
    this.#progress.add(bytes.length, file.name);
    if (!last) return;
    this.#open.delete(file);
    if (output) await this.#finish(file, output);
  }

  async #create(file: CabFile): Promise<Output> {
    try {
      return await this.#root.createFile(file.path);
    } catch (error) {
      const { code, message, found } = toldOfInput(error);
      const detail = found === undefined ? "" : ` ${found}`;
      this.#findings.error(code, `${message}${detail} It is left out.`, { path: file.name });
      return undefined;
    }
  }

  async #finish(file: CabFile, { host, handle }: NonNullable<Output>): Promise<void> {
    await handle.close();
    this.#created.push(host);
    if (file.lastWriteTime === 0n) return;
    const time = filetimeToUnixSeconds(file.lastWriteTime);
    await utimes(host, time, time).catch((error: unknown) => {
      throw fromSystemError(error, host);
    });
  }

  /** Removes the files that are not complete. */
  async #discardOpen(): Promise<void> {
    for (const output of this.#open.values()) {
      if (!output) continue;
      await output.handle.close();
      await unlink(output.host).catch(() => {});
    }
    this.#open = new Map();
  }

  /** Removes what was created; files that were replaced stay as they are now, whole. */
  async undo(overwrite: boolean): Promise<void> {
    await this.#discardOpen();
    if (overwrite) return;
    for (const host of this.#created) await unlink(host).catch(() => {});
    await this.#root.removeMade();
  }
}

/** Errors of other kinds that concern one file. */
const SKIPPED = new Set([
  "NAME_NOT_REPRESENTABLE",
  "NAME_COLLISION",
  "NAME_TOO_LONG",
  "CAB_QUANTUM",
  "CAB_UNKNOWN_COMPRESSION",
]);

/** What concerns one file or folder becomes findings; anything else concerns the whole. */
function toldOfInput(error: unknown): AdkError {
  if (error instanceof AdkError && (error.kind === "input" || SKIPPED.has(error.code))) return error;
  throw error;
}
