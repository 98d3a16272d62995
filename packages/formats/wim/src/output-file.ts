import { closeSync, futimesSync, openSync, renameSync, unlinkSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { fromSystemError, randomGuid } from "@adk/core";

/** A file to extract to. The directories above it have been made and checked. */
export interface OutputFile {
  readonly path: string;
  /** Last write, seconds since 1970. */
  readonly time: number;
  /** Whether a file that is there is replaced; otherwise it is an error. */
  readonly replace: boolean;
}

/**
 * Creates a file: whole, or not at all. One that is replaced is there until the new one is complete, and is never written
 * through, as it may be a link that leads elsewhere.
 */
export class OutputFileWriter {
  readonly #file: OutputFile;
  readonly #path: string;
  #descriptor: number;
  #state: "open" | "finished" | "discarded" = "open";

  private constructor(file: OutputFile, path: string, descriptor: number) {
    this.#file = file;
    this.#path = path;
    this.#descriptor = descriptor;
  }

  /** @throws AdkError `ALREADY_EXISTS`, `DISK_FULL`, `ACCESS_DENIED` ... */
  static create(file: OutputFile): OutputFileWriter {
    const path = file.replace ? join(dirname(file.path), `.adk-${randomGuid()}.part`) : file.path;
    try {
      return new OutputFileWriter(file, path, openSync(path, "wx"));
    } catch (error) {
      throw fromSystemError(error, file.path);
    }
  }

  write(bytes: Uint8Array): void {
    this.#guard(() => {
      for (let done = 0; done < bytes.length; ) done += writeSync(this.#descriptor, bytes, done);
    });
  }

  finish(): void {
    this.#guard(() => {
      futimesSync(this.#descriptor, this.#file.time, this.#file.time);
      this.#close();
      if (this.#file.replace) renameSync(this.#path, this.#file.path);
    });
    this.#state = "finished";
  }

  /** Removes what was written; nothing after `finish`. */
  discard(): void {
    if (this.#state !== "open") return;
    this.#state = "discarded";
    this.#close();
    unlinkSync(this.#path);
  }

  /** Removes the file, finished or not; one that was replaced by then stays replaced. */
  undo(): void {
    this.discard();
    if (this.#state === "finished" && !this.#file.replace) unlinkSync(this.#path);
  }

  #close(): void {
    if (this.#descriptor >= 0) closeSync(this.#descriptor);
    this.#descriptor = -1;
  }

  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.discard();
      throw fromSystemError(error, this.#file.path);
    }
  }
}

/** Creates files with the same bytes: all of them, or none where one fails. One that was replaced by then stays replaced. */
export function createFiles(files: readonly OutputFile[], bytes: Uint8Array): void {
  const writers: OutputFileWriter[] = [];
  try {
    for (const file of files) {
      const writer = OutputFileWriter.create(file);
      writers.push(writer);
      writer.write(bytes);
      writer.finish();
    }
  } catch (error) {
    for (const writer of writers) writer.undo();
    throw error;
  }
}
