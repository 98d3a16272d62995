import { type FileHandle, unlink, utimes } from "node:fs/promises";
import { AdkError, fromSystemError } from "./errors.ts";
import { FILETIME_MAX, type Filetime, filetimeToUnixSeconds } from "./filetime.ts";
import { type Finding, Findings } from "./findings.ts";
import { type Limits, limitExceeded, withLimits } from "./limits.ts";
import { type LongOperation, ProgressCounter } from "./progress.ts";
import { ExtractionRoot, type ImagePath } from "./safe-path.ts";

export interface ExtractionJobOptions extends LongOperation {
  /** Replace files that are there. Otherwise they are an error. */
  readonly overwrite?: boolean | undefined;
  readonly limits?: Partial<Limits> | undefined;
}

export interface ExtractionResult {
  readonly files: number;
  /** Bytes in those files. */
  readonly bytes: number;
  /** What could not be extracted, and why. */
  readonly findings: readonly Finding[];
}

/** A file that is being written; `ExtractionJob.createFile` gives it. */
export interface ExtractedFile {
  write(bytes: Uint8Array): Promise<void>;
  /** Closes the file and sets its time; 0, and what no calendar has, is no time. A file that is not finished is removed again. */
  finish(lastWriteTime: Filetime): Promise<void>;
}

/**
 * Writes files below a directory: what concerns one of them becomes a finding, and when the whole cannot be finished, what was
 * created is removed again. Files that were replaced stay as they are then, whole.
 */
export class ExtractionJob {
  readonly #root: ExtractionRoot;
  readonly #progress: ProgressCounter;
  readonly #limits: Limits;
  readonly #findings = new Findings();
  readonly #created: string[] = [];
  readonly #open = new Map<string, FileHandle>();
  /** Bytes written, also to files that were left out in the end. */
  #written = 0;
  /** Bytes of finished files. */
  #bytes = 0;

  private constructor(root: ExtractionRoot, limits: Limits, progress: ProgressCounter) {
    this.#root = root;
    this.#limits = limits;
    this.#progress = progress;
  }

  /**
   * @param total bytes that there are to extract; 0 if that is not known
   * @throws AdkError `LIMIT_EXCEEDED`, `ALREADY_EXISTS`, `DISK_FULL`, `CANCELLED` ..., and what `extract` throws
   */
  static async run(
    directory: string,
    total: number,
    options: ExtractionJobOptions,
    extract: (job: ExtractionJob) => Promise<void>,
  ): Promise<ExtractionResult> {
    const limits = withLimits(options.limits);
    if (total > limits.outputBytes) throw limitExceeded("outputBytes", total, limits);
    const root = await ExtractionRoot.open(directory, { overwrite: options.overwrite ? "replace" : "refuse" });
    const job = new ExtractionJob(root, limits, new ProgressCounter(options, "extract", "bytes", total));
    try {
      await extract(job);
    } catch (error) {
      await job.#undo(options.overwrite ?? false);
      throw error;
    }
    return { files: job.#created.length, bytes: job.#bytes, findings: job.#findings.list };
  }

  /** @throws AdkError those of `ExtractionRoot.createDirectory` */
  async createDirectory(path: ImagePath): Promise<void> {
    await this.#root.createDirectory(path);
  }

  /** @throws AdkError those of `ExtractionRoot.createFile` */
  async createFile(path: ImagePath): Promise<ExtractedFile> {
    const { host, handle } = await this.#root.createFile(path);
    this.#open.set(host, handle);
    let size = 0;
    return {
      write: async (bytes) => {
        await onHost(host, async () => {
          for (let done = 0; done < bytes.length; ) {
            done += (await handle.write(bytes, done, bytes.length - done)).bytesWritten;
          }
        });
        size += bytes.length;
        this.#written += bytes.length;
        if (this.#written > this.#limits.outputBytes) throw limitExceeded("outputBytes", this.#written, this.#limits);
        this.#progress.add(bytes.length, host.slice(this.#root.directory.length + 1));
      },
      finish: async (lastWriteTime) => {
        this.#open.delete(host);
        this.#created.push(host);
        this.#bytes += size;
        await onHost(host, () => handle.close());
        if (lastWriteTime <= 0n || lastWriteTime > FILETIME_MAX) return;
        const time = filetimeToUnixSeconds(lastWriteTime);
        await onHost(host, () => utimes(host, time, time));
      },
    };
  }

  /** Does what concerns the entry at `path` only: it is left out where that fails for a reason of its own. */
  async attempt<T>(path: string, extract: () => Promise<T>): Promise<T | undefined> {
    try {
      return await extract();
    } catch (error) {
      this.leaveOut(error, [path]);
      return undefined;
    }
  }

  /** Makes a finding for each of the entries that an error concerns; one that concerns the whole is thrown on. */
  leaveOut(error: unknown, paths: Iterable<string>): void {
    if (!(error instanceof AdkError) || !concernsEntry(error)) throw error;
    const { code, message, found, file, offset } = error;
    // What was wrong with a name is in what was found.
    const detail = found === undefined ? "" : ` Found ${found}.`;
    for (const path of paths) this.#findings.error(code, `${message}${detail} It is left out.`, { file, offset, path });
  }

  /** Removes the files that are not finished. */
  async discardOpen(): Promise<void> {
    for (const [host, handle] of this.#open) {
      this.#open.delete(host);
      await handle.close().catch(() => {});
      await unlink(host).catch(() => {});
    }
  }

  async #undo(overwrite: boolean): Promise<void> {
    await this.discardOpen();
    if (overwrite) return;
    for (const host of this.#created) await unlink(host).catch(() => {});
    await this.#root.removeMade();
  }
}

/** Codes of other kinds that concern one entry. */
const ENTRY_CODES = new Set(["NAME_COLLISION", "NAME_TOO_LONG"]);

function concernsEntry({ kind, code }: AdkError): boolean {
  if (code === "LIMIT_EXCEEDED") return false;
  return kind === "input" || kind === "unsupported" || ENTRY_CODES.has(code);
}

async function onHost(host: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    throw fromSystemError(error, host);
  }
}
