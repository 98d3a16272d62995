/** A part of a file that is being written. Bytes are valid until the next piece: their writers use them again. */
export type Piece = string | Uint8Array;

/** Bytes that are gathered before they are written. */
const GATHERED = 1 << 18;

/** The pieces as blocks of bytes that are worth a write each. */
export function* gather(pieces: Iterable<Piece>): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  let block = new Uint8Array(GATHERED);
  let length = 0;
  for (const piece of pieces) {
    // A character is three bytes at most for each of its UTF-16 units.
    const most = typeof piece === "string" ? piece.length * 3 : piece.length;
    if (most > block.length - length && length > 0) {
      yield block.subarray(0, length);
      block = new Uint8Array(GATHERED);
      length = 0;
    }
    if (most > block.length) yield typeof piece === "string" ? encoder.encode(piece) : piece.slice();
    else if (typeof piece === "string") length += encoder.encodeInto(piece, block.subarray(length)).written;
    else {
      block.set(piece, length);
      length += piece.length;
    }
  }
  if (length > 0) yield block.subarray(0, length);
}
