import { createHash } from "node:crypto";
import { AdkError, type RandomAccess } from "@adk/core";

/** Blobs above this size are read again when they are written, and compressed in ranges by all workers. */
export const LARGE_BLOB = 4 << 20;

/**
 * A blob to write: its bytes where they are in memory already, else where to read them. Bytes in memory hold until the next
 * blob is asked for.
 */
export interface NewBlob {
  readonly sha1: string;
  readonly size: number;
  readonly bytes: Uint8Array | (() => Promise<RandomAccess>);
  /** Name of a file that has it: data of one kind compresses better together. */
  readonly name?: string | undefined;
}

/**
 * The bytes, which must be those that were hashed. Each piece holds until the next is asked for.
 *
 * @param take gives memory for each piece, which the caller then owns
 */
export async function* piecesOf(
  { bytes, size, sha1 }: NewBlob,
  pieceBytes = 1 << 20,
  take?: (size: number) => Uint8Array,
): AsyncGenerator<Uint8Array> {
  if (typeof bytes !== "function") {
    yield bytes;
    return;
  }
  const access = await bytes();
  try {
    if (access.size !== size) throw changed(access.name);
    const hash = createHash("sha1");
    const shared = newBuffer(take ? 0 : Math.min(pieceBytes, size));
    for (let offset = 0; offset < size; offset += pieceBytes) {
      const length = Math.min(pieceBytes, size - offset);
      const piece = await access.read(offset, length, take?.(length) ?? shared);
      hash.update(piece);
      if (offset + length === size && hash.digest("hex") !== sha1) throw changed(access.name);
      yield piece;
    }
  } finally {
    await access.close();
  }
}

/** Memory that is not cleared first: it is filled before it is used. */
function newBuffer(length: number): Uint8Array {
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
}

function changed(file: string): AdkError {
  return new AdkError("FILE_CHANGED", "The data is not what it was when it was first read.", {
    file,
    hint: "The file changed while it was captured, or is damaged.",
  });
}
