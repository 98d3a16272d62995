/** Numbers at which length checks and sign errors show. */
const EDGES = [0, 1, 7, 8, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];

/** A damaged copy: one to four changes; half of them among the first bytes, where the headers are. */
export function mutate(bytes: Uint8Array, next: () => number): Uint8Array {
  let copy = new Uint8Array(bytes);
  for (let changes = 1 + (next() % 4); changes > 0 && copy.length > 16; changes--) copy = change(copy, next);
  return copy;
}

function change(bytes: Uint8Array<ArrayBuffer>, next: () => number): Uint8Array<ArrayBuffer> {
  const reach = next() % 2 ? bytes.length : Math.min(bytes.length, 0x400);
  const at = next() % (reach - 8);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const edge = EDGES[next() % EDGES.length] as number;
  switch (next() % 8) {
    case 0:
      view.setUint8(at, (bytes[at] ?? 0) ^ (1 << (next() % 8)));
      break;
    case 1:
      view.setUint16(at, edge, true);
      break;
    case 2:
      view.setUint32(at & ~3, edge, true);
      break;
    case 3:
      // A number somewhat off.
      view.setUint32(at & ~3, view.getUint32(at & ~3, true) + (next() % 33) - 16, true);
      break;
    case 4:
      // An address of something else in the file.
      view.setUint32(at & ~3, next() % bytes.length, true);
      break;
    case 5:
      bytes.copyWithin(at, next() % bytes.length, next() % bytes.length);
      break;
    case 6:
      bytes.fill(next(), at, at + (next() % 40));
      break;
    default:
      // Cut off, or with something behind.
      if (next() % 4 === 0) return bytes.slice(0, at + 8);
      if (next() % 4 === 0) return new Uint8Array([...bytes, ...bytes.subarray(at, at + 300)]);
      view.setUint8(at, edge);
  }
  return bytes;
}
