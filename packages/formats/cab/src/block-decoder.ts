import { createLzxStreamDecoder, decodeMsZip, MSZIP_BLOCK } from "@adk/compression";
import { AdkError, check } from "@adk/core";
import type { CabFolder } from "./cabinet-set.ts";

/** Decompresses the blocks of a folder, in their order. The result holds until the next call. */
export type BlockDecoder = (stored: Uint8Array, size: number) => Uint8Array;

/** @throws AdkError `CAB_QUANTUM`, `CAB_UNKNOWN_COMPRESSION`, `WINDOW_UNSUPPORTED` */
export function createBlockDecoder({ compression, windowOrder }: CabFolder): BlockDecoder {
  switch (compression) {
    case "none":
      return copyBlock;
    case "mszip":
      return createMsZipDecoder();
    case "lzx": {
      const decoder = createLzxStreamDecoder(windowOrder);
      return (stored, size) => decoder.decode(stored, size);
    }
    case "quantum":
      throw new AdkError("CAB_QUANTUM", "The folder is compressed with Quantum, which the kit does not read.", {
        kind: "unsupported",
        hint: "cabextract reads such cabinets.",
      });
    default:
      throw new AdkError("CAB_UNKNOWN_COMPRESSION", "The folder is compressed with a method that is not known.", {
        kind: "unsupported",
      });
  }
}

function copyBlock(stored: Uint8Array, size: number): Uint8Array {
  check(stored.length === size, () => {
    return new AdkError("CAB_BAD_BLOCK", "A block that is not compressed has two sizes.", {
      expected: `${size} bytes`,
      found: `${stored.length} bytes`,
    });
  });
  return stored;
}

/** Keeps the block before, which matches may reach into. */
function createMsZipDecoder(): BlockDecoder {
  const window = new Uint8Array(2 * MSZIP_BLOCK);
  let filled = 0;
  return (stored, size) => {
    if (filled + size > window.length) {
      window.copyWithin(0, filled - MSZIP_BLOCK, filled);
      filled = MSZIP_BLOCK;
    }
    const output = window.subarray(filled, filled + size);
    decodeMsZip(stored, output, window.subarray(Math.max(0, filled - MSZIP_BLOCK), filled));
    filled += size;
    return output;
  };
}
