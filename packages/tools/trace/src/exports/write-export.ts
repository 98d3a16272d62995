import { pipeline, Readable } from "node:stream";
import { createGzip } from "node:zlib";
import { finding } from "@adk/cli-kit/schemas";
import { type LongOperation, throwIfCancelled } from "@adk/core";
import * as z from "zod";
import { gather, type Piece } from "./pieces.ts";

/** `adk trace export` */
export const traceExportResult = z.object({
  file: z.string(),
  format: z.string(),
  bytes: z.number(),
  findings: z.array(finding),
});

/** Where an export goes: a file, or standard output. */
export interface ExportTarget {
  readonly write: (bytes: Uint8Array) => Promise<void>;
}

/** Place of the operating system in a gzip header (RFC 1952), and what stands for none: files are the same wherever they are made. */
const GZIP_SYSTEM = 9;
const GZIP_NO_SYSTEM = 255;

/** Writes an export piece by piece. @returns how many bytes it has */
export async function writeExport(
  pieces: Iterable<Piece>,
  target: ExportTarget,
  { gzip = false, signal }: LongOperation & { readonly gzip?: boolean | undefined } = {},
): Promise<number> {
  let size = 0;
  for await (const block of gzip ? compressed(pieces) : gather(pieces)) {
    throwIfCancelled({ signal });
    await target.write(block);
    size += block.length;
  }
  return size;
}

async function* compressed(pieces: Iterable<Piece>): AsyncGenerator<Uint8Array> {
  const gzip = createGzip();
  // What goes wrong in front of it comes out of it.
  pipeline(Readable.from(gather(pieces)), gzip, () => {});
  let first = true;
  for await (const block of gzip as AsyncIterable<Uint8Array>) {
    if (first) block[GZIP_SYSTEM] = GZIP_NO_SYSTEM;
    first = false;
    yield block;
  }
}
