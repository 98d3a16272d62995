import { AdkError, alignUp, check } from "@adk/core";
import { badData } from "./bad-data.ts";
import { REASONS } from "./decoder.ts";
import { createEngine, type EngineName } from "./engine.ts";
import { DYNAMIC_START, INPUT_SLACK, MATCH_SLACK } from "./kernel/layout.ts";

/** Bytes of a frame of an LZX stream before compression; only the last one of a stream is shorter. */
export const LZX_FRAME = 32768;

/** Compressed frames are smaller than what they decompress to, with room for encoders that take no care of it. */
const MOST_INPUT = 2 ** 16;

/** Reads an LZX stream as the folders of cabinets hold it: what a frame means depends on those before it. */
export interface LzxStreamDecoder {
  /**
   * Decompresses the next frame.
   *
   * @param size bytes that the frame must decompress to, at most `LZX_FRAME`
   * @returns a view into the decoder's memory, which holds until the next call
   * @throws AdkError `COMPRESSION_BAD_DATA`, `CHUNK_TOO_LARGE`; the stream cannot be continued then
   */
  decode(input: Uint8Array, size: number): Uint8Array;
}

/**
 * A decoder at the start of a stream. With the `javascript` engine, whose memory all codecs of a thread share, no other codec
 * may run before the stream ends.
 *
 * @param windowOrder 15 to 21: matches reach back at most 2^windowOrder bytes
 * @throws AdkError `WINDOW_UNSUPPORTED`
 */
export function createLzxStreamDecoder(windowOrder: number, engineName: EngineName = "wasm"): LzxStreamDecoder {
  check(Number.isInteger(windowOrder) && windowOrder >= 15 && windowOrder <= 21, () => {
    return new AdkError("WINDOW_UNSUPPORTED", "LZX has no window of this size.", {
      kind: "unsupported",
      expected: "2^15 to 2^21 bytes",
      found: `2^${windowOrder}`,
    });
  });
  const engine = createEngine(engineName);
  const windowSize = 2 ** windowOrder;
  // Two windows long, so that what matches may reach is moved to the start only once a window.
  const capacity = 2 * windowSize + LZX_FRAME;
  const output = alignUp(DYNAMIC_START + capacity + MATCH_SLACK, 16);
  const input = alignUp(output + LZX_FRAME + MATCH_SLACK, 16);
  engine.reserve(input + MOST_INPUT + INPUT_SLACK);
  engine.kernels.lzxStreamStart(windowOrder);
  let filled = 0;

  return {
    decode(frame, size) {
      check(size <= LZX_FRAME && frame.length <= MOST_INPUT, () => {
        return new AdkError("CHUNK_TOO_LARGE", "A frame of an LZX stream cannot be so long.", {
          expected: `at most ${LZX_FRAME} bytes, compressed ${MOST_INPUT}`,
          found: `${size} bytes, compressed ${frame.length}`,
        });
      });
      if (filled + size > capacity) {
        engine.bytes.copyWithin(DYNAMIC_START, DYNAMIC_START + filled - windowSize, DYNAMIC_START + filled);
        filled = windowSize;
      }
      engine.bytes.set(frame, input);
      engine.bytes[input + frame.length] = 0;
      const target = DYNAMIC_START + filled;
      const status = engine.kernels.lzxStreamDecode(input, frame.length, DYNAMIC_START, target, size, output);
      if (status !== 0) {
        const expected = `${frame.length} bytes that decompress to ${size} bytes`;
        throw badData("LZX", expected, REASONS[status] ?? `status ${status}`);
      }
      filled += size;
      return engine.bytes.subarray(output, output + size);
    },
  };
}
