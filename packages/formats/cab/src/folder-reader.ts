import { AdkError, ByteReader, check, type LongOperation, type RandomAccess, throwIfCancelled } from "@adk/core";
import { type BlockDecoder, createBlockDecoder } from "./block-decoder.ts";
import type { BlockRun, CabFile, CabFolder } from "./cabinet-set.ts";
import { BLOCK_HEADER_SIZE, BLOCK_SIZE, type BlockHeader, blockChecksum, parseBlockHeader } from "./data-block.ts";

/** Bytes that are read at once. */
const READ_AHEAD = 1 << 18;
/** Files that hold the same data, at once. Makers write none that do. */
const MOST_OVERLAPPING = 64;

/** A piece of a file's data, in order; the bytes hold until the next piece. */
export interface FilePiece {
  readonly file: CabFile;
  readonly bytes: Uint8Array;
  /** First and last piece; an empty file has one that is both. */
  readonly first: boolean;
  readonly last: boolean;
}

/**
 * Reads files of one folder, which has to be decompressed from its start up to the last one.
 *
 * @param files of this folder, in any order
 * @throws AdkError `CAB_MISSING`, `CAB_BAD_CHECKSUM`, `CAB_BAD_BLOCK`, `CAB_FILE_OUTSIDE`, `CAB_FILES_OVERLAP`,
 *   `COMPRESSION_BAD_DATA`, `UNEXPECTED_END`, and those of `createBlockDecoder`; the pieces before are good
 */
export async function* readFiles(
  folder: CabFolder,
  files: readonly CabFile[],
  operation?: LongOperation,
): AsyncGenerator<FilePiece> {
  const waiting = [...files].sort((a, b) => b.offset - a.offset);
  let active: CabFile[] = [];
  const emptyOnes = waiting.filter(({ size }) => size === 0);
  for (const file of emptyOnes) yield { file, bytes: new Uint8Array(0), first: true, last: true };
  if (emptyOnes.length === waiting.length) return;

  let start = 0;
  for await (const bytes of readBlocks(folder)) {
    throwIfCancelled(operation);
    const end = start + bytes.length;
    for (let next = waiting.at(-1); next && next.offset < end; next = waiting.at(-1)) {
      waiting.pop();
      if (next.size > 0) active.push(next);
    }
    const goOn = active.filter(({ offset, size }) => offset + size > end);
    check(goOn.length <= MOST_OVERLAPPING, () => {
      return badFolder(folder, "CAB_FILES_OVERLAP", "Too many files claim to have the same data.");
    });
    for (const file of active) {
      const fileEnd = file.offset + file.size;
      const piece = bytes.subarray(Math.max(0, file.offset - start), Math.min(end, fileEnd) - start);
      yield { file, bytes: piece, first: file.offset >= start, last: fileEnd <= end };
    }
    active = goOn;
    if (active.length === 0 && waiting.every(({ size }) => size === 0)) return;
    start = end;
  }
  const { name } = active[0] ?? waiting.find(({ size }) => size > 0) ?? { name: "" };
  throw folder.endMissing
    ? badFolder(folder, "CAB_MISSING", `The next cabinet of the set is needed for ${JSON.stringify(name)}.`)
    : badFolder(folder, "CAB_FILE_OUTSIDE", `The folder ends before its file ${JSON.stringify(name)} does.`);
}

/**
 * Decompresses a folder block by block and checks the checksums; each block holds until the next one.
 *
 * @param onBadChecksum told of a block whose checksum is wrong, which is then used all the same; without it that is an error
 */
export async function* readBlocks(
  folder: CabFolder,
  onBadChecksum?: (error: AdkError) => void,
): AsyncGenerator<Uint8Array> {
  if (folder.startMissing) {
    throw badFolder(folder, "CAB_MISSING", "The folder begins in a cabinet of the set that is not there.");
  }
  const decode = createBlockDecoder(folder);
  /** The first part of a block that the end of a cabinet divides. */
  let part = new Uint8Array(0);
  for (const [i, run] of folder.runs.entries()) {
    const { access } = run.cabinet;
    for await (const { header, offset, stored, checksum } of readStored(run)) {
      const where = { file: access.name, offset };
      if (header.checksum !== 0 && checksum !== header.checksum) {
        const error = new AdkError("CAB_BAD_CHECKSUM", "A data block does not have the checksum that it should.", {
          ...where,
          expected: hex(header.checksum),
          found: hex(checksum),
        });
        if (!onBadChecksum) throw error;
        onBadChecksum(error);
      }
      const whole = part.length > 0 ? Buffer.concat([part, stored]) : stored;
      if (header.size === 0) {
        const isDivided = whole.length < 1 << 16 && (i + 1 < folder.runs.length || folder.endMissing);
        check(isDivided, () => new AdkError("CAB_BAD_BLOCK", "A data block is empty.", where));
        part = Uint8Array.from(whole);
        continue;
      }
      check(header.size <= BLOCK_SIZE, () => {
        const details = { ...where, expected: `at most ${BLOCK_SIZE}`, found: header.size };
        return new AdkError("CAB_BAD_BLOCK", "A data block is larger than blocks are.", details);
      });
      part = new Uint8Array(0);
      yield decodeAt(decode, whole, header.size, where);
    }
  }
}

function decodeAt(decode: BlockDecoder, stored: Uint8Array, size: number, where: { file: string; offset: number }) {
  try {
    return decode(stored, size);
  } catch (error) {
    throw error instanceof AdkError ? error.at(where) : error;
  }
}

interface StoredBlock {
  readonly header: BlockHeader;
  /** Of the block, in the cabinet's file. */
  readonly offset: number;
  readonly stored: Uint8Array;
  /** What it should be, computed. */
  readonly checksum: number;
}

async function* readStored({ cabinet, offset, count }: BlockRun): AsyncGenerator<StoredBlock> {
  const source = new SequentialReader(cabinet.access, offset);
  const headerSize = BLOCK_HEADER_SIZE + cabinet.header.reserve.dataBytes;
  for (let i = 0; i < count; i++) {
    const at = source.offset;
    const header = parseBlockHeader(new ByteReader(await source.peek(headerSize)));
    const block = await source.peek(headerSize + header.storedSize);
    source.offset += block.length;
    const checksum = header.checksum === 0 ? 0 : blockChecksum(block.subarray(4), headerSize - 4);
    yield { header, offset: at, stored: block.subarray(headerSize), checksum };
  }
}

/** Reads ahead, so that small blocks cost no read each. */
class SequentialReader {
  readonly #access: RandomAccess;
  #buffer = new Uint8Array(0);
  #bufferOffset = 0;
  offset: number;

  constructor(access: RandomAccess, offset: number) {
    this.#access = access;
    this.offset = offset;
  }

  /** The next bytes; they hold until the next call. @throws AdkError `UNEXPECTED_END` */
  async peek(length: number): Promise<Uint8Array> {
    const end = this.#bufferOffset + this.#buffer.length;
    if (this.offset < this.#bufferOffset || this.offset + length > end) {
      const ahead = Math.min(READ_AHEAD, this.#access.size - this.offset);
      this.#buffer = Uint8Array.from(await this.#access.read(this.offset, Math.max(length, ahead)));
      this.#bufferOffset = this.offset;
    }
    const start = this.offset - this.#bufferOffset;
    return this.#buffer.subarray(start, start + length);
  }
}

function badFolder({ runs }: CabFolder, code: string, message: string): AdkError {
  return new AdkError(code, message, { file: runs[0]?.cabinet.access.name, offset: runs[0]?.offset });
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, "0")}`;
}
