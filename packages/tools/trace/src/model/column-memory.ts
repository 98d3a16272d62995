import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromSystemError } from "@adk/core";
import { ColumnFile } from "./column-file.ts";
import type { ColumnShape, Columns } from "./column-kinds.ts";
import type { EventColumns } from "./event-columns.ts";

/** Bytes that the columns of an analysis take before they go to a file. */
const DEFAULT_COLUMN_MEMORY = 512 * 2 ** 20;

/** Rows of a chunk: 65,536, and fewer where the memory is small, so that a chunk is a small part of it. */
const MOST_CHUNK_BITS = 16;
const LEAST_CHUNK_BITS = 5;
const CHUNKS_IN_MEMORY = 8192;
/** The share of the memory that is for chunks that were read back, and how many there are at least. */
const LOADED_SHARE = 1 / 4;
const LEAST_LOADED = 4;

// biome-ignore lint/suspicious/noExplicitAny: of whatever columns
type AnyStore = EventColumns<any>;

interface Loaded {
  readonly store: AnyStore;
  readonly index: number;
  readonly columns: Columns<ColumnShape>;
}

/**
 * What the columns of an analysis may take together. Above it the chunks that have been full for longest go to temporary Parquet files,
 * one a store.
 */
export class ColumnMemory implements Disposable {
  /** Rows of a chunk, as a power of two. */
  readonly chunkBits: number;
  readonly #most: number;
  readonly #mostLoaded: number;
  #used = 0;
  /** Chunks that may be spilled, that which was full first in front. */
  #full: { readonly store: AnyStore; readonly index: number }[] = [];
  /** Read back; the one that was asked for last is the last. */
  #loaded: Loaded[] = [];
  #loadedBytes = 0;
  readonly #files: ColumnFile<ColumnShape>[] = [];
  /** Directories that could not be removed yet. */
  readonly #left: string[] = [];

  /** @param most bytes */
  constructor(most: number = DEFAULT_COLUMN_MEMORY) {
    const bits = Math.floor(Math.log2(Math.max(1, most / CHUNKS_IN_MEMORY)));
    this.chunkBits = Math.max(LEAST_CHUNK_BITS, Math.min(MOST_CHUNK_BITS, bits));
    this.#mostLoaded = most * LOADED_SHARE;
    this.#most = most - this.#mostLoaded;
  }

  /** How many are or were in files. */
  spilledChunks = 0;

  /** Told by stores when they grow. */
  took(bytes: number): void {
    this.#used += bytes;
  }

  /** Told by stores that forget their rows. */
  gave(store: AnyStore, bytes: number): void {
    this.#used -= bytes;
    this.forget(store);
    this.#full = this.#full.filter((each) => each.store !== store);
  }

  /** Told by stores when a chunk is full, which is then theirs to be spilled. @throws AdkError `DISK_FULL` ... */
  filled(store: AnyStore, index: number): void {
    this.#full.push({ store, index });
    while (this.#used > this.#most) {
      const next = this.#full.shift();
      if (!next) return;
      next.store.spill(next.index);
      this.spilledChunks++;
      this.#used -= next.store.chunkBytes;
    }
  }

  /** A chunk that was spilled. */
  load<Shape extends ColumnShape>(store: EventColumns<Shape>, index: number): Columns<Shape> {
    const known = this.#find(store, index);
    if (known >= 0) {
      const [found] = this.#loaded.splice(known, 1) as [Loaded];
      this.#loaded.push(found);
      return found.columns as Columns<Shape>;
    }
    const columns = store.read(index);
    this.#loaded.push({ store, index, columns });
    this.#loadedBytes += store.chunkBytes;
    while (this.#loadedBytes > this.#mostLoaded && this.#loaded.length > LEAST_LOADED) {
      const [oldest] = this.#loaded.splice(0, 1) as [Loaded];
      this.#loadedBytes -= oldest.store.chunkBytes;
    }
    return columns;
  }

  /** A chunk that was read back; undefined if it was not, or is no longer kept. */
  loaded<Shape extends ColumnShape>(store: EventColumns<Shape>, index: number): Columns<Shape> | undefined {
    return this.#loaded[this.#find(store, index)]?.columns as Columns<Shape> | undefined;
  }

  /** Drops what was read back of a store: it was changed. */
  forget(store: AnyStore): void {
    this.#loaded = this.#loaded.filter((each) => each.store !== store);
    this.#loadedBytes = this.#loaded.reduce((sum, each) => sum + each.store.chunkBytes, 0);
  }

  /** @param rows of a chunk */
  newFile<Shape extends ColumnShape>(shape: Shape, rows: number): ColumnFile<Shape> {
    let directory: string;
    try {
      directory = mkdtempSync(join(tmpdir(), "adk-trace-"));
    } catch (error) {
      throw fromSystemError(error, tmpdir());
    }
    try {
      const file = ColumnFile.create(join(directory, "columns.parquet"), shape, rows);
      this.#files.push(file as unknown as ColumnFile<ColumnShape>);
      return file;
    } finally {
      this.#remove(directory);
    }
  }

  [Symbol.dispose](): void {
    for (const file of this.#files.splice(0)) file.close();
    for (const directory of this.#left.splice(0)) rmSync(directory, { recursive: true, force: true });
  }

  /** A file lives on without its name as long as it is open, and is gone then, also where the process is killed. */
  #remove(directory: string): void {
    try {
      rmSync(directory, { recursive: true, force: true });
    } catch {
      // There are file systems that keep the name of an open file.
      if (this.#left.push(directory) === 1) process.once("exit", () => this[Symbol.dispose]());
    }
  }

  #find(store: AnyStore, index: number): number {
    for (let i = this.#loaded.length - 1; i >= 0; i--) {
      const each = this.#loaded[i] as Loaded;
      if (each.index === index && each.store === store) return i;
    }
    return -1;
  }
}
