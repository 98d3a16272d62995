import type { Random } from "./random.ts";

/** A valid file and where its structures lie. */
export interface Sample {
  readonly bytes: Uint8Array;
  readonly regions: readonly (readonly [start: number, end: number])[];
  /** Numbers that mean something special in this format, beside those that do so everywhere. */
  readonly edges?: readonly number[] | undefined;
}

/** Numbers at which length checks and sign errors show. */
const EDGES = [0, 1, 7, 8, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];

/** A damaged copy: one to four changes, most of them in the structures. */
export function mutate({ bytes, regions, edges = [] }: Sample, next: Random): Uint8Array {
  const numbers = [...EDGES, ...edges];
  const edge = () => numbers[next() % numbers.length] as number;
  let copy: Uint8Array = bytes.slice();
  for (let changes = 1 + (next() % 4); changes > 0; changes--) {
    const region = next() % 8 ? regions[next() % regions.length] : undefined;
    const [start, end] = region ?? [0, copy.length];
    copy = change(copy, start, Math.min(end, copy.length), next, edge);
  }
  return copy;
}

function change(bytes: Uint8Array, start: number, end: number, next: Random, nextEdge: Random): Uint8Array {
  if (end - start < 8) return bytes;
  const at = start + (next() % (end - start - 7));
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const edge = nextEdge();
  switch (next() % 9) {
    case 0:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (next() % 8));
      break;
    case 1:
      bytes[at] = next();
      break;
    case 2:
      view.setUint16(at, edge, true);
      break;
    case 3:
      view.setUint32(at, edge, true);
      break;
    case 4:
      view.setUint32(at, edge, true);
      view.setUint32(at + 4, next() % 2 ? 0 : nextEdge(), true);
      break;
    case 5:
      // A number somewhat off.
      view.setUint32(at, view.getUint32(at, true) + (next() % 33) - 16, true);
      break;
    case 6: {
      // A block of the same structure in the place of another.
      const length = Math.min(1 + (next() % 120), end - at);
      const from = start + (next() % (end - start - length + 1));
      bytes.copyWithin(at, from, from + length);
      break;
    }
    case 7: {
      const length = Math.min(1 + (next() % 40), end - at);
      bytes.fill(next(), at, at + length);
      break;
    }
    default:
      // Cut off, or with something behind.
      if (next() % 4 === 0) return bytes.slice(0, at);
      if (next() % 4 === 0) return new Uint8Array(Buffer.concat([bytes, bytes.subarray(at, at + 300)]));
      view.setUint8(at, edge);
  }
  return bytes;
}
