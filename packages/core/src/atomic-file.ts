import { unlinkSync } from "node:fs";
import { type FileHandle, link, lstat, open, rename, unlink } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { AdkError, check, fromSystemError } from "./errors.ts";
import { randomGuid } from "./guid.ts";

/**
 * Temporary files that are not yet committed; they are removed when the process ends in order, as by Ctrl-C. Their handles
 * stay referenced, as Node closes and complains about those that are not.
 */
const live = new Map<string, FileHandle>();
let listening = false;

function removeLive(): void {
  for (const path of live.keys()) {
    try {
      unlinkSync(path);
    } catch {
      // It is gone, or cannot be removed: there is nobody left to tell.
    }
  }
}

/**
 * A file that appears under its name when it is complete, or not at all: written beside its place under a hidden name,
 * synced, then renamed. `await using` discards what was not committed. A symbolic link under the name is replaced, not
 * followed.
 */
export class AtomicFile implements AsyncDisposable {
  /** Where the file will be. */
  readonly path: string;
  /** Where it is until then: the same directory, so that the rename is one step. */
  readonly temporaryPath: string;
  /** Whether it replaces a file that is there. */
  readonly overwrite: boolean;
  readonly #handle: FileHandle;
  #size = 0;
  #state: "open" | "committed" | "discarded" = "open";

  private constructor(path: string, temporaryPath: string, handle: FileHandle, overwrite: boolean) {
    this.path = path;
    this.temporaryPath = temporaryPath;
    this.#handle = handle;
    this.overwrite = overwrite;
  }

  /**
   * @param options.overwrite whether a file that is there may be replaced; without it one is never replaced, not even one
   *   that appears meanwhile
   * @throws AdkError `ALREADY_EXISTS`, `IS_A_DIRECTORY`, `FILE_NOT_FOUND` for a missing directory, `ACCESS_DENIED`,
   *   `READ_ONLY_FILE_SYSTEM`
   */
  static async create(path: string, options: { overwrite?: boolean | undefined } = {}): Promise<AtomicFile> {
    const place = resolve(path);
    const temporary = join(dirname(place), `.${basename(place).slice(0, 32)}.${randomGuid()}.tmp`);
    const overwrite = options.overwrite ?? false;
    try {
      await refuseExisting(place, overwrite);
      const handle = await open(temporary, "wx+");
      live.set(temporary, handle);
      if (!listening) process.on("exit", removeLive);
      listening = true;
      return new AtomicFile(place, temporary, handle, overwrite);
    } catch (error) {
      throw fromSystemError(error, path);
    }
  }

  /** Bytes up to the end of what was written. */
  get size(): number {
    return this.#size;
  }

  /** Appends. @throws AdkError `DISK_FULL`, `IO_ERROR` ... */
  async write(bytes: Uint8Array): Promise<void> {
    await this.writeAt(bytes, this.#size);
  }

  /** Writes at an offset, to fill in what is known only later. @throws AdkError `DISK_FULL`, `IO_ERROR` ... */
  async writeAt(bytes: Uint8Array, offset: number): Promise<void> {
    this.#checkOpen();
    try {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, offset + done);
        done += bytesWritten;
      }
    } catch (error) {
      throw fromSystemError(error, this.path);
    }
    this.#size = Math.max(this.#size, offset + bytes.length);
  }

  /** Cuts off what lies behind `size`. */
  async truncate(size: number): Promise<void> {
    this.#checkOpen();
    try {
      await this.#handle.truncate(size);
    } catch (error) {
      throw fromSystemError(error, this.path);
    }
    this.#size = size;
  }

  /** Reads back exactly `length` bytes of what was written. @throws AdkError `UNEXPECTED_END` */
  async readAt(offset: number, length: number): Promise<Uint8Array> {
    this.#checkOpen();
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const { bytesRead } = await this.#handle.read(bytes, done, length - done, offset + done);
      check(
        bytesRead > 0,
        () => new AdkError("UNEXPECTED_END", "This was not written yet.", { file: this.path, offset }),
      );
      done += bytesRead;
    }
    return bytes;
  }

  /** Has what was written on the disk, so that no more than a rename is left to be done. @throws AdkError `DISK_FULL`, `IO_ERROR` */
  async sync(): Promise<void> {
    this.#checkOpen();
    try {
      await this.#handle.sync();
    } catch (error) {
      throw fromSystemError(error, this.path);
    }
  }

  /**
   * Makes the file appear under its name. After an error nothing has appeared, and the temporary file is gone.
   *
   * @throws AdkError `ALREADY_EXISTS`, `DISK_FULL`, `IO_ERROR` ...
   */
  async commit(): Promise<void> {
    this.#checkOpen();
    try {
      await this.#handle.sync();
      await this.#handle.close();
      if (this.overwrite) await rename(this.temporaryPath, this.path);
      else await this.#renameToFreePlace();
      this.#state = "committed";
      live.delete(this.temporaryPath);
    } catch (error) {
      await this.discard();
      throw fromSystemError(error, this.path);
    }
    await syncDirectory(dirname(this.path));
  }

  /** `rename` would replace a file that appeared since `create`; a hard link is refused if there is one. */
  async #renameToFreePlace(): Promise<void> {
    try {
      await link(this.temporaryPath, this.path);
    } catch (error) {
      if (!isCode(error, "EPERM", "ENOTSUP", "ENOSYS", "EMLINK", "EOPNOTSUPP")) throw error;
      // FAT and some network file systems have no hard links: look once more, as closely before the rename as can be.
      await refuseExisting(this.path, false);
      await rename(this.temporaryPath, this.path);
      return;
    }
    await unlink(this.temporaryPath);
  }

  /** Removes the temporary file; nothing after it was committed or discarded. */
  async discard(): Promise<void> {
    if (this.#state !== "open") return;
    this.#state = "discarded";
    await this.#handle.close().catch(() => {});
    try {
      await unlink(this.temporaryPath);
    } catch (error) {
      if (!isCode(error, "ENOENT")) throw fromSystemError(error, this.temporaryPath);
    }
    live.delete(this.temporaryPath);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.discard();
  }

  #checkOpen(): void {
    check(this.#state === "open", () => {
      return new AdkError("FILE_CLOSED", `The file was ${this.#state} already.`, {
        kind: "environment",
        file: this.path,
      });
    });
  }
}

async function refuseExisting(path: string, overwrite: boolean): Promise<void> {
  const info = await lstat(path).catch((error: unknown) => {
    if (isCode(error, "ENOENT")) return undefined;
    throw error;
  });
  if (info === undefined) return;
  check(!info.isDirectory(), () => {
    return new AdkError("IS_A_DIRECTORY", "A file was expected here, this is a directory.", { file: path });
  });
  check(overwrite, () => {
    return new AdkError("ALREADY_EXISTS", "The file exists already.", {
      kind: "environment",
      file: path,
      hint: "Nothing is overwritten without --force.",
    });
  });
}

/** Makes renames in a directory last; hosts that cannot sync a directory (Windows) keep them in their journal. */
export async function syncDirectory(directory: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(directory, "r");
    await handle.sync();
  } catch {
    // The file is complete and in its place either way.
  } finally {
    await handle?.close();
  }
}

function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && "code" in error && typeof error.code === "string" && codes.includes(error.code);
}
