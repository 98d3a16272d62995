import { AdkError, alignUp, check } from "@adk/core";
import { badData } from "./bad-data.ts";
import { REASONS } from "./decoder.ts";
import { createEngine, type Engine, type EngineName } from "./engine.ts";
import { DYNAMIC_START, INPUT_SLACK, MATCH_SLACK } from "./kernel/layout.ts";

/** Addresses are signed 32-bit numbers in the kernels. */
const MOST_MEMORY = 2 ** 31 - 2 ** 16;

const engines = new Map<EngineName, Engine>();

/** One for all calls of a thread: its memory is as large as the largest input and output were. */
function engineOf(name: EngineName): Engine {
  const engine = engines.get(name) ?? createEngine(name);
  engines.set(name, engine);
  return engine;
}

/**
 * Decompresses plain LZ77 ([MS-XCA] 2.4), which has no header and does not tell its size.
 *
 * @param output gets what the data holds, at most its length; decoding ends where it is full, or with the data. After an error
 *   it is unchanged.
 * @returns bytes written
 * @throws AdkError `COMPRESSION_BAD_DATA`, `CHUNK_TOO_LARGE`, `OUT_OF_MEMORY`
 */
export function decodeXpressPlain(input: Uint8Array, output: Uint8Array, engineName: EngineName = "wasm"): number {
  const engine = engineOf(engineName);
  const inputStart = alignUp(DYNAMIC_START + output.length + MATCH_SLACK, 16);
  const memorySize = inputStart + input.length + INPUT_SLACK;
  check(memorySize <= MOST_MEMORY, () => {
    return new AdkError("CHUNK_TOO_LARGE", "Plain LZ77 data is decompressed as a whole, and this is too long.", {
      expected: `at most ${MOST_MEMORY} bytes with what it decompresses to`,
      found: memorySize,
    });
  });
  engine.reserve(memorySize);
  engine.bytes.set(input, inputStart);
  const written = engine.kernels.xpressPlainDecode(inputStart, input.length, DYNAMIC_START, output.length);
  if (written < 0) {
    const expected = `${input.length} bytes that decompress to at most ${output.length} bytes`;
    throw badData("plain LZ77", expected, REASONS[written] ?? `status ${written}`);
  }
  output.set(engine.bytes.subarray(DYNAMIC_START, DYNAMIC_START + written));
  return written;
}
