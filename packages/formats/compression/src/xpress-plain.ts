import { badData } from "./bad-data.ts";

// Plain LZ77, [MS-XCA] 2.3: XPRESS without Huffman codes.

/**
 * Decompresses plain LZ77 ([MS-XCA] 2.4), which has no header and does not tell its size.
 *
 * @param output gets what the data holds, at most its length; decoding ends where it is full, or with the data
 * @returns bytes written
 * @throws AdkError `COMPRESSION_BAD_DATA`; what the output then holds is not defined
 */
export function decodeXpressPlain(input: Uint8Array, output: Uint8Array): number {
  const end = input.length;
  let at = 0;
  let written = 0;
  let flags = 0;
  let flagCount = 0;
  /** Position of a byte whose high half is the next length that needs four more bits; 0 for none. */
  let halfByte = 0;

  /** A little-endian number. */
  function read(bytes: number): number {
    if (at + bytes > end) throw damaged(input, "an end of the data inside an item");
    let value = 0;
    for (let i = bytes - 1; i >= 0; i--) value = value * 256 + (input[at + i] as number);
    at += bytes;
    return value;
  }

  function readLength(low: number): number {
    if (low < 7) return low + 3;
    let length: number;
    if (halfByte === 0) {
      halfByte = at;
      length = read(1) & 15;
    } else {
      length = (input[halfByte] as number) >>> 4;
      halfByte = 0;
    }
    if (length < 15) return length + 7 + 3;
    length = read(1);
    if (length < 255) return length + 15 + 7 + 3;
    length = read(2) || read(4);
    if (length < 15 + 7) throw damaged(input, "a long length for a short match");
    return length + 3;
  }

  while (written < output.length && at < end) {
    if (flagCount === 0) {
      flags = read(4);
      flagCount = 32;
      // an encoder whose last flag word was just full adds another, of ones
      if (at === end) break;
    }
    flagCount--;
    if (((flags >>> flagCount) & 1) === 0) {
      output[written++] = read(1);
      continue;
    }
    const match = read(2);
    const offset = (match >>> 3) + 1;
    const length = readLength(match & 7);
    if (offset > written) throw damaged(input, "a match that reaches before the start");
    if (length > output.length - written) throw damaged(input, `more than ${output.length} bytes`);
    for (const last = written + length; written < last; written++) output[written] = output[written - offset] as number;
  }
  return written;
}

function damaged(input: Uint8Array, found: string) {
  return badData("plain LZ77", `${input.length} bytes of whole items`, found);
}
