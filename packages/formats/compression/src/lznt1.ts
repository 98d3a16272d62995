import { badData } from "./bad-data.ts";

// LZNT1, [MS-XCA] 2.5: what NTFS compresses files with. A chunk stands for up to 4096 bytes.

const CHUNK = 4096;
/** The chunk header: bytes of data less 1 in 12 bits, a signature in 3, and whether the data is compressed. */
const SIZE_MASK = 0xfff;
const SIGNATURE = 0x3000;
const SIGNATURE_MASK = 0x7000;
const COMPRESSED = 0x8000;

/**
 * Decompresses LZNT1 ([MS-XCA] 2.5), which ends with a chunk header of 0 or with the data.
 *
 * @param output gets what the data holds, at most its length
 * @returns bytes written
 * @throws AdkError `COMPRESSION_BAD_DATA`; what the output then holds is not defined
 */
export function decodeLznt1(input: Uint8Array, output: Uint8Array): number {
  let at = 0;
  let written = 0;
  while (at < input.length) {
    if (at + 1 === input.length) {
      if (input[at] === 0) break;
      throw damaged(input, "an end of the data inside a chunk header");
    }
    const header = (input[at] as number) | ((input[at + 1] as number) << 8);
    if (header === 0) break;
    at += 2;
    const end = at + (header & SIZE_MASK) + 1;
    if ((header & SIGNATURE_MASK) !== SIGNATURE) throw damaged(input, "a chunk without its signature");
    if (end > input.length) throw damaged(input, "an end of the data inside a chunk");
    const room = output.subarray(written, written + CHUNK);
    written += (header & COMPRESSED) !== 0 ? decodeChunk(input, at, end, room) : copyChunk(input, at, end, room);
    at = end;
  }
  return written;
}

function copyChunk(input: Uint8Array, at: number, end: number, output: Uint8Array): number {
  if (end - at > output.length) throw damaged(input, "more bytes than the output has room for");
  output.set(input.subarray(at, end));
  return end - at;
}

function decodeChunk(input: Uint8Array, start: number, end: number, output: Uint8Array): number {
  let at = start;
  let written = 0;
  /** Bits of a match word that are its length: the further into the chunk, the more are the offset. */
  let lengthBits = 12;
  while (at < end) {
    const flags = input[at++] as number;
    for (let bit = 0; bit < 8 && at < end; bit++) {
      if (((flags >>> bit) & 1) === 0) {
        if (written === output.length) throw damaged(input, "more bytes than the output has room for");
        output[written++] = input[at++] as number;
        continue;
      }
      if (at + 2 > end) throw damaged(input, "an end of a chunk inside a match");
      const word = (input[at] as number) | ((input[at + 1] as number) << 8);
      at += 2;
      while (lengthBits > 4 && written > 1 << (16 - lengthBits)) lengthBits--;
      const offset = (word >>> lengthBits) + 1;
      const length = (word & ((1 << lengthBits) - 1)) + 3;
      if (offset > written) throw damaged(input, "a match that reaches before the start of its chunk");
      if (length > output.length - written) throw damaged(input, "more bytes than the output has room for");
      for (const last = written + length; written < last; written++) {
        output[written] = output[written - offset] as number;
      }
    }
  }
  return written;
}

function damaged(input: Uint8Array, found: string) {
  return badData("LZNT1", `${input.length} bytes of whole chunks`, found);
}
