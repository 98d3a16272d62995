import { AdkError, check } from "@adk/core";

/** @throws AdkError `CHUNK_SIZE_UNSUPPORTED` */
export function checkChunkSize(format: string, size: number, most: number): void {
  check(
    Number.isInteger(size) && size >= 1 && size <= most,
    () =>
      new AdkError("CHUNK_SIZE_UNSUPPORTED", `The chunk size is not possible with ${format}.`, {
        kind: "unsupported",
        expected: `1 to ${most} bytes`,
        found: size,
      }),
  );
}

/** The LZX window of chunks of up to this size: a power of two, 2^15 at least. */
export function lzxWindowOrder(maxChunkSize: number): number {
  return Math.max(15, Math.ceil(Math.log2(maxChunkSize)));
}
