import { unlink } from "node:fs/promises";
import { type AdkError, type LongOperation, limitExceeded, ProgressCounter, throwIfCancelled } from "@adk/core";
import type { BlobDecoder, BlobPiece } from "./blob-decoder.ts";
import type { Blob } from "./blobs.ts";
import { createFiles, type OutputFile, OutputFileWriter } from "./output-file.ts";
import type { WimFile } from "./wim-file.ts";

/** The files of an extraction: by their data, so that each blob is decoded once however many files have it. */
export class ExtractedFiles {
  /** Files that were written, and their bytes. */
  readonly counts = { files: 0, bytes: 0 };
  readonly #file: WimFile;
  readonly #filesOf = new Map<Blob, OutputFile[]>();
  readonly #empty: OutputFile[] = [];
  /** Paths of the files that were created, for `undo`. */
  readonly #created: string[] = [];
  readonly #failed = new Set<OutputFile>();
  /** Blobs that come in pieces, and the files that get them. */
  readonly #open = new Map<Blob, OutputFileWriter[]>();

  constructor(file: WimFile) {
    this.#file = file;
  }

  /** @param blob its data; undefined for an empty file */
  add(output: OutputFile, blob: Blob | undefined): void {
    if (!blob) {
      this.#empty.push(output);
      return;
    }
    const files = this.#filesOf.get(blob);
    if (files) files.push(output);
    else this.#filesOf.set(blob, [output]);
  }

  /** Whether the data of a file was damaged, so that it was not written. */
  hasFailed(output: OutputFile): boolean {
    return this.#failed.has(output);
  }

  /** Notes something else that `undo` removes. */
  noteCreated(path: string): void {
    this.#created.push(path);
  }

  /**
   * Creates the files.
   *
   * @param onFailed told of each that has damaged data and is left out
   * @throws AdkError `LIMIT_EXCEEDED`, `ALREADY_EXISTS`, `DISK_FULL` ...
   */
  async write(
    decoder: BlobDecoder,
    operation: LongOperation,
    onFailed: (path: string, error: AdkError) => void,
  ): Promise<void> {
    const blobs = [...this.#filesOf.keys()];
    const total = blobs.reduce((sum, blob) => sum + blob.size, 0);
    this.#checkOutputBytes();
    const progress = new ProgressCounter(operation, "extract", "bytes", total);
    for (const output of this.#empty) {
      throwIfCancelled(operation);
      createFiles([output], new Uint8Array(0));
      this.#noteWritten([output], 0);
    }
    try {
      const request = {
        wantData: false,
        filesOf: (blob: Blob) => this.#filesOf.get(blob) ?? [],
        onCreated: (blob: Blob) => this.#noteWritten(this.#filesOf.get(blob) ?? [], blob.size),
      };
      for await (const piece of decoder.decode(blobs, request)) {
        progress.add(piece.last ? piece.blob.size : 0);
        if (piece.error) this.#fail(piece.blob, piece.error, onFailed);
        else if (piece.bytes) this.#takePiece(piece, piece.bytes);
      }
    } finally {
      for (const writers of this.#open.values()) for (const writer of writers) writer.discard();
    }
  }

  /** Removes what was created. */
  async undo(): Promise<void> {
    for (const path of this.#created) await unlink(path).catch(() => {});
  }

  /** A small file may hold much that is the same: hold the user's disk to the limit. */
  #checkOutputBytes(): void {
    const { limits, access } = this.#file;
    let bytes = 0;
    for (const [{ size }, files] of this.#filesOf) bytes += size * files.length;
    if (bytes > limits.outputBytes) throw limitExceeded("outputBytes", bytes, limits, { file: access.name });
  }

  #fail(blob: Blob, error: AdkError, onFailed: (path: string, error: AdkError) => void): void {
    for (const writer of this.#open.get(blob) ?? []) writer.discard();
    this.#open.delete(blob);
    for (const output of this.#filesOf.get(blob) ?? []) {
      this.#failed.add(output);
      onFailed(output.path, error);
    }
  }

  /** Writes what the worker did not: blobs that several workers decode. */
  #takePiece({ blob, last }: BlobPiece, bytes: Uint8Array): void {
    const files = this.#filesOf.get(blob) ?? [];
    let writers = this.#open.get(blob);
    if (!writers) {
      writers = [];
      this.#open.set(blob, writers);
      for (const file of files) writers.push(OutputFileWriter.create(file));
    }
    for (const writer of writers) writer.write(bytes);
    if (!last) return;
    for (const [i, writer] of writers.entries()) {
      writer.finish();
      this.#noteWritten(files.slice(i, i + 1), blob.size);
    }
    this.#open.delete(blob);
  }

  #noteWritten(files: readonly OutputFile[], size: number): void {
    for (const { path } of files) this.#created.push(path);
    this.counts.files += files.length;
    this.counts.bytes += files.length * size;
  }
}
