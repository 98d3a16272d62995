import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import { DEFAULT_LIMITS, fromSystemError, type Limits, limitExceeded } from "@adk/core";
import type { Context } from "./context.ts";

/**
 * Reads all of a file, or of standard input for `-`: for what is held in memory anyway, like a manifest or an answer file.
 *
 * @throws AdkError `LIMIT_EXCEEDED` beyond `limits.memoryBytes`; `FILE_NOT_FOUND` and the like
 */
export async function readInput(context: Context, name: string, limits: Limits = DEFAULT_LIMITS): Promise<Uint8Array> {
  const { signal } = context;
  const file = name === "-" ? "standard input" : name;
  const pieces: AsyncIterable<Uint8Array> =
    name === "-" ? context.stdin : createReadStream(resolve(context.cwd, name), { signal });
  const read: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of pieces) {
      size += piece.length;
      if (size > limits.memoryBytes) throw limitExceeded("memoryBytes", size, limits, { file });
      read.push(piece);
    }
  } catch (error) {
    throw fromSystemError(error, file);
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const piece of read) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
