import { ByteReader, type RandomAccess } from "@adk/core";
import { CAB_HEADER_SIZE, CAB_SIGNATURE, isCab } from "./header.ts";

const PIECE = 1 << 20;

/**
 * Finds cabinets inside another file, as in self-extracting programs: the offset of each header that makes sense.
 */
export async function* findCabinets(access: RandomAccess): AsyncGenerator<number> {
  let skipTo = 0;
  for (let start = 0; start < access.size; start += PIECE) {
    const length = Math.min(PIECE + CAB_HEADER_SIZE - 1, access.size - start);
    const piece = await access.read(start, length);
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    for (let at = bytes.indexOf(CAB_SIGNATURE); at >= 0; at = bytes.indexOf(CAB_SIGNATURE, at + 1)) {
      const offset = start + at;
      if (at >= PIECE || offset < skipTo) continue;
      const size = cabinetAt(piece.subarray(at), access.size - offset);
      if (size === undefined) continue;
      // What looks like a cabinet inside of one is a file of it.
      skipTo = offset + size;
      yield offset;
    }
  }
}

/** The size of the cabinet whose header this is, if it is one. */
function cabinetAt(head: Uint8Array, room: number): number | undefined {
  if (!isCab(head)) return undefined;
  const reader = new ByteReader(head, {}, CAB_SIGNATURE.length);
  const reserved = [reader.u32()];
  const size = reader.u32();
  reserved.push(reader.u32());
  const filesOffset = reader.u32();
  reserved.push(reader.u32());
  const [minor, major] = [reader.u8(), reader.u8()];
  const makesSense = reserved.every((field) => field === 0) && major === 1 && minor <= 9;
  return makesSense && size <= room && filesOffset >= CAB_HEADER_SIZE && filesOffset < size ? size : undefined;
}
