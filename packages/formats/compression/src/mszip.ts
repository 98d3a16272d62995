import { deflateRawSync, inflateRawSync } from "node:zlib";
import { AdkError, check } from "@adk/core";
import { badData } from "./bad-data.ts";

// MSZIP, [MS-MCI]: a signature and a deflate stream for each block, whose matches may reach into the blocks before it.

/** Bytes of a block before compression; only the last one of a folder is shorter. They are also how far back matches reach. */
export const MSZIP_BLOCK = 32768;

const SIGNATURE = new Uint8Array([0x43, 0x4b]);

/**
 * Decompresses one block.
 *
 * @param input the whole block, from its signature `CK` on
 * @param output gets the block: its length is what the block must decompress to, at most `MSZIP_BLOCK`
 * @param history what the blocks before it decompress to, none for the first block; of it the last `MSZIP_BLOCK` bytes count
 * @throws AdkError `COMPRESSION_BAD_DATA`, `CHUNK_TOO_LARGE`
 */
export function decodeMsZip(input: Uint8Array, output: Uint8Array, history: Uint8Array = new Uint8Array(0)): void {
  checkSize(output.length);
  const expected = `a block that decompresses to ${output.length} bytes`;
  if (input[0] !== SIGNATURE[0] || input[1] !== SIGNATURE[1]) throw badData("MSZIP", "CK", "another signature");
  let block: Uint8Array;
  try {
    // room for one byte more, or an empty output could not be asked for
    const options = { maxOutputLength: output.length + 1, ...dictionary(history) };
    block = inflateRawSync(input.subarray(SIGNATURE.length), options);
  } catch (cause) {
    throw badData("MSZIP", expected, cause instanceof Error ? cause.message : "an error", cause);
  }
  if (block.length !== output.length) throw badData("MSZIP", expected, `${block.length} bytes`);
  output.set(block);
}

/**
 * Compresses one block.
 *
 * @param input at most `MSZIP_BLOCK` bytes
 * @param history what the blocks before it hold, as for `decodeMsZip`
 * @returns the block: at most 12 bytes more than the input, which is what readers allow
 * @throws AdkError `CHUNK_TOO_LARGE`
 */
export function encodeMsZip(input: Uint8Array, history: Uint8Array = new Uint8Array(0)): Uint8Array {
  checkSize(input.length);
  // the highest memory level has no more than two deflate blocks in an MSZIP block
  const deflated = deflateRawSync(input, { level: 9, memLevel: 9, ...dictionary(history) });
  const block = new Uint8Array(SIGNATURE.length + deflated.length);
  block.set(SIGNATURE);
  block.set(deflated, SIGNATURE.length);
  return block;
}

function dictionary(history: Uint8Array): { dictionary?: Uint8Array } {
  return history.length === 0 ? {} : { dictionary: history.subarray(-MSZIP_BLOCK) };
}

function checkSize(size: number): void {
  check(
    size <= MSZIP_BLOCK,
    () =>
      new AdkError("CHUNK_TOO_LARGE", "An MSZIP block cannot be so long.", {
        kind: "usage",
        expected: `at most ${MSZIP_BLOCK} bytes`,
        found: size,
      }),
  );
}
