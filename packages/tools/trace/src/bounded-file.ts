import { type FileHandle, open } from "node:fs/promises";
import { AdkError, fromSystemError, type LongOperation, throwIfCancelled } from "@adk/core";

/** A file that takes no more than so many bytes: what a container unpacks to is not known before. */
export class BoundedFile implements AsyncDisposable {
  size = 0;
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #most: number;

  private constructor(path: string, handle: FileHandle, most: number) {
    this.#path = path;
    this.#handle = handle;
    this.#most = most;
  }

  static async create(path: string, most: number): Promise<BoundedFile> {
    try {
      return new BoundedFile(path, await open(path, "wx"), most);
    } catch (error) {
      throw fromSystemError(error, path);
    }
  }

  /** @throws AdkError `LIMIT_EXCEEDED`, `DISK_FULL` */
  async write(bytes: Uint8Array): Promise<void> {
    this.size += bytes.length;
    if (this.size > this.#most) throw unpacksTooLarge(this.#path, this.#most);
    try {
      await this.#handle.writeFile(bytes);
    } catch (error) {
      throw fromSystemError(error, this.#path);
    }
  }

  async writeAll(pieces: AsyncIterable<Uint8Array>, operation: LongOperation): Promise<void> {
    for await (const piece of pieces) {
      throwIfCancelled(operation);
      await this.write(piece);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }
}

export function unpacksTooLarge(file: string, most: number): AdkError {
  return new AdkError("LIMIT_EXCEEDED", "The container unpacks to more than any trace that fits into it.", {
    file,
    expected: `at most ${most} bytes`,
  });
}
