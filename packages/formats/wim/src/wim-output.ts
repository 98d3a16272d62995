import { type FileHandle, open } from "node:fs/promises";
import {
  AdkError,
  AtomicFile,
  fromSystemError,
  type LongOperation,
  type RandomAccess,
  throwIfCancelled,
} from "@adk/core";

/**
 * Where a WIM file is written: a new file, which appears under its name when it is complete, or the end of an existing one,
 * whose header is replaced last. Either way a failure at any moment leaves what was there before.
 */
export interface WimOutput {
  /** Where the next bytes go. */
  position: number;
  write(bytes: Uint8Array): Promise<void>;
  /** Replaces bytes that were written since the start. */
  writeAt(bytes: Uint8Array, offset: number): Promise<void>;
  /** Reads back exactly `length` bytes. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Ends the file at `position`, writes the header and makes the result permanent. */
  commit(header: Uint8Array): Promise<void>;
  discard(): Promise<void>;
}

/** @throws AdkError `ALREADY_EXISTS` unless `overwrite` */
export async function createOutput(path: string, overwrite: boolean): Promise<WimOutput> {
  return fileOutput(await AtomicFile.create(path, { overwrite }));
}

/** The output into a new file, for who commits or discards that file. */
export function fileOutput(file: AtomicFile): WimOutput {
  const output: WimOutput = {
    position: 0,
    async write(bytes) {
      await file.writeAt(bytes, output.position);
      output.position += bytes.length;
    },
    writeAt: (bytes, offset) => file.writeAt(bytes, offset),
    read: (offset, length) => file.readAt(offset, length),
    async commit(header) {
      await file.writeAt(header, 0);
      await file.truncate(output.position);
      await file.commit();
    },
    discard: () => file.discard(),
  };
  return output;
}

/** Writes behind what an existing file holds. Its old tables stay valid until the header is replaced. */
export async function appendOutput(path: string): Promise<WimOutput> {
  const handle = await openForUpdate(path);
  const { size } = await handle.stat();
  let oldHeader: Uint8Array | undefined;
  const output: WimOutput = {
    position: size,
    async write(bytes) {
      await writeFully(handle, bytes, output.position, path);
      output.position += bytes.length;
    },
    writeAt: (bytes, offset) => writeFully(handle, bytes, offset, path),
    read: (offset, length) => readFully(handle, offset, length, path),
    async commit(header) {
      try {
        await handle.truncate(output.position);
        // What the new header refers to must be on the disk before it is.
        await handle.sync();
        oldHeader = await readFully(handle, 0, header.length, path);
        await writeFully(handle, header, 0, path);
        await handle.sync();
      } catch (error) {
        await output.discard();
        throw fromSystemError(error, path);
      }
      await handle.close();
    },
    async discard() {
      try {
        if (oldHeader) await writeFully(handle, oldHeader, 0, path);
        await handle.truncate(size);
      } finally {
        await handle.close();
      }
    },
  };
  return output;
}

/** Copies bytes of a source to where the output is. */
export async function copyBytes(
  output: WimOutput,
  source: RandomAccess,
  offset: number,
  length: number,
  operation?: LongOperation,
): Promise<void> {
  const pieceBytes = 1 << 20;
  for (let done = 0; done < length; done += pieceBytes) {
    throwIfCancelled(operation);
    await output.write(await source.read(offset + done, Math.min(pieceBytes, length - done)));
  }
}

async function openForUpdate(path: string): Promise<FileHandle> {
  try {
    return await open(path, "r+");
  } catch (error) {
    throw fromSystemError(error, path);
  }
}

async function writeFully(handle: FileHandle, bytes: Uint8Array, offset: number, path: string): Promise<void> {
  try {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, offset + done);
      done += bytesWritten;
    }
  } catch (error) {
    throw fromSystemError(error, path);
  }
}

async function readFully(handle: FileHandle, offset: number, length: number, path: string): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  try {
    for (let done = 0; done < length; ) {
      const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
      if (bytesRead === 0) throw new AdkError("UNEXPECTED_END", "The file became shorter.", { file: path, offset });
      done += bytesRead;
    }
  } catch (error) {
    throw fromSystemError(error, path);
  }
  return bytes;
}
