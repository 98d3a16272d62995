import { createHash } from "node:crypto";
import {
  AdkError,
  ByteReader,
  ByteWriter,
  check,
  type LongOperation,
  ProgressCounter,
  type RandomAccess,
} from "@adk/core";
import { WIM_HEADER_SIZE } from "./header.ts";

/**
 * SHA-1 digests of pieces of the file. They cover the bytes from the end of the header to the end of the lookup table;
 * the XML data is not covered.
 */
export interface IntegrityTable {
  /** Bytes of a piece; the last may be shorter. */
  readonly chunkSize: number;
  /** One SHA-1 of 20 bytes a piece. */
  readonly digests: readonly Uint8Array[];
}

/** What Windows and wimlib write. */
const INTEGRITY_CHUNK_SIZE = 10 * 1024 * 1024;
/** No tool writes less; a table of tiny pieces would only cost time. */
const LEAST_CHUNK_SIZE = 4096;

export function parseIntegrityTable(bytes: Uint8Array, file?: string, base = 0): IntegrityTable {
  const reader = new ByteReader(bytes, { file, base });
  const size = reader.u32();
  const count = reader.u32();
  const chunkSize = reader.u32();
  check(
    chunkSize >= LEAST_CHUNK_SIZE && size === 12 + count * 20 && size <= bytes.length,
    () =>
      new AdkError("WIM_BAD_INTEGRITY_TABLE", "The integrity table contradicts itself.", {
        file,
        offset: base,
        expected: `${12 + count * 20} bytes, and pieces of at least ${LEAST_CHUNK_SIZE} bytes`,
        found: `${size} bytes, and pieces of ${chunkSize} bytes`,
      }),
  );
  const digests: Uint8Array[] = [];
  for (let i = 0; i < count; i++) digests.push(reader.slice(20));
  return { chunkSize, digests };
}

export function writeIntegrityTable(table: IntegrityTable): Uint8Array {
  const writer = new ByteWriter(12 + table.digests.length * 20);
  writer
    .u32(12 + table.digests.length * 20)
    .u32(table.digests.length)
    .u32(table.chunkSize);
  for (const digest of table.digests) writer.bytes(digest);
  return writer.finish();
}

/** How many digests a file has whose lookup table ends at `end`. */
export function integrityPieces(end: number, chunkSize: number): number {
  return Math.ceil(Math.max(0, end - WIM_HEADER_SIZE) / chunkSize);
}

/** Digests a file from the end of its header to `end`, the end of its lookup table. */
export async function computeIntegrityTable(
  access: Pick<RandomAccess, "read">,
  end: number,
  operation?: LongOperation,
  chunkSize = INTEGRITY_CHUNK_SIZE,
): Promise<IntegrityTable> {
  const progress = new ProgressCounter(operation, "integrity table", "bytes", Math.max(0, end - WIM_HEADER_SIZE));
  const digests: Uint8Array[] = [];
  const pieceBytes = Math.min(1 << 20, chunkSize);
  for (let start = WIM_HEADER_SIZE; start < end; start += chunkSize) {
    const stop = Math.min(end, start + chunkSize);
    const hash = createHash("sha1");
    for (let offset = start; offset < stop; offset += pieceBytes) {
      const piece = await access.read(offset, Math.min(pieceBytes, stop - offset));
      hash.update(piece);
      progress.add(piece.length);
    }
    digests.push(new Uint8Array(hash.digest()));
  }
  return { chunkSize, digests };
}
