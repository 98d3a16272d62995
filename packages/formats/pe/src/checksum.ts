import { readPieces } from "@adk/core";
import { CHECKSUM_OFFSET } from "./optional-header.ts";
import type { PeFile } from "./pe-file.ts";

/**
 * What the field `CheckSum` of the optional header should be (ImageHlp's CheckSumMappedFile): the sum of all 16-bit words without the
 * field itself, folded to 16 bits, plus the size of the file. Windows demands it of drivers, and of DLLs of system processes. Reads the whole file.
 */
export async function computeChecksum(pe: PeFile): Promise<number> {
  let sum = 0;
  for await (const piece of readPieces(pe.access)) sum = fold(sum + sumWords(piece));
  const field = pe.optionalHeader.offset + CHECKSUM_OFFSET;
  sum += 0xffff * 3 - wordsOf(pe.optionalHeader.checkSum, field);
  return (fold(sum) + pe.access.size) % 0x1_0000_0000;
}

/** The sum of little-endian 16-bit words with a zero behind an odd byte. Exact: a piece is far shorter than 2^37 words. */
function sumWords(bytes: Uint8Array): number {
  const even = bytes.length & ~1;
  let sum = even < bytes.length ? (bytes[even] as number) : 0;
  if ((bytes.byteOffset & 1) === 0) {
    for (const word of new Uint16Array(bytes.buffer, bytes.byteOffset, even >> 1)) sum += word;
    return sum;
  }
  for (let at = 0; at < even; at += 2) sum += (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
  return sum;
}

/** What the bytes of the field added: in a header at an odd offset they lie in three words. */
function wordsOf(value: number, offset: number): number {
  if (offset % 2 === 0) return (value & 0xffff) + (value >>> 16);
  return ((value & 0xff) << 8) + ((value >>> 8) & 0xffff) + (value >>> 24);
}

function fold(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded % 0x10000) + Math.floor(folded / 0x10000);
  return folded;
}
