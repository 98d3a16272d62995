import { readSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { AdkError, fromSystemError } from "./errors.ts";

/** A source of bytes that is read anywhere. Memory stays bounded by what a caller asks for. */
export interface RandomAccess {
  /** What errors call it: usually the file's path. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** The path of a file of the host that holds exactly these bytes, if there is one. */
  readonly path?: string | undefined;
  /** Descriptor of that file, for threads of this process that read by themselves while this is open. */
  readonly descriptor?: number | undefined;
  /**
   * Reads exactly `length` bytes.
   *
   * @param into where to put them; it must hold `length` bytes. Without it the result may be a view that must not be changed.
   * @throws AdkError `UNEXPECTED_END` if the range lies outside
   */
  read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** @throws AdkError `UNEXPECTED_END` if a range lies outside */
export function checkRange(access: Pick<RandomAccess, "name" | "size">, offset: number, length: number): void {
  if (!(offset >= 0 && length >= 0 && offset + length <= access.size)) {
    throw new AdkError("UNEXPECTED_END", "The data ends before a structure that it refers to.", {
      file: access.name,
      offset,
      expected: `${length} bytes`,
      found: `${Math.max(0, access.size - offset)} bytes`,
    });
  }
}

export class MemoryAccess implements RandomAccess {
  readonly name: string;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, name = "memory") {
    this.#bytes = bytes;
    this.name = name;
  }

  get size(): number {
    return this.#bytes.length;
  }

  async read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array> {
    checkRange(this, offset, length);
    const view = this.#bytes.subarray(offset, offset + length);
    if (!into) return view;
    into.set(view);
    return into.subarray(0, length);
  }

  async close(): Promise<void> {}
}

/** Bytes from which on a read lets signals and timers have their turn first. */
const LONG_READ = 1 << 18;

export class FileAccess implements RandomAccess {
  readonly name: string;
  readonly path: string;
  readonly size: number;
  readonly #handle: FileHandle;

  private constructor(path: string, size: number, handle: FileHandle) {
    this.name = path;
    this.path = path;
    this.size = size;
    this.#handle = handle;
  }

  /** @throws AdkError `FILE_NOT_FOUND`, `IS_A_DIRECTORY`, `ACCESS_DENIED` ... */
  static async open(path: string): Promise<FileAccess> {
    let handle: FileHandle | undefined;
    try {
      handle = await open(path, "r");
      const info = await handle.stat();
      if (info.isDirectory())
        throw new AdkError("IS_A_DIRECTORY", "A file was expected here, this is a directory.", { file: path });
      return new FileAccess(path, info.size, handle);
    } catch (error) {
      await handle?.close();
      throw fromSystemError(error, path);
    }
  }

  get descriptor(): number {
    return this.#handle.fd;
  }

  async read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array> {
    checkRange(this, offset, length);
    // Unfilled memory: every byte is read before the view is given out.
    const target = into ?? new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
    if (length >= LONG_READ) await setImmediate();
    let done = 0;
    while (done < length) {
      const bytesRead = this.#readSync(target, done, length - done, offset + done);
      if (bytesRead === 0) {
        throw new AdkError("UNEXPECTED_END", "The file became shorter while it was read.", {
          file: this.name,
          offset: offset + done,
        });
      }
      done += bytesRead;
    }
    return target.length === length ? target : target.subarray(0, length);
  }

  /** Waiting for the system here is far quicker than waiting for a thread that does. */
  #readSync(target: Uint8Array, at: number, length: number, offset: number): number {
    try {
      return readSync(this.#handle.fd, target, at, length, offset);
    } catch (error) {
      throw fromSystemError(error, this.name);
    }
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

/** A range of another source; closing it leaves the other open. */
export class RangeAccess implements RandomAccess {
  readonly name: string;
  readonly size: number;
  readonly #inner: RandomAccess;
  readonly #start: number;

  constructor(inner: RandomAccess, start: number, size: number, name = inner.name) {
    checkRange(inner, start, size);
    this.#inner = inner;
    this.#start = start;
    this.size = size;
    this.name = name;
  }

  async read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array> {
    checkRange(this, offset, length);
    return this.#inner.read(this.#start + offset, length, into);
  }

  async close(): Promise<void> {}
}

/** Reads a source from its start to its end in pieces, so that memory stays at one piece. */
export async function* readPieces(access: RandomAccess, pieceBytes = 1 << 20): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < access.size; offset += pieceBytes) {
    yield await access.read(offset, Math.min(pieceBytes, access.size - offset));
  }
}
