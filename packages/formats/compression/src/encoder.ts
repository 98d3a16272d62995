import { AdkError, alignUp, check } from "@adk/core";
import { checkChunkSize, lzxWindowOrder } from "./chunk-size.ts";
import { createEngine, type Engine, type EngineName } from "./engine.ts";
import { ENCODE_DYNAMIC_START, INPUT_SLACK } from "./kernel/layout.ts";

/** How much time to spend for how small an output. */
export type CompressionLevel = "fast" | "default" | "max";

/** Formats that can be written. */
export type EncoderFormat = "xpress" | "lzx" | "lzms";

export interface Encoder {
  readonly format: EncoderFormat;
  /**
   * Compresses one chunk, which stands for itself: the result depends on these bytes only.
   *
   * @param input at most `maxChunkSize` bytes; it is not changed
   * @returns bytes written to `output`; 0 where they would not be fewer than the input, or do not fit into `output`: such a
   *   chunk is stored as it is. What `output` then holds is not defined.
   * @throws AdkError `CHUNK_TOO_LARGE`
   */
  encode(input: Uint8Array, output: Uint8Array): number;
}

export interface EncoderOptions {
  /** `default` if not given. */
  level?: CompressionLevel | undefined;
  /** `wasm` if not given. */
  engine?: EngineName | undefined;
}

/** Addresses in the kernels' memory of one encoder. */
interface Regions {
  input: number;
  output: number;
  workspace: number;
}

/** A format at a level. */
interface Codec {
  /** Bits are written without a check, and no coding of a chunk takes more bytes than this. */
  outputSize(kernels: Engine["kernels"], size: number): number;
  workspaceSize(kernels: Engine["kernels"], size: number): number;
  encode(kernels: Engine["kernels"], size: number, regions: Regions): number;
}

/** How far the match finders look: a match of `nice` bytes ends the search, so do `depth` earlier positions. */
interface Effort {
  nice: number;
  depth: number;
}

/** No pass is lazy parsing; else the cheapest path through the data is searched that often. */
interface PassEffort extends Effort {
  passes: number;
}

const XPRESS_LEVELS: Record<CompressionLevel, PassEffort> = {
  fast: { nice: 16, depth: 1, passes: 0 },
  default: { nice: 24, depth: 4, passes: 0 },
  max: { nice: 48, depth: 24, passes: 2 },
};

const LZX_LEVELS: Record<CompressionLevel, PassEffort> = {
  fast: { nice: 32, depth: 8, passes: 0 },
  default: { nice: 32, depth: 14, passes: 1 },
  max: { nice: 128, depth: 100, passes: 4 },
};

/** Optimal parsing weighs all ways through the data; else matches are taken as they come. */
const LZMS_LEVELS: Record<CompressionLevel, Effort & { optimal: boolean }> = {
  fast: { nice: 32, depth: 8, optimal: false },
  default: { nice: 32, depth: 12, optimal: true },
  max: { nice: 255, depth: 100, optimal: true },
};

function mostBytes(_kernels: Engine["kernels"], size: number): number {
  return 3 * size + 4096;
}

function xpress(level: CompressionLevel): Codec {
  const { nice, depth, passes } = XPRESS_LEVELS[level];
  return {
    outputSize: mostBytes,
    workspaceSize: (kernels, size) => kernels.xpressWorkspace(size, passes),
    encode: (kernels, size, { input, output, workspace }) =>
      kernels.xpressEncode(input, size, output, workspace, passes, nice, depth),
  };
}

function lzx(level: CompressionLevel, maxChunkSize: number): Codec {
  const { nice, depth, passes } = LZX_LEVELS[level];
  const windowOrder = lzxWindowOrder(maxChunkSize);
  return {
    outputSize: mostBytes,
    workspaceSize: (kernels, size) => kernels.lzxWorkspace(size, passes),
    encode: (kernels, size, { input, output, workspace }) =>
      kernels.lzxEncode(input, size, windowOrder, output, workspace, passes, nice, depth),
  };
}

/** From this chunk size on the fast level looks less far, as each look waits for memory. */
const LARGE_CHUNK = 2 ** 22;

function lzms(level: CompressionLevel, maxChunkSize: number): Codec {
  const { nice, optimal, ...effort } = LZMS_LEVELS[level];
  const depth = optimal || maxChunkSize < LARGE_CHUNK ? effort.depth : effort.depth >> 2;
  return {
    outputSize: (kernels, size) => kernels.lzmsOutput(size),
    workspaceSize: (kernels, size) => kernels.lzmsWorkspace(size, optimal),
    encode: (kernels, size, { input, output, workspace }) =>
      kernels.lzmsEncode(input, size, output, workspace, nice, depth, optimal),
  };
}

const MAX_CHUNK: Record<EncoderFormat, number> = { xpress: 2 ** 16, lzx: 2 ** 21, lzms: 2 ** 26 };

const CODECS: Record<EncoderFormat, (level: CompressionLevel, maxChunkSize: number) => Codec> = { xpress, lzx, lzms };

/**
 * An encoder for chunks of up to `maxChunkSize` bytes.
 *
 * @param maxChunkSize the chunk size of the file. For LZX it also decides how offsets are coded, so a decoder must be told the
 *   same; the smallest LZX window is 2^15 bytes. At most 2^16 for XPRESS, 2^21 for LZX,
 *   2^26 for LZMS, whose encoder takes up to ten times the chunk size of memory.
 * @throws AdkError `CHUNK_SIZE_UNSUPPORTED`
 */
export function createEncoder(format: EncoderFormat, maxChunkSize: number, options: EncoderOptions = {}): Encoder {
  checkChunkSize(format, maxChunkSize, MAX_CHUNK[format]);
  const engine = createEngine(options.engine ?? "wasm");
  const level = options.level ?? "default";
  const codec = CODECS[format](level, maxChunkSize);

  const { kernels } = engine;
  const regions: Regions = { input: ENCODE_DYNAMIC_START, output: 0, workspace: 0 };
  regions.output = alignUp(regions.input + maxChunkSize + INPUT_SLACK, 8);
  regions.workspace = alignUp(regions.output + codec.outputSize(kernels, maxChunkSize), 8);
  engine.reserve(regions.workspace + codec.workspaceSize(kernels, maxChunkSize));

  return {
    format,
    encode(input, output) {
      check(
        input.length <= maxChunkSize,
        () =>
          new AdkError("CHUNK_TOO_LARGE", "The chunk is longer than the encoder was made for.", {
            kind: "usage",
            expected: `at most ${maxChunkSize} bytes`,
            found: input.length,
          }),
      );
      if (input.length === 0) return 0;
      const { bytes } = engine;
      bytes.set(input, regions.input);
      const size = codec.encode(kernels, input.length, regions);
      if (size >= input.length || size > output.length) return 0;
      output.set(bytes.subarray(regions.output, regions.output + size));
      return size;
    },
  };
}
