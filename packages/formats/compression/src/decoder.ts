import { AdkError, alignUp, check } from "@adk/core";
import { badData } from "./bad-data.ts";
import { checkChunkSize, lzxWindowOrder } from "./chunk-size.ts";
import { createEngine, type Engine, type EngineName } from "./engine.ts";
import { DYNAMIC_START, INPUT_SLACK, MATCH_SLACK } from "./kernel/layout.ts";
import { BAD_BLOCK, BAD_CODE, BAD_MATCH, INPUT_ENDS } from "./kernel/status.ts";

/** The compression formats of Windows images: Xpress Huffman ([MS-XCA] 2.2), LZX as WIM files use it, and LZMS. */
export type CompressionFormat = "xpress" | "lzx" | "lzms";

export interface Decoder {
  readonly format: CompressionFormat;
  /**
   * Decompresses one chunk.
   *
   * @param input the whole compressed chunk
   * @param output gets the chunk: its length, at most `maxChunkSize`, is what the chunk must decompress to. After an error it
   *   is unchanged.
   * @throws AdkError `COMPRESSION_BAD_DATA`, `CHUNK_TOO_LARGE`, `OUT_OF_MEMORY`
   */
  decode(input: Uint8Array, output: Uint8Array): void;
  /**
   * The same without a copy, for those who only look at the result.
   *
   * @param size bytes that the chunk must decompress to
   * @returns a view into the decoder's memory, which holds until the next call of this decoder; with the `javascript` engine,
   *   of any decoder or encoder of the thread. It must not be transferred.
   */
  decodeView(input: Uint8Array, size: number): Uint8Array;
  /**
   * The same for several chunks that are looked at together: makes room for them in the decoder's memory. `decodeAt` then
   * puts each in its place.
   *
   * @param size bytes of all of them
   */
  reserve(size: number): void;
  /** Decompresses a chunk to `offset` of the room. One that is as long as what it stands for is taken as it is. */
  decodeAt(offset: number, input: Uint8Array, size: number): void;
  /** The first `size` bytes of the room: a view as that of `decodeView`. */
  view(size: number): Uint8Array;
}

export interface DecoderOptions {
  /** `wasm` if not given. */
  engine?: EngineName | undefined;
}

/** The largest chunk of each format, in bytes. */
const MAX_CHUNK: Record<CompressionFormat, number> = { xpress: 2 ** 16, lzx: 2 ** 21, lzms: 2 ** 30 };

/** Compressed chunks are smaller than what they decompress to, with room for formats that do not store incompressible ones. */
const MOST_GROWTH = 2 ** 16;

/** Addresses are signed 32-bit numbers in the kernels. */
const MOST_MEMORY = 2 ** 31 - 2 ** 16;

/** What a status of a kernel means. */
export const REASONS: Record<number, string> = {
  [BAD_CODE]: "codeword lengths that make no prefix code",
  [BAD_MATCH]: "a match that reaches before the start or past the end of the chunk",
  [BAD_BLOCK]: "a block of unknown type or impossible size",
  [INPUT_ENDS]: "an end of the data inside the chunk",
};

type Kernel = (input: number, inputSize: number, output: number, size: number) => number;

function kernelOf(format: CompressionFormat, { kernels }: Engine, maxChunkSize: number): Kernel {
  if (format === "xpress") return kernels.xpressDecode;
  if (format === "lzms") return kernels.lzmsDecode;
  const windowOrder = lzxWindowOrder(maxChunkSize);
  return (input, inputSize, output, size) => kernels.lzxDecode(input, inputSize, output, size, windowOrder);
}

/**
 * A decoder for chunks of up to `maxChunkSize` bytes. Its memory grows with the chunks that it meets, to the size of one
 * chunk and of its compressed data.
 *
 * @param maxChunkSize the chunk size of the file. For LZX it also decides how offsets are coded, so it must be the one that
 *   the encoder used. At most 2^16 for XPRESS, 2^21 for LZX, 2^30 for LZMS.
 * @throws AdkError `CHUNK_SIZE_UNSUPPORTED`
 */
export function createDecoder(format: CompressionFormat, maxChunkSize: number, options: DecoderOptions = {}): Decoder {
  checkChunkSize(format, maxChunkSize, MAX_CHUNK[format]);
  const engine = createEngine(options.engine ?? "wasm");
  const kernel = kernelOf(format, engine, maxChunkSize);

  let room = 0;

  function reserve(size: number): void {
    check(Number.isInteger(size) && size >= 0 && size <= MOST_MEMORY - DYNAMIC_START, () => {
      return tooLarge(size, MOST_MEMORY - DYNAMIC_START);
    });
    room = size;
  }

  /** Leaves the chunk at `DYNAMIC_START + offset`. The input lies behind the room. */
  function run(offset: number, input: Uint8Array, size: number): void {
    check(input.length <= size + MOST_GROWTH, () => tooLarge(input.length, size + MOST_GROWTH));
    const inputStart = alignUp(DYNAMIC_START + room + MATCH_SLACK, 16) + INPUT_SLACK;
    const memorySize = inputStart + input.length + INPUT_SLACK;
    check(memorySize <= MOST_MEMORY, () => tooLarge(room + input.length, MOST_MEMORY - DYNAMIC_START));
    engine.reserve(memorySize);
    if (size === 0) return;
    engine.bytes.set(input, inputStart);
    const status = kernel(inputStart, input.length, DYNAMIC_START + offset, size);
    if (status !== 0) {
      const expected = `${input.length} bytes that decompress to ${size} bytes`;
      throw badData(format.toUpperCase(), expected, REASONS[status] ?? `status ${status}`);
    }
  }

  function runOne(input: Uint8Array, size: number): void {
    check(Number.isInteger(size) && size >= 0 && size <= maxChunkSize, () => tooLarge(size, maxChunkSize));
    reserve(size);
    run(0, input, size);
  }

  return {
    format,
    decode(input, output) {
      runOne(input, output.length);
      output.set(engine.bytes.subarray(DYNAMIC_START, DYNAMIC_START + output.length));
    },
    decodeView(input, size) {
      runOne(input, size);
      return engine.bytes.subarray(DYNAMIC_START, DYNAMIC_START + size);
    },
    reserve,
    decodeAt(offset, input, size) {
      check(size <= maxChunkSize && offset >= 0 && offset + size <= room, () => tooLarge(size, maxChunkSize));
      if (input.length !== size) return run(offset, input, size);
      engine.reserve(DYNAMIC_START + room);
      engine.bytes.set(input, DYNAMIC_START + offset);
    },
    view: (size) => engine.bytes.subarray(DYNAMIC_START, DYNAMIC_START + Math.min(size, room)),
  };
}

function tooLarge(found: number, most: number): AdkError {
  return new AdkError("CHUNK_TOO_LARGE", "The chunk is longer than it can be in this file.", {
    expected: `at most ${most} bytes`,
    found,
    hint: "The file is damaged, or its chunk size is not the one that the decoder was made for.",
  });
}
