import { createHash } from "node:crypto";
import { type RandomAccess, readPieces } from "@adk/core";
import type { Digest } from "./object-identifiers.ts";
import { CHECKSUM_OFFSET, Directory } from "./optional-header.ts";
import type { PeFile } from "./pe-file.ts";

/** What is signed has a length that is a multiple of this: zeros follow a file that has not. */
const ALIGNMENT = 8;

export type Digests = ReadonlyMap<Digest, string>;

/**
 * The digest that signatures and catalogs keep of a PE file: of all its bytes but the checksum, the address of the certificate table
 * and that table ("Windows Authenticode Portable Executable Signature Format"). Reads the file once for all algorithms.
 *
 * @returns lower-case hexadecimal digits
 */
export function authenticodeDigests(pe: PeFile, algorithms: Iterable<Digest>): Promise<Digests> {
  const { offset, is64, directories } = pe.optionalHeader;
  const checksum = offset + CHECKSUM_OFFSET;
  const security = offset + (is64 ? 112 : 96) + Directory.SECURITY * 8;
  const skipped: (readonly [start: number, end: number])[] = [[checksum, checksum + 4]];
  if (directories.length > Directory.SECURITY) skipped.push([security, security + 8]);
  const table = pe.directory(Directory.SECURITY);
  if (table) skipped.push([table.address, table.address + table.size]);
  // A signed file was padded when it was signed.
  const padding = table ? 0 : (ALIGNMENT - (pe.access.size % ALIGNMENT)) % ALIGNMENT;
  return digestWithout(pe.access, algorithms, skipped, padding);
}

/** The digests of a whole file: what catalogs keep of files that are no executables. */
export function fileDigests(access: RandomAccess, algorithms: Iterable<Digest>): Promise<Digests> {
  return digestWithout(access, algorithms, [], 0);
}

/** @param skipped ranges in rising order */
async function digestWithout(
  access: RandomAccess,
  algorithms: Iterable<Digest>,
  skipped: readonly (readonly [start: number, end: number])[],
  padding: number,
): Promise<Digests> {
  const hashes = Array.from(algorithms, (algorithm) => ({ algorithm, hash: createHash(algorithm) }));
  const update = (bytes: Uint8Array) => {
    for (const { hash } of hashes) hash.update(bytes);
  };
  let position = 0;
  for await (const piece of readPieces(access)) {
    let from = 0;
    for (const [start, end] of skipped) {
      const until = Math.min(start - position, piece.length);
      if (until > from) update(piece.subarray(from, until));
      from = Math.max(from, Math.min(end - position, piece.length));
    }
    if (from < piece.length) update(piece.subarray(from));
    position += piece.length;
  }
  update(new Uint8Array(padding));
  return new Map(hashes.map(({ algorithm, hash }) => [algorithm, hash.digest("hex")]));
}
